import type { ClientFrame } from "./frame.ts";
import { Mailbox } from "./mailbox.ts";

/** A joined topic of one connection. */
export interface Channel {
  readonly topic: string;
  /** As the join gave it, null included. A closing frame carries it. */
  readonly joinRef: unknown;
  /** What replies and pushes carry: the join_ref, or the ref of a join that had none. */
  readonly pushRef: unknown;
  /** What comes to it, in order. */
  readonly mailbox: Mailbox;
  /** A leave has come, and nothing after it counts. */
  isLeaving: boolean;
}

/** The topics a connection has joined, in the order it joined them; at most `limit` at a time. Ends with `signal`. */
export class Channels {
  readonly #joined = new Map<string, Channel>();
  readonly #limit: number;
  readonly #signal: AbortSignal;

  constructor(limit: number, signal: AbortSignal) {
    this.#limit = limit;
    this.#signal = signal;
  }

  get topics(): readonly string[] {
    return [...this.#joined.keys()];
  }

  get(topic: unknown): Channel | undefined {
    return typeof topic === "string" ? this.#joined.get(topic) : undefined;
  }

  /** Whether this channel is the one its topic has now, and not one that ended. */
  has(channel: Channel): boolean {
    return this.#joined.get(channel.topic) === channel;
  }

  /** A topic that is joined already may be joined again at the limit: the old channel makes room first. */
  hasRoomFor(topic: string): boolean {
    return this.#joined.has(topic) || this.#joined.size < this.#limit;
  }

  add(topic: string, join: ClientFrame): void {
    const { joinRef } = join;
    const mailbox = new Mailbox(this.#signal);
    this.#joined.delete(topic);
    this.#joined.set(topic, { topic, joinRef, pushRef: joinRef ?? join.ref, mailbox, isLeaving: false });
  }

  remove(topic: string): Channel | undefined {
    const channel = this.#joined.get(topic);
    this.#joined.delete(topic);
    return channel;
  }
}
