import type { StoredItem } from "../model/stored-item.ts";

const takenAtMost = 1_000;

/**
 * Who is waiting for whose answer in one room.
 *
 * A text from someone who was asked is kept here before it becomes a turn. What turns out not to be the answer is given
 * back: it still waits in the platform's queue, so a nudge is enough.
 */
export class Answers {
  readonly #waits = new Map<string, Wait>();
  readonly #turns = new Map<string, Promise<void>>();
  readonly #taken = new Set<string>();
  readonly #settling = new Set<string>();
  readonly #giveBack: () => void;
  /** The queue was not worked on because of what waits here. */
  #hasHeldUp = false;
  /** Whether someone may still answer a question that was given up here, by this process or, as far as that is known, an earlier one. */
  asked = false;
  #lookedBack: Promise<void> | undefined;

  /** @param giveBack Called when something was kept that was no answer. */
  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }

  /** Messages that were answers, so that they don't count as turns of their own; the newest thousand. */
  get taken(): ReadonlySet<string> {
    return this.#taken;
  }

  /** Keeps a message if its sender was asked. The frame of an earlier one may have been lost, so it is reason to look. */
  take(item: StoredItem): boolean {
    const wait = this.#waits.get(item.senderId);
    wait?.hear(item);
    wait?.check();
    return wait !== undefined;
  }

  /** Whether the head of the queue is for someone who waits here. Then the queue is given back as soon as it isn't. */
  holdsUp(head: StoredItem): boolean {
    const holds = this.#settling.has(head.id) || this.take(head);
    if (holds) this.#hasHeldUp = true;
    return holds;
  }

  /** Frames may have been missed: those who wait look for themselves. */
  check(): void {
    for (const wait of this.#waits.values()) wait.check();
  }

  /** Something that decides what counts as that peer's answer is known now. */
  wakeFor(peerId: string): void {
    this.#waits.get(peerId)?.wake();
  }

  /** Someone is no longer in the room. */
  left(participantId: string): void {
    this.#waits.get(participantId)?.leave("peer");
  }

  /** The room, or our place in it, is no more. */
  gone(): void {
    for (const wait of this.#waits.values()) wait.leave("room");
  }

  /** A message is an answer: whoever asked has it, and settles it. */
  handOver(messageId: string): void {
    this.#settling.add(messageId);
    this.#taken.add(messageId);
    const [oldest] = this.#taken;
    if (this.#taken.size > takenAtMost && oldest !== undefined) this.#taken.delete(oldest);
  }

  /** An answer needs nothing more. */
  settled(messageId: string): void {
    this.#settling.delete(messageId);
    this.#free(false);
  }

  /** Finds out, once, whether an earlier process has asked here. Never rejects; what could not be found out is tried again. */
  lookBack(wasAsked: () => Promise<boolean>): Promise<void> {
    this.#lookedBack ??= wasAsked().then(
      (asked) => {
        this.asked ||= asked;
      },
      () => {
        this.#lookedBack = undefined;
      },
    );
    return this.#lookedBack;
  }

  /** Runs a task when no earlier question to that peer waits any more: one at a time, in the order they came. */
  async inTurn<Result>(peerId: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(peerId) ?? Promise.resolve();
    const result = before.then(task);
    const after = result.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(peerId, after);
    try {
      return await result;
    } finally {
      if (this.#turns.get(peerId) === after) this.#turns.delete(peerId);
    }
  }

  /** Starts to keep what that peer says, until it is closed. */
  open(peerId: string): Wait {
    this.asked = true;
    const wait = new Wait((hasRest) => {
      this.#waits.delete(peerId);
      this.#free(hasRest);
    });
    this.#waits.set(peerId, wait);
    return wait;
  }

  #free(hasRest: boolean): void {
    if (!hasRest && !this.#hasHeldUp) return;
    this.#hasHeldUp = false;
    this.#giveBack();
  }
}

/** One question's ear: what its peer says meanwhile, and whether there is reason to look for more. */
export class Wait implements Disposable {
  readonly #close: (hasRest: boolean) => void;
  readonly #heard = new Map<string, StoredItem>();
  #ring = Promise.withResolvers<void>();
  /** Frames may have been missed since this was last read; reading it is the looker's promise to look. */
  #mustCheck = false;
  #left: "peer" | "room" | undefined;

  constructor(close: (hasRest: boolean) => void) {
    this.#close = close;
  }

  /** Ends when something new was heard, or there is reason to look. */
  get news(): Promise<void> {
    return this.#ring.promise;
  }

  /** What has gone, so that no answer can come any more. */
  get left(): "peer" | "room" | undefined {
    return this.#left;
  }

  hear(item: StoredItem): void {
    this.#heard.set(item.id, item);
    this.wake();
  }

  check(): void {
    this.#mustCheck = true;
    this.wake();
  }

  /** What was said before may still be found, so this is reason to look as well. */
  leave(what: "peer" | "room"): void {
    if (this.#left !== undefined) return;
    this.#left = what;
    this.check();
  }

  takeCheck(): boolean {
    const mustCheck = this.#mustCheck;
    this.#mustCheck = false;
    return mustCheck;
  }

  /** The oldest of what was heard that was inserted after that time; it is no longer kept. */
  takeFirst(insertedAt: string): StoredItem | undefined {
    const [first] = [...this.#heard.values()]
      .filter((item) => item.insertedAt > insertedAt)
      .sort((a, b) => (a.insertedAt < b.insertedAt ? -1 : 1));
    if (first !== undefined) this.#heard.delete(first.id);
    return first;
  }

  [Symbol.dispose](): void {
    this.#close(this.#heard.size > 0);
  }

  /** Ends the present wait for news. */
  wake(): void {
    this.#ring.resolve();
    this.#ring = Promise.withResolvers<void>();
  }
}
