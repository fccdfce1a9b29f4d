import type { FeedEvent, RoomEntry, RoomPerson } from "./entry.ts";
import { type Made, type RoomUIMessage, toUIMessages } from "./messages.ts";

/**
 * A room as a page holds it: its entries by id, whatever order they came in and however often.
 *
 * All that makes a stream without gaps and doubles out of one that breaks is here: an entry that is held is only ever replaced
 * by a later state of itself, and what a read no longer names is let go of.
 */
export class RoomView {
  readonly #entries = new Map<string, RoomEntry>();
  #made = new Map<string, Made>();
  #isStale = false;
  people: readonly RoomPerson[] = [];
  /** The id of whom the page speaks as; empty before the first event. */
  me = "";
  /** Whether the room has been read at least once. */
  isRead = false;
  isGone = false;

  /** The time of the newest entry: where a stream that broke goes on. */
  get newest(): string {
    let newest = "";
    for (const { at } of this.#entries.values()) if (at > newest) newest = at;
    return newest;
  }

  get messages(): readonly RoomUIMessage[] {
    if (this.#isStale) {
      this.#made = new Map(
        toUIMessages([...this.#entries.values()], this.#made).map((made) => [made.message.id, made]),
      );
      this.#isStale = false;
    }
    return [...this.#made.values()].map(({ message }) => message);
  }

  entry(id: string): RoomEntry | undefined {
    return this.#entries.get(id);
  }

  /** What this person said. */
  get own(): readonly Extract<RoomEntry, { type: "text" }>[] {
    return [...this.#entries.values()].flatMap((entry) =>
      entry.type === "text" && entry.sender.id === this.me ? [entry] : [],
    );
  }

  apply(event: FeedEvent): void {
    switch (event.type) {
      case "people":
        this.people = event.people;
        this.me = event.me;
        return;
      case "entry": {
        const known = this.#entries.get(event.entry.id);
        if (known !== undefined && known.updatedAt >= event.entry.updatedAt) return;
        this.#entries.set(event.entry.id, event.entry);
        this.#isStale = true;
        return;
      }
      case "read":
        return this.#read(event);
      case "deleted":
        this.#isStale = this.#entries.delete(event.id) || this.#isStale;
        return;
      case "gone":
        this.isGone = true;
        return;
      default:
        event satisfies never; // a later server may say more
    }
  }

  #read({ from, ids }: Extract<FeedEvent, { type: "read" }>): void {
    this.isRead = true;
    const there = new Set(ids);
    for (const { id, at } of [...this.#entries.values()]) {
      if (at < from || there.has(id)) continue;
      this.#entries.delete(id);
      this.#isStale = true;
    }
  }
}
