import type { Message } from "../model/message.ts";
import { deliveryFor, type StoredItem } from "../model/stored-item.ts";
import { markFailed } from "../rest/marks.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { readableMessage } from "../room/readable.ts";
import type { AttemptBook } from "./attempt-book.ts";
import { notRun } from "./attempts.ts";
import { type Claimed, claimFromQueue } from "./claim.ts";
import type { TurnEnd } from "./ending.ts";

/** What becomes of messages that arrive while a turn runs. */
export type WhileBusy = "queue" | "batch" | "interrupt" | "steer";

/**
 * The messages that arrive in a room while one turn runs there.
 *
 * Under `interrupt` one of them ends the turn. Under `steer` they are claimed and handed to the handler, and what it took
 * is settled with the turn; what it did not take is given back and has a turn of its own. Otherwise they wait. In each case
 * the platform's queue has them until they are settled, so nothing here can lose one.
 */
export class Arrivals {
  readonly #room: KnownRoom;
  readonly #rules: {
    readonly whileBusy: WhileBusy;
    readonly book: AttemptBook;
    accepts(item: StoredItem): Promise<boolean>;
  };
  readonly #end: TurnEnd;
  readonly #met = new Set<string>();
  readonly #claimed = new Map<string, Claimed>();
  readonly #taken = new Map<string, Claimed>();
  /** One after another, in the order they came. */
  #work: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(
    room: KnownRoom,
    rules: { readonly whileBusy: WhileBusy; readonly book: AttemptBook; accepts(item: StoredItem): Promise<boolean> },
    end: TurnEnd,
  ) {
    this.#room = room;
    this.#rules = rules;
    this.#end = end;
  }

  /** A frame brought news of this message. */
  offer(item: StoredItem): void {
    const { whileBusy } = this.#rules;
    if (this.#met.has(item.id) || (whileBusy !== "interrupt" && whileBusy !== "steer")) return;
    this.#met.add(item.id);
    this.#work = this.#work.then(() => this.#admit(item));
  }

  /** Those that have come since this was last called, oldest first. The turn answers for them from now on. */
  take(): readonly Message[] {
    const now = [...this.#claimed.values()];
    this.#claimed.clear();
    for (const claimed of now) {
      this.#taken.set(claimed.item.id, claimed);
      this.#rules.book.run(claimed.item.id);
    }
    return now.map(({ item }) => readableMessage(item, this.#room.people.known));
  }

  /** The handler could not do anything with a message it took: it has a turn of its own after all. */
  defer(messageId: string): void {
    const claimed = this.#taken.get(messageId);
    if (claimed === undefined || this.#isOver) return;
    this.#taken.delete(messageId);
    this.#work = this.#work.then(() => this.#giveBack(claimed));
  }

  /** The run is over: gives back what was not taken, and tells what was. */
  async close(): Promise<readonly Claimed[]> {
    this.#isOver = true;
    await this.#work;
    for (const claimed of this.#claimed.values()) await this.#giveBack(claimed);
    this.#claimed.clear();
    return [...this.#taken.values()];
  }

  async #admit(item: StoredItem): Promise<void> {
    const { session } = this.#room;
    const isFresh =
      item.senderId !== session.identity.id && deliveryFor(item, session.identity.id).attempts.length === 0;
    try {
      if (this.#isOver || !isFresh) return;
      if (!(await this.#rules.accepts(item))) return;
      if (this.#rules.whileBusy === "interrupt") return this.#end.end("interrupt");
      const claimed = await claimFromQueue(this.#room, item, this.#rules.book);
      if (claimed.kind !== "claimed") return;
      if (claimed.attemptNumber > 1 || this.#end.cut !== undefined) return await this.#giveBack(claimed);
      this.#claimed.set(item.id, claimed);
    } catch (error) {
      session.logger.warn(`Message ${item.id} in room ${this.#room.id} waits for its turn: ${String(error)}`);
    }
  }

  async #giveBack(claimed: Claimed): Promise<void> {
    try {
      await markFailed(this.#room.session.client, { roomId: this.#room.id, messageId: claimed.item.id, error: notRun });
    } catch (error) {
      this.#room.session.logger.debug(`Message ${claimed.item.id} was not given back: ${String(error)}`);
    }
  }
}
