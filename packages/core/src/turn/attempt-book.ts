import type { Delivery } from "../model/delivery.ts";

/** What a process knows of the attempts it made at one unsettled message. */
interface Entry {
  /** Attempts made by this process: an open one among them was not abandoned. */
  readonly own: Set<number>;
  /** The newest of them, while no handler has run in it. */
  unused: number | undefined;
  /** A claim had no answer: an attempt above this number may be ours. */
  unansweredAbove: number | undefined;
  /** The newest was left open on purpose. */
  isLeftOpen: boolean;
}

/**
 * The attempts of unsettled messages that this process made.
 *
 * Whoever comes after a crash takes each open attempt for an abandoned one. So a process leaves at most one behind: a claim
 * whose answer was lost, or that nothing came of, is found again in the queue and used, and not made anew.
 */
export class AttemptBook {
  readonly #entries = new Map<string, Entry>();

  /** The attempts of a message that were made by this process. */
  own(messageId: string): ReadonlySet<number> {
    return this.#entries.get(messageId)?.own ?? new Set();
  }

  /** The platform has granted a claim. */
  add(messageId: string, attemptNumber: number): void {
    const entry = this.#entry(messageId);
    const above = entry.unansweredAbove ?? attemptNumber - 1;
    for (let number = above + 1; number <= attemptNumber; number += 1) entry.own.add(number);
    entry.unansweredAbove = undefined;
    entry.unused = attemptNumber;
  }

  /** Nobody knows whether the platform has granted a claim; before it, `known` was how often the message had been claimed. */
  addUnanswered(messageId: string, known: number): void {
    const entry = this.#entry(messageId);
    const newest = Math.max(known, ...entry.own);
    entry.unansweredAbove = Math.min(newest, entry.unansweredAbove ?? newest);
  }

  /** The handler runs in the newest attempt, which is never used again. */
  run(messageId: string): void {
    this.#entry(messageId).unused = undefined;
  }

  /** The open attempt of ours in which nothing has run yet, if the queue shows one; it is ours from then on. */
  findUnused(messageId: string, delivery: Delivery): number | undefined {
    const entry = this.#entries.get(messageId);
    const newest = delivery.attempts.at(-1);
    if (entry === undefined || newest?.status !== "processing") return undefined;
    const isOurs =
      newest.number === entry.unused || newest.number > (entry.unansweredAbove ?? Number.POSITIVE_INFINITY);
    if (!isOurs) return undefined;
    this.add(messageId, newest.number);
    return newest.number;
  }

  /** The attempt was left open on purpose; it is closed just before the next claim. */
  leaveOpen(messageId: string): void {
    const entry = this.#entry(messageId);
    entry.isLeftOpen = true;
    entry.unused = undefined;
  }

  takeOpen(messageId: string): boolean {
    const entry = this.#entries.get(messageId);
    if (entry?.isLeftOpen !== true) return false;
    entry.isLeftOpen = false;
    return true;
  }

  forget(messageId: string): void {
    this.#entries.delete(messageId);
  }

  #entry(messageId: string): Entry {
    const entry = this.#entries.get(messageId) ?? {
      own: new Set(),
      unused: undefined,
      unansweredAbove: undefined,
      isLeftOpen: false,
    };
    this.#entries.set(messageId, entry);
    return entry;
  }
}
