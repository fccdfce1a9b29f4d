import type { Message } from "../model/message.ts";
import type { TurnOutcome } from "../model/notice.ts";
import type { StoredItem } from "../model/stored-item.ts";
import type { MentionInput } from "../outbox/mentions.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { Arrivals } from "../turn/arrivals.ts";
import { type Cut, TurnEnd } from "../turn/ending.ts";
import { takePrompt } from "../turn/speak.ts";
import { acceptance, type TurnEnded, takeTurn } from "../turn/take-turn.ts";
import { TurnSlot } from "./turn-slot.ts";
import type { Workshop } from "./workshop.ts";

/** A message to be taken through its turn, and who named it. */
export interface Waiting {
  readonly item: StoredItem;
  readonly from: "queue" | "frame";
}

/**
 * The turn that runs in a room, if one does: it waits for a slot, and can be reached from outside from before its message
 * is claimed until it is over.
 */
export class RoomTurn {
  readonly #shop: Workshop;
  #end: TurnEnd | undefined;
  #arrivals: Arrivals | undefined;

  constructor(shop: Workshop) {
    this.#shop = shop;
  }

  /** Ends the turn that runs. */
  cut(cut: Cut): void {
    this.#end?.end(cut);
  }

  /** A frame brought news of a message while a turn runs. */
  offer(item: StoredItem): void {
    this.#arrivals?.offer(item);
  }

  /**
   * Takes a message through its turn, up to the word on how it is to be settled. What came while it waited for its slot
   * may have changed things, so the queue is looked at again then.
   */
  async take(
    room: KnownRoom,
    waiting: Waiting,
    at: { look(): Promise<StoredItem | undefined>; isOver(): boolean; readonly timeoutMs: number | undefined },
  ): Promise<TurnEnded> {
    const { ledger, turns } = this.#shop;
    const { item, from } = waiting;
    ledger.set(item.id, "waiting");
    const slot = await TurnSlot.acquire(turns);
    try {
      if (at.isOver()) return { outcome: "shut-down", settlements: [] };
      const current = slot.waited && from === "queue" ? await at.look() : item;
      if (current?.id !== item.id) {
        ledger.forget(item.id);
        return { outcome: "older", settlements: [] };
      }
      ledger.set(item.id, "running");
      room.saw(current);
      this.#shop.atWork(room.id);
      return await this.#run(room, { item: current, from }, slot, at.timeoutMs);
    } finally {
      slot.release();
    }
  }

  /** Runs the handler for a prompt. */
  async prompt(
    room: KnownRoom,
    prompt: { readonly message: Message; readonly mentions: readonly MentionInput[] },
  ): Promise<TurnOutcome> {
    const slot = await TurnSlot.acquire(this.#shop.turns);
    try {
      this.#shop.atWork(room.id);
      this.#end = new TurnEnd();
      return await takePrompt({ ...this.#shop.rules, rest: () => slot.rest() }, room, prompt, this.#end);
    } finally {
      this.#end = undefined;
      slot.release();
    }
  }

  async #run(room: KnownRoom, waiting: Waiting, slot: TurnSlot, timeoutMs: number | undefined): Promise<TurnEnded> {
    const { rules: shared } = this.#shop;
    const rules = { ...shared, rest: () => slot.rest(), turnTimeoutMs: timeoutMs ?? shared.turnTimeoutMs };
    const end = new TurnEnd();
    const arrivals = new Arrivals(room, { ...rules, accepts: acceptance(rules, room) }, end);
    this.#end = end;
    this.#arrivals = arrivals;
    try {
      return await takeTurn(rules, room, waiting, { end, arrivals });
    } finally {
      this.#end = undefined;
      this.#arrivals = undefined;
      await arrivals.close(); // what came during a turn that did not get to its run is given back
    }
  }
}
