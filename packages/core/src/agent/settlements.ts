import { type SettleEnd, type Settlement, settle } from "../turn/settle.ts";
import type { Workshop } from "./workshop.ts";

/** The marks of one room that are still to be made. What they are for has been run, and is never run again for them. */
export class Settlements {
  readonly #shop: Workshop;
  readonly #roomId: string;
  readonly #left: Settlement[] = [];

  constructor(shop: Workshop, roomId: string) {
    this.#shop = shop;
    this.#roomId = roomId;
  }

  /** In the order in which they came. */
  get left(): readonly Settlement[] {
    return this.#left;
  }

  add(settlements: readonly Settlement[]): void {
    this.#left.push(...settlements);
  }

  /** Makes one of them; after `stopped` it is left. Rejects when it can't be made, or one of the signals aborts. */
  async make(settlement: Settlement, ends: readonly AbortSignal[]): Promise<SettleEnd> {
    const { session, ledger, rules } = this.#shop;
    const outcome = await settle(session, this.#roomId, settlement, ends);
    if (outcome === "stopped") return outcome;
    this.#left.splice(this.#left.indexOf(settlement), 1);
    if (settlement.as === "processed" || outcome !== "settled") {
      ledger.set(settlement.messageId, "settled");
      rules.book.forget(settlement.messageId);
    }
    return outcome;
  }
}
