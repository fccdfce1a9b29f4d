import type { Slots } from "./slots.ts";

/**
 * The slot of one turn. While all the turn does is wait for others it is given back, so that sixteen agents asking each
 * other don't keep anyone from answering.
 */
export class TurnSlot {
  readonly #slots: Slots;
  /** Whether there was none at first. */
  readonly waited: boolean;
  #release: (() => void) | undefined;
  #rests = 0;
  #isOver = false;
  #changes: Promise<void> = Promise.resolve();

  private constructor(slots: Slots, held: { readonly waited: boolean; readonly release: () => void }) {
    this.#slots = slots;
    this.waited = held.waited;
    this.#release = held.release;
  }

  static async acquire(slots: Slots): Promise<TurnSlot> {
    return new TurnSlot(slots, await slots.acquire());
  }

  /** Gives the slot back; the answer takes one again, once every rest of this turn has ended. */
  rest(): () => Promise<void> {
    this.#rests += 1;
    this.#giveBack();
    let resting = true;
    return () => {
      if (resting) this.#rests -= 1;
      resting = false;
      this.#changes = this.#changes.then(() => this.#takeAgain());
      return this.#changes;
    };
  }

  /** The turn is over. */
  release(): void {
    this.#isOver = true;
    this.#giveBack();
  }

  #giveBack(): void {
    this.#release?.();
    this.#release = undefined;
  }

  async #takeAgain(): Promise<void> {
    if (this.#rests > 0 || this.#isOver || this.#release !== undefined) return;
    const { release } = await this.#slots.acquire();
    if (this.#rests > 0 || this.#isOver) release();
    else this.#release = release;
  }
}
