import type { StoredItem } from "../model/stored-item.ts";

/**
 * Who is waiting for whose answer in one room.
 *
 * A text from someone who was asked is kept here before it becomes a turn. What turns out not to be the answer is given
 * back: it still waits in the platform's queue, so a nudge is enough.
 */
export class Answers {
  readonly #waits = new Map<string, Wait>();
  readonly #turns = new Map<string, Promise<void>>();
  /** Messages that were answers, so that they don't count as turns of their own. */
  readonly taken = new Set<string>();
  /** Whether anyone was asked here in the life of this process. */
  asked = false;
  readonly #giveBack: () => void;

  /** @param giveBack Called when something was kept that was no answer. */
  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }

  /** Keeps a message if its sender was asked. */
  take(item: StoredItem): boolean {
    const wait = this.#waits.get(item.senderId);
    wait?.hear(item);
    return wait !== undefined;
  }

  /** Frames may have been missed: those who wait look for themselves. */
  check(): void {
    for (const wait of this.#waits.values()) wait.check();
  }

  /** Someone is no longer in the room. */
  left(participantId: string): void {
    this.#waits.get(participantId)?.leave();
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
    await before;
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
      if (hasRest) this.#giveBack();
    });
    this.#waits.set(peerId, wait);
    return wait;
  }
}

/** One question's ear: what its peer says meanwhile, and whether there is reason to look for more. */
export class Wait implements Disposable {
  readonly #close: (hasRest: boolean) => void;
  readonly #heard = new Map<string, StoredItem>();
  #ring = Promise.withResolvers<void>();
  /** Frames may have been missed since this was last read; reading it is the looker's promise to look. */
  #mustCheck = false;
  hasLeft = false;

  constructor(close: (hasRest: boolean) => void) {
    this.#close = close;
  }

  /** Ends when something new was heard, or there is reason to look. */
  get news(): Promise<void> {
    return this.#ring.promise;
  }

  hear(item: StoredItem): void {
    this.#heard.set(item.id, item);
    this.wake();
  }

  check(): void {
    this.#mustCheck = true;
    this.wake();
  }

  leave(): void {
    this.hasLeft = true;
    this.wake();
  }

  takeCheck(): boolean {
    const mustCheck = this.#mustCheck;
    this.#mustCheck = false;
    return mustCheck;
  }

  /** What was heard and inserted after that time, oldest first; it is no longer kept. */
  takeAfter(insertedAt: string): readonly StoredItem[] {
    const found = [...this.#heard.values()].filter((item) => item.insertedAt > insertedAt);
    for (const item of found) this.#heard.delete(item.id);
    return found.sort((a, b) => (a.insertedAt < b.insertedAt ? -1 : 1));
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
