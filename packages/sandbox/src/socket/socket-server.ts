import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { type WebSocket, WebSocketServer } from "ws";
import type { RequestFault } from "../faults/fault.ts";
import type { Faults, SocketWhere, StrayFrame } from "../faults/faults.ts";
import { refusalOf } from "../faults/refusals.ts";
import { glob, isNamed } from "../faults/where.ts";
import type { News } from "../world/news.ts";
import type { Principal, World } from "../world/world.ts";
import { AgentSockets, supersede } from "./agent-sockets.ts";
import { Connection } from "./connection.ts";
import { pushesOf } from "./pushes.ts";
import { answerUpgrade, refusePlainRequest, refuseUpgrade } from "./refused-upgrade.ts";
import { serializerV2 } from "./serializer.ts";
import { BanditWebSocket, CowboyWebSocket } from "./server-web-socket.ts";
import { type SocketOptions, type SocketSettings, settingsOf } from "./settings.ts";
import { topicsOfRoom } from "./topic.ts";
import { type Admission, admit, isSocketPath } from "./upgrade.ts";

/** An open socket, as a test may look at it. */
export interface OpenSocket {
  readonly id: string;
  /** Topics joined, in the order they were joined. */
  readonly topics: readonly string[];
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
}

/** An upgrade that was answered, for the log of requests. */
export type UpgradeListener = (answer: {
  readonly path: string;
  readonly status: number;
  readonly principal: Principal | undefined;
}) => void;

/**
 * The platform's socket: opens connections, turns news of the world into frames, and knows who is connected.
 *
 * Disposed of, it closes every connection with 1012, as a server that restarts does.
 */
export class SocketServer implements Disposable {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #settings: SocketSettings;
  readonly #onUpgrade: UpgradeListener;
  readonly #connections = new Set<Connection>();
  readonly #byTopic = new Map<string, Set<Connection>>();
  readonly #agents = new AgentSockets();
  readonly #unsubscribe: () => void;
  readonly #webSockets: WebSocketServer;

