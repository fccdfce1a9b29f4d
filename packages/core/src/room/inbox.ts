import type { StoredItem } from "../model/stored-item.ts";
import type { Ledger } from "./ledger.ts";

/** What to do next in a room: read the platform's queue, or take the message a frame has just brought. */
export type Work = { readonly kind: "look" } | { readonly kind: "frame"; readonly item: StoredItem };

/**
 * What may wait for this agent in one room.
 *
 * The socket brings news, the platform's queue decides. States: *quiet* (drained, nothing heard since), *hinted* (one
 * frame came while quiet: its message can be claimed at once), *marked* (read the queue until it is empty). A nudge marks.
 * A frame hints a quiet room and marks any other, so a message that arrives while something else is going on is found
 * by the next look. An inbox starts out marked.
 */
export class Inbox {
  readonly #ledger: Ledger;
  #marked = true;
  #hint: StoredItem | undefined;
  #working = false;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Look again: something may have been missed. */
  nudge(): void {
    this.#marked = true;
  }

  /** A frame said that this message is new. A message met before changes nothing. */
  offer(item: StoredItem): void {
    if (this.#ledger.state(item.id) !== undefined || this.#hint?.id === item.id) return;
    if (this.#working || this.#marked || this.#hint !== undefined) this.#marked = true;
    else this.#hint = item;
  }

  /** Whether there is a reason to work. */
  get waiting(): boolean {
    return this.#marked || this.#hint !== undefined;
  }

  /** The next thing to do; until {@link done}, frames mark. */
  take(): Work | undefined {
    if (this.#marked) {
      this.#marked = false;
      this.#hint = undefined; // the queue has it too
      this.#working = true;
      return { kind: "look" };
    }
    const item = this.#hint;
    if (item === undefined) return undefined;
    this.#hint = undefined;
    this.#working = true;
    return { kind: "frame", item };
  }

  done(): void {
    this.#working = false;
  }
}
