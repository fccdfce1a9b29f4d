import type { ClientFrame } from "./frame.ts";

/** A joined topic of one connection. */
export interface Channel {
  readonly topic: string;
  /** As the join gave it, null included. A closing frame carries it. */
  readonly joinRef: unknown;
  /** What replies and pushes carry: the join_ref, or the ref of a join that had none. */
  readonly pushRef: unknown;
}

/** The topics a connection has joined, in the order it joined them; at most `limit` at a time. */
export class Channels {
  readonly #joined = new Map<string, Channel>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get topics(): readonly string[] {
    return [...this.#joined.keys()];
  }

  get(topic: unknown): Channel | undefined {
    return typeof topic === "string" ? this.#joined.get(topic) : undefined;
  }

  /** A topic that is joined already may be joined again at the limit: the old channel makes room first. */
  hasRoomFor(topic: string): boolean {
    return this.#joined.has(topic) || this.#joined.size < this.#limit;
  }

  add(topic: string, join: ClientFrame): Channel {
    const channel = { topic, joinRef: join.joinRef, pushRef: join.joinRef ?? join.ref };
    this.#joined.delete(topic);
    this.#joined.set(topic, channel);
    return channel;
  }

  remove(topic: string): Channel | undefined {
    const channel = this.#joined.get(topic);
    this.#joined.delete(topic);
    return channel;
  }
}