  constructor(
    world: World,
    options: SocketOptions & { readonly faults: Faults; readonly onUpgrade?: UpgradeListener },
  ) {
    const { faults, onUpgrade = () => {}, ...socketOptions } = options;
    this.#world = world;
    this.#settings = settingsOf(socketOptions);
    this.#faults = faults;
    this.#onUpgrade = onUpgrade;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: this.#settings.maxFrameBytes,
      perMessageDeflate: this.#settings.compress,
      handleProtocols: () => false,
      WebSocket: this.#settings.webServer === "cowboy" ? CowboyWebSocket : BanditWebSocket,
    });
    this.#unsubscribe = world.subscribe((news) => this.#tell(news));
    this.#webSockets.on("headers", (headers) => headers.push("cache-control: max-age=0, private, must-revalidate"));
    this.#faults.attach({
      close: (where) =>
        this.#each(where, (connection) => connection.close(where.code ?? this.#settings.disconnectCode)),
      cut: (where) => this.#each(where, (connection) => connection.cut()),
      silence: (where) => this.#silence(where),
      crash: (where) => this.#eachChannel(where, (connection, topic) => connection.crashChannel(topic)),
      closeChannels: (where) => this.#eachChannel(where, (connection, topic) => connection.closeChannel(topic)),
      supersede: (where) => this.#supersede(where),
      send: (frame) => this.#send(frame),
    });
  }

  /** The listener for `upgrade` of an HTTP server. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy()); // a client that hangs up while it is being refused
    const { pathname } = new URL(request.url ?? "/", "http://sandbox");
    if (!isSocketPath(pathname)) {
      refuseUpgrade(socket, { status: 404, code: "not_found", message: "No socket at this path" });
      return;
    }
    const admission = admit(request, this.#world, this.#settings);
    const principal = "status" in admission ? undefined : admission.principal;
    const fault = this.#faults.takeRequest({ method: "UPGRADE", path: pathname, principal });
    const delayMs = 2 * this.#faults.latencyMs + (fault && "delayMs" in fault ? (fault.delayMs ?? 0) : 0);
    const answer = (): void => {
      if (socket.destroyed) return;
      const status = this.#answer(request, socket, head, fault);
      if (status !== undefined) this.#onUpgrade({ path: pathname, status, principal });
    };
    if (delayMs === 0) answer();
    else void pause(delayMs, undefined, { ref: false }).then(answer);
  }

  /** Answers a request at a socket's path that is no upgrade. */
  answerPlain(request: IncomingMessage, response: ServerResponse): void {
    const admission = request.method === "GET" ? admit(request, this.#world, this.#settings) : undefined;
    refusePlainRequest(response, admission && "status" in admission ? admission : { status: 400, text: "" });
  }

  /** Sends an event of a test's own to everyone who joined a topic; answers how many. */
  broadcast(topic: string, event: string, payload: unknown, from: "server" | "channel" = "server"): number {
    const connections = [...(this.#byTopic.get(topic) ?? [])];
    for (const connection of connections) {
      if (from === "server") connection.push(topic, event, payload);
      else connection.pushFromChannel(topic, event, payload);
    }
    return connections.length;
  }

  /** The sockets of an account that are open, oldest first. */
  openSockets(accountId: string): readonly OpenSocket[] {
    const open = [...this.#connections].filter((connection) => connection.accountId === accountId);
    return open.map(({ id, topics, openedAt }) => ({ id, topics, openedAt }));
  }

  /**
   * Says goodbye, as a server that restarts does: 1012. A bare Phoenix server says so only where a channel is joined; the others get 1000
   * from Bandit, and nothing from Cowboy, which cuts them in the end.
   */
  closeAll(): void {
    const { profile, webServer } = this.#settings;
    for (const connection of this.#connections) {
      if (profile === "platform" || connection.topics.length > 0) connection.close(1012);
      else if (webServer === "bandit") connection.close(1000);
    }
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.closeAll();
    for (const connection of this.#connections) connection.cut(); // those a scripted latency still holds
    this.#webSockets.close();
  }

  #answer(request: IncomingMessage, socket: Duplex, head: Buffer, fault: RequestFault | undefined): number | undefined {
    const scripted = fault && refusalOf(fault);
    if (scripted) {
      answerUpgrade(socket, scripted);
      return scripted.status;
    }
    if (fault && "cut" in fault) return void socket.destroy();
    if (fault && "hang" in fault) return undefined;
    const admission = admit(request, this.#world, this.#settings);
    const refusal = "status" in admission ? admission : this.#conflict(admission);
    if (refusal) {
      refuseUpgrade(socket, refusal);
      return refusal.status;
    }
    if ("status" in admission) return undefined;
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#open(webSocket, admission));
    return 101;
  }

  #conflict({ principal, onConflict }: Admission) {
    if (principal.kind !== "Agent" || this.#settings.profile === "phoenix") return undefined;
    return this.#agents.refusal(principal.agent.id, onConflict);
  }

  #open(webSocket: WebSocket, { principal, serializer }: Admission): void {
    const connection = new Connection({
      webSocket,
      principal,
      world: this.#world,
      faults: this.#faults,
      settings: this.#settings,
      serializer: serializer ?? serializerV2,
      events: {
        joined: (joined, topic) => this.#joined(joined, topic),
        parted: (parted, topic) => this.#parted(parted, topic),
        closed: (closed) => this.#closed(closed),
        broadcast: (topic, event, payload, except) => {
          for (const joined of this.#byTopic.get(topic) ?? [])
            if (joined !== except) joined.push(topic, event, payload);
        },
      },
    });
    this.#connections.add(connection);
    if (!serializer) connection.close(1011);
    else if (principal.kind === "Agent" && this.#settings.profile === "platform")
      this.#agents.take(principal.agent.id, connection);
  }

  #joined(connection: Connection, topic: string): void {
    const connections = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, connections.add(connection));
    this.#listen(connection, topic, true);
  }

  #parted(connection: Connection, topic: string): void {
    const connections = this.#byTopic.get(topic);
    connections?.delete(connection);
    if (connections?.size === 0) this.#byTopic.delete(topic);
    const { accountId } = connection;
    const another = [...(connections ?? [])].some((other) => other.accountId === accountId);
    if (!another) this.#listen(connection, topic, false);
  }

  #listen(connection: Connection, topic: string, listening: boolean): void {
    if (connection.principal.kind !== "Agent" || !topic.startsWith("chat_room:")) return;
    this.#world.listening.set(connection.accountId, topic.slice("chat_room:".length), listening);
  }

  #closed(connection: Connection): void {
    this.#connections.delete(connection);
    this.#agents.release(connection.accountId, connection);
  }

  #tell(news: News): void {
    for (const { topic, event, payload, isFor } of pushesOf(news)) {
      for (const connection of this.#byTopic.get(topic) ?? []) {
        if (isFor(connection.principal)) connection.push(topic, event, payload);
      }
    }
    if (news.type === "room_removed") this.#expel(news.room.id, news.from.id);
    if (news.type === "room_deleted") this.#expel(news.roomId);
    if (news.type === "agent_deleted") {
      this.#each({ agent: news.agent.id }, (connection) => connection.close(this.#settings.disconnectCode));
    }
  }

  /** Ends the channels of a room: of one account that is no longer in it, or of all. */
  #expel(roomId: string, accountId?: string): void {
    for (const topic of topicsOfRoom(roomId)) {
      for (const connection of this.#byTopic.get(topic) ?? []) {
        if (accountId === undefined || connection.accountId === accountId) connection.closeChannel(topic);
      }
    }
  }

  #each(where: SocketWhere, action: (connection: Connection) => void): number {
    const chosen = [...this.#connections].filter(({ principal }) => isNamed(principal, where.agent));
    for (const connection of chosen) action(connection);
    return chosen.length;
  }

  #silence(where: SocketWhere): () => void {
    const lifts: (() => void)[] = [];
    this.#each(where, (connection) => lifts.push(connection.silence()));
    return () => {
      for (const lift of lifts) lift();
    };
  }

  #eachChannel(
    where: SocketWhere & { readonly topic: string },
    action: (connection: Connection, topic: string) => void,
  ): number {
    let struck = 0;
    this.#each(where, (connection) => {
      for (const topic of connection.topics.filter((each) => glob(where.topic, each))) {
        action(connection, topic);
        struck += 1;
      }
    });
    return struck;
  }

  #supersede(where: SocketWhere): number {
    const agents = [...this.#connections].filter(
      ({ principal }) => principal.kind === "Agent" && isNamed(principal, where.agent),
    );
    for (const connection of agents) supersede(connection);
    return agents.length;
  }

  #send({ topic, event, payload = {}, joinRef = null, ...where }: StrayFrame): number {
    return this.#each(where, (connection) => connection.send([joinRef, null, topic, event, payload]));
  }
}
