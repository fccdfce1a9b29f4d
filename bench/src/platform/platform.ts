import { Child } from "../child.ts";
import type { Command, SaidMessage, Say, Told } from "./command.ts";
import { apiKey } from "./wire.ts";

/** What became of what was said. */
export interface SayReport {
  readonly messages: readonly SaidMessage[];
  /** Without the pauses between rounds. */
  readonly elapsedMs: number;
  /** Time of the platform's own processor. */
  readonly cpuMs: number;
}

/** A platform in a process of its own, with rooms that one agent is in. Disposing ends it. */
export class Platform implements AsyncDisposable {
  readonly baseUrl: string;
  readonly apiKey = apiKey;
  readonly #child: Child<Command, Told>;

  private constructor(child: Child<Command, Told>, baseUrl: string) {
    this.#child = child;
    this.baseUrl = baseUrl;
  }

  static async open(rooms: number): Promise<Platform> {
    const child = new Child<Command, Told>(new URL("./process.ts", import.meta.url), { args: [String(rooms)] });
    const { baseUrl = "" } = await child.ask({ do: "address" });
    return new Platform(child, baseUrl);
  }

  /** Ends once the agent has joined all rooms and asked for nothing for `quietMs`; tells when it connected and joined the last. */
  async settledIn(quietMs = 300): Promise<{ readonly openedMs: number; readonly joinedMs: number }> {
    const { openedMs = 0, joinedMs = 0 } = await this.#child.ask({ do: "settle-in", quietMs });
    return { openedMs, joinedMs };
  }

  async latency(eachWayMs: number): Promise<void> {
    await this.#child.ask({ do: "latency", ms: eachWayMs });
  }

  /** From now on the answer to every event takes that much longer. */
  async slowEvents(ms: number): Promise<void> {
    await this.#child.ask({ do: "slow-events", ms });
  }

  async say(what: Say): Promise<SayReport> {
    const { messages = [], elapsedMs = 0, cpuMs = 0 } = await this.#child.ask({ do: "say", ...what });
    return { messages, elapsedMs, cpuMs };
  }

  /** A message each for so many rooms, every so many-th from the first one on, which may not be joined yet; {@link finish} waits for them. */
  async queue(rooms: number, from = 0, every = 1): Promise<void> {
    await this.#child.ask({ do: "queue", rooms, from, every });
  }

  /** Sends news that no agent has a use for, to one room after another; ends when it was read, and tells how long that took. */
  async flood(frames: number): Promise<number> {
    const { elapsedMs = 0 } = await this.#child.ask({ do: "flood", frames });
    return elapsedMs;
  }

  async finish(): Promise<readonly SaidMessage[]> {
    const { messages = [] } = await this.#child.ask({ do: "finish" });
    return messages;
  }

  /** Ends the agent's socket without a word, and tells when. */
  async cut(): Promise<number> {
    const { cutMs = 0 } = await this.#child.ask({ do: "cut" });
    return cutMs;
  }

  /** What was asked for since the last count, by kind. */
  async count(): Promise<Readonly<Record<string, number>>> {
    const { counts = {} } = await this.#child.ask({ do: "count" });
    return counts;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }
}
