import { EventEmitter } from "node:events";
import type { ClientWebSocket } from "../../src/internal/environment.ts";
import type { Chance } from "./chance.ts";
import type { VirtualClock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { Account, SimulatedPlatform } from "./platform.ts";

type Frame = readonly [string | null, string | null, string, string, unknown];

/** The states of a WebSocket, by their numbers. */
const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3];

/** What a connection is made over. */
export interface Line {
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly server: SocketServer;
  /** Comes to the process at the client's end as soon as it is awake; never when it is dead. */
  readonly wake: (run: () => void) => void;
  /** An event is about to reach the process. */
  readonly heard: (event: string, payload: unknown) => void;
}

/** The client's end of a connection over the virtual network, as far as `ws` and browsers have it. */
export class SimulatedWebSocket extends EventEmitter implements ClientWebSocket {
  readonly CLOSED = CLOSED;
  onopen = () => {};
  onmessage = (_event: { readonly data: string }) => {};
  onclose = (_event: { readonly code: number; readonly reason: string }) => {};
  onerror = (_error: Error) => {};
  readonly #line: Line;
  #state = CONNECTING;
  #agent: Account | undefined;
  /** Topics joined, with the reference of the join. */
  readonly #topics = new Map<string, string | null>();
  /** Frames of one direction keep their order. */
  readonly #lastDueMs = { up: 0, down: 0 };

  constructor(line: Line, apiKey: string) {
    super();
    this.#line = line;
    this.#later("up", () => this.#upgrade(apiKey));
  }

  get readyState(): number {
    return this.#state;
  }

  get agent(): Account | undefined {
    return this.#agent;
  }

  send(data: unknown): void {
    if (this.#state !== OPEN || this.#line.faults.strikes("silence")) return;
    const frame: Frame = JSON.parse(String(data));
    this.#later("up", () => {
      if (this.#state === OPEN) this.#receive(frame);
    });
  }

  close(code = 1005): void {
    if (this.#state >= CLOSING) return;
    this.#state = CLOSING;
    this.#later("down", () => this.#end(code));
  }

  terminate(): void {
    this.#end(1006);
  }

  /** The server's end: an event of a topic, if it is joined. */
  push(topic: string, event: string, payload: unknown): void {
    const joinRef = this.#topics.get(topic);
    if (joinRef === undefined) return;
    const { faults } = this.#line;
    if (faults.strikes("frame-lost")) return;
    const frame: Frame = [joinRef, null, topic, event, payload];
    this.#deliver(frame);
    if (faults.strikes("frame-twice")) this.#deliver(frame);
  }

  /** The server's end: goodbye, after what was sent before. */
  dismiss(code: number): void {
    this.#later("down", () => this.#end(code));
  }

  /** The server's end: the process of a channel has died. */
  crash(topic: string): void {
    const joinRef = this.#topics.get(topic);
    if (joinRef === undefined) return;
    this.#topics.delete(topic);
    this.#deliver([joinRef, joinRef, topic, "phx_error", {}]);
  }

  get topics(): readonly string[] {
    return [...this.#topics.keys()];
  }

  #upgrade(apiKey: string): void {
    const { faults, server } = this.#line;
    if (this.#state !== CONNECTING) return;
    if (faults.strikes("outage")) return this.#fail("connect ECONNREFUSED");
    if (faults.strikes("silence")) return;
    const agent = server.admit(apiKey, this);
    if (agent === undefined) return this.#fail("Unexpected server response: 429");
    this.#agent = agent;
    this.#later("down", () => {
      if (this.#state !== CONNECTING) return;
      this.#state = OPEN;
      this.#line.wake(() => this.onopen());
    });
  }

  #fail(text: string): void {
    this.#line.wake(() => this.emit("error", new Error(text)));
    this.#end(1006);
  }

  #receive([joinRef, ref, topic, event]: Frame): void {
    const reply = (status: "ok" | "error", response: object) =>
      this.#deliver([joinRef, ref, topic, "phx_reply", { status, response }]);
    if (event === "heartbeat") return reply("ok", {});
    if (event === "phx_leave") {
      this.#topics.delete(topic);
      return reply("ok", {});
    }
    if (event !== "phx_join" || this.#line.faults.strikes("join-unanswered")) return;
    if (!this.#line.server.mayJoin(topic, this.#agent)) return reply("error", { reason: "unauthorized" });
    this.#topics.set(topic, joinRef);
    reply("ok", {});
  }

  #deliver(frame: Frame): void {
    const { faults, chance, clock } = this.#line;
    const [, , , event, payload] = frame;
    if (faults.strikes("silence")) return;
    const text = JSON.stringify(frame);
    const arrive = () => {
      this.#line.wake(() => {
        if (this.#state !== OPEN) return;
        this.#line.heard(event, payload);
        this.onmessage({ data: text });
      });
    };
    if (faults.strikes("frame-late")) clock.schedule(chance.between(20, 400), arrive);
    else this.#later("down", arrive);
  }

  #later(direction: "up" | "down", run: () => void): void {
    const { clock, chance, faults } = this.#line;
    const travelMs = chance.between(1, 15) + (faults.strikes("slow") ? 500 : 0);
    const dueMs = Math.max(this.#lastDueMs[direction], clock.nowMs + travelMs);
    this.#lastDueMs[direction] = dueMs;
    clock.schedule(dueMs - clock.nowMs, run);
  }

  #end(code: number): void {
    if (this.#state === CLOSED) return;
    this.#state = CLOSED;
    this.#topics.clear();
    this.#line.server.forget(this);
    this.#line.wake(() => {
      this.emit("close");
      this.onclose({ code, reason: "" });
    });
  }
}

/** The server's end of all connections: one per agent, the newest wins. */
export class SocketServer {
  readonly #platform: SimulatedPlatform;
  readonly #live = new Map<string, SimulatedWebSocket>();

  constructor(platform: SimulatedPlatform) {
    this.#platform = platform;
    platform.announce = (topic, event, payload, agentId) => this.#live.get(agentId)?.push(topic, event, payload);
  }

  get connections(): readonly SimulatedWebSocket[] {
    return [...this.#live.values()];
  }

  /** Takes a newcomer, and tells an older connection of the same agent that it is no longer wanted. */
  admit(apiKey: string, newcomer: SimulatedWebSocket): Account | undefined {
    const agent = this.#platform.agentOf(apiKey);
    if (agent === undefined) return undefined;
    const older = this.#live.get(agent.id);
    this.#live.set(agent.id, newcomer);
    if (older !== undefined) {
      const payload = { reason: "session.already_connected", message: "A newer connection of this agent took over." };
      older.push(`agent_control:${agent.id}`, "supersede", payload);
      older.dismiss(1000);
    }
    return agent;
  }

  mayJoin(topic: string, agent: Account | undefined): boolean {
    const [kind, id = ""] = topic.split(":");
    if (kind === "chat_room" || kind === "room_participants") return this.#platform.room(id) !== undefined;
    return id === agent?.id;
  }

  forget(connection: SimulatedWebSocket): void {
    const { agent } = connection;
    if (agent !== undefined && this.#live.get(agent.id) === connection) this.#live.delete(agent.id);
  }
}
