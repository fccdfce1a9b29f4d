import { getRequestListener } from "@hono/node-server";
import { sandboxApp } from "./faults/endpoints.ts";
import { Faults } from "./faults/faults.ts";
import { RequestGate } from "./faults/request-gate.ts";
import type { RequestWhere } from "./faults/where.ts";
import { HttpServer, SandboxError } from "./http-server.ts";
import { createRestApp } from "./rest/app.ts";
import { seedDemo } from "./seed.ts";
import type { SocketOptions } from "./socket/settings.ts";
import { type OpenSocket, SocketServer } from "./socket/socket-server.ts";
import type { PictureSources } from "./testing/picture.ts";
import { RequestLog, type ServedRequest } from "./testing/request-log.ts";
import { RoomHandle } from "./testing/room-handle.ts";
import { type Credentials, Roster } from "./testing/roster.ts";
import { type ScriptedAnswers, ScriptedPeer } from "./testing/scripted-peer.ts";
import { type Patience, type Said, Speaker } from "./testing/speaker.ts";
import { DataFileError } from "./world/data-file.ts";
import type { ControlSignal } from "./world/news.ts";
import type { PlanLimits } from "./world/plan.ts";
import { World } from "./world/world.ts";

/** How a sandbox starts. How its socket behaves is among it, see {@link SocketOptions}. */
export interface SandboxOptions extends SocketOptions {
  /** Default 0: a free one. */
  readonly port?: number;
  /** Default `127.0.0.1`: nobody else can reach it. */
  readonly host?: string;
  /** SQLite file that keeps the state; in memory without. Made when missing. */
  readonly data?: string;
  /** `"demo"`: the user `dana` with her agents `dana/planner` and `dana/weather`, and keys that never change. */
  readonly seed?: "demo";
}

/** A person of the sandbox, speaking in any room she is in. */
export interface SandboxSpeaker {
  say(room: RoomHandle | string, text: string): Promise<Said>;
  ask(room: RoomHandle | string, text: string, patience?: Patience): Promise<string>;
}

/** A user of the sandbox with the key to act as her. */
export interface SandboxUser {
  readonly id: string;
  readonly handle: string;
  readonly apiKey: string;
}

/** An agent of the sandbox with its key. */
export interface SandboxAgent extends SandboxUser {
  readonly name: string;
}

/**
 * Starts the platform on this machine: REST, socket, faults, in one process, with an API for tests.
 *
 * Throws a {@link SandboxError} when the port is taken. Dispose of it to stop it: `await using sandbox = await startSandbox()`.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = new Sandbox(options);
  try {
    await sandbox.start();
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
  return sandbox;
}

/** A running Thenvoi platform, with everything a test does to it. From {@link startSandbox}. */
export class Sandbox implements AsyncDisposable {
  /** Faults to script, and what can be done to open sockets. */
  readonly faults = new Faults();
  readonly #world: World;
  readonly #roster: Roster;
  readonly #log = new RequestLog();
  readonly #sockets: SocketServer;
  readonly #server: HttpServer;
  readonly #sources: PictureSources;
  readonly #ended = new AbortController();
  readonly #peers = new Set<ScriptedPeer>();

  /** Not started yet; use {@link startSandbox}. */
  constructor(options: SandboxOptions) {
    const { port = 0, host = "127.0.0.1", data, seed, ...settings } = options;
    const { faults } = this;
    const world = openWorld(data, faults);
    this.#world = world;
    this.#roster = new Roster(world);
    this.#sockets = new SocketServer(world, {
      ...settings,
      faults,
      onUpgrade: (upgrade) => this.#log.add({ ...upgrade, method: "UPGRADE", at: Date.now() }),
    });
    const rest = createRestApp(world);
    const { signal } = this.#ended;
    const gate = new RequestGate({ world, faults, log: this.#log, serve: (request) => rest.fetch(request), signal });
    const app = sandboxApp({ sandbox: this, gate, sockets: this.#sockets });
    const serve = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    this.#server = new HttpServer(
      { host, port },
      {
        request: (incoming, outgoing) => void serve(incoming, outgoing), // answers a failure by itself
        upgrade: (request, socket, head) => this.#sockets.handleUpgrade(request, socket, head),
        goodbye: () => this.#sockets.closeAll(),
      },
    );
    this.#sources = {
      world,
      openSockets: (accountId) => this.#sockets.openSockets(accountId),
      requests: () => this.#log.matching(),
    };
    if (seed === "demo") seedDemo(world);
  }

  async start(): Promise<void> {
    await this.#server.start();
  }

  /** Stops serving and lets go of everything; a data file keeps the state. Waits that are still open end with an error. */
  async stop(): Promise<void> {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    for (const peer of this.#peers) peer[Symbol.dispose]();
    await this.#server.stop();
    this.#sockets[Symbol.dispose]();
    this.#world[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Goes down and comes back on the same port, as a deployment does: sockets close with 1012, the state stays. */
  async restart(): Promise<void> {
    await this.#server.stop();
    await this.#server.start();
  }

  /** Origin of the REST endpoints, without `/api/v1`. */
  get url(): string {
    return `http://${this.#server.authority}`;
  }

  get socketUrl(): string {
    return `ws://${this.#server.authority}/api/v1/socket/websocket`;
  }

  /** Everybody who has an account, oldest first. */
  get users(): readonly SandboxUser[] {
    return this.#world.accounts
      .users()
      .map((user) => ({ id: user.id, handle: user.handle, apiKey: this.#roster.keyOf(user) }));
  }

  get agents(): readonly SandboxAgent[] {
    return this.#world.accounts.agents().map((agent) => {
      const { id, handle, name } = agent;
      return { id, handle, name, apiKey: this.#roster.keyOf(agent) };
    });
  }

  /** What a client needs to connect as this agent (`weather` or `ada/weather`); spread it into its options. */
  credentials(agent: string): Credentials {
    const found = this.#roster.agent(agent);
    return { apiKey: this.#roster.keyOf(found), agentId: found.id, baseUrl: this.url };
  }

  /** Makes a user, with a name and key of your choice; one that exists is left as it is. */
  registerUser(handle: string, about: { readonly name?: string; readonly apiKey?: string } = {}): SandboxUser {
    const user = this.#roster.userOrNew(handle, about);
    return { id: user.id, handle, apiKey: this.#roster.keyOf(user) };
  }

  /** Registers an agent under its slug, `weather` (of the sandbox's first user) or `ada/weather`; one that exists is left as it is. */
  registerAgent(agent: string, about: { readonly description?: string; readonly apiKey?: string } = {}): Credentials {
    const found = this.#roster.agentOrNew(agent, about);
    return this.credentials(found.handle);
  }

  /**
   * Opens a room owned by the first user named, with everyone else as a member; accounts that don't exist are made.
   *
   * An agent is written `weather` (then it belongs to the sandbox's first user) or `ada/weather`.
   */
  async room(input: {
    readonly users: readonly string[];
    readonly agents?: readonly string[];
    readonly title?: string;
  }): Promise<RoomHandle> {
    const users = input.users.map((name) => this.#roster.userOrNew(name));
    const agents = (input.agents ?? []).map((name) => this.#roster.agentOrNew(name));
    const [owner, ...others] = [...users, ...agents];
    if (!owner) throw new Error("A room needs somebody who opens it: name a user or an agent");
    const room = this.#world.rooms.create(owner, input.title === undefined ? {} : { title: input.title });
    for (const { id } of others) this.#world.participants.add(undefined, { roomId: room.id, entityId: id });
    return this.roomById(room.id);
  }

  /** A room that exists, made by an agent for instance. Throws when there is none of that id. */
  roomById(id: string): RoomHandle {
    if (!this.#world.rooms.room(id)) throw new Error(`No room ${id} in this sandbox`);
    return new RoomHandle(id, { sources: this.#sources, roster: this.#roster, signal: this.#ended.signal });
  }

  /** The rooms someone is in, newest first. */
  roomsOf(name: string): readonly RoomHandle[] {
    return this.#world.rooms.of(this.#roster.entity(name).id).map(({ id }) => this.roomById(id));
  }

  as(user: string): SandboxSpeaker {
    const speaker = new Speaker(this.#roster.user(user), this.#sources, this.#ended.signal);
    const idOf = (room: RoomHandle | string): string => (typeof room === "string" ? room : room.id);
    return {
      say: (room, text) => speaker.say(idOf(room), text),
      ask: (room, text, patience) => speaker.ask(idOf(room), text, patience),
    };
  }

  /** Gives an agent, made when missing, something to say without a process of its own. Ends when disposed of, or with the sandbox. */
  script(agent: string, answers: ScriptedAnswers): Disposable {
    const peer = new ScriptedPeer(this.#world, this.#roster.agentOrNew(agent), answers);
    this.#peers.add(peer);
    return peer;
  }

  /**
   * A person's word to an agent: cancel what runs, stop working, go on; in one room, or in all.
   *
   * The answer sends its frame once more, with the same correlation id and no effect of its own.
   */
  control(
    agent: string,
    mode: ControlSignal["mode"],
    where: { readonly room?: RoomHandle | string; readonly reason?: string } = {},
  ): () => void {
    const { room, reason } = where;
    const roomId = typeof room === "object" ? room.id : (room ?? null);
    const control = this.#world.control.give({
      agentId: this.#roster.agent(agent).id,
      roomId,
      mode,
      ...(reason !== undefined && { reason }),
    });
    return () => this.#world.repeat({ type: "agent_control", control });
  }

  /**
   * What the plan holds at most, from now on: `{ messages: 3 }`; what is beyond is refused with 403 `limit_reached`.
   * What is not named has no limit, and `{}` lifts all.
   */
  limit(limits: PlanLimits): void {
    this.#world.plan.limits = limits;
  }

  /** The open sockets of an agent or user, with the topics they joined. */
  connections(name: string): readonly OpenSocket[] {
    return this.#sockets.openSockets(this.#roster.entity(name).id);
  }

  /**
   * Sends an event to everyone who joined a topic, whatever it is: what a newer platform may say one day, say. Answers how many got it.
   *
   * In the `phoenix` profile its join_ref is null, as of all that goes to a whole topic; with `from: "channel"` it is the channel's.
   */
  broadcast(
    topic: string,
    event: string,
    payload: unknown,
    { from }: { readonly from?: "server" | "channel" } = {},
  ): number {
    return this.#sockets.broadcast(topic, event, payload, from);
  }

  /** Lets every pending contact request run out, as the platform does after a while. Answers how many there were. */
  expireContactRequests(): number {
    return this.#world.contactRequests.expire();
  }

  /** Makes every key of an agent or user invalid. Open sockets stay; `credentials` gives a new key. */
  revoke(name: string): void {
    const { id } = this.#roster.entity(name);
    for (let key = this.#world.keys.newest(id); key !== undefined; key = this.#world.keys.newest(id))
      this.#world.keys.revoke(key);
  }

  /** Requests served so far, oldest first; as patterns for faults: `requests("POST messages/:id/processed")`, `requests("UPGRADE")`. */
  requests(where?: RequestWhere): readonly ServedRequest[] {
    return this.#log.matching(where);
  }

  clearRequests(): void {
    this.#log.clear();
  }
}

function openWorld(file: string | undefined, faults: Faults): World {
  const now = (): number => Date.now() + faults.clockSkewMs;
  const offerRules = () => faults.offerRules;
  try {
    return new World({ now, offerRules, ...(file !== undefined && { file }) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const sentence =
      cause instanceof DataFileError
        ? `the data file ${reason}`
        : `the data file ${file ?? "in memory"} can't be used: ${reason}`;
    throw new SandboxError(sentence, { cause });
  }
}
