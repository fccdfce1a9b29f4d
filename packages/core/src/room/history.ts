import type { StoredItem } from "../model/stored-item.ts";
import { contextTail } from "../rest/context.ts";
import type { Session } from "../rest/session.ts";

const keptAtMost = 200;

/**
 * The newest part of a room as this agent may see it: texts that mention it, and what it posted itself.
 *
 * Read once from the platform, then grown from frames and acknowledged posts without a call, for as long as nothing can
 * have been missed. After a gap it is read again. Keeps 200 items.
 */
export class History {
  readonly #session: Session;
  readonly #roomId: string;
  #items: StoredItem[] | undefined;
  #reach = 0;
  /** Seen while the platform was being read, or since. */
  #added: StoredItem[] = [];

  constructor(session: Session, roomId: string) {
    this.#session = session;
    this.#roomId = roomId;
  }

  /** The newest `limit` items (at most 200), oldest first. */
  async tail(limit: number, signal?: AbortSignal): Promise<readonly StoredItem[]> {
    const wanted = Math.min(limit, keptAtMost);
    if (this.#items === undefined || this.#reach < wanted) await this.#read(wanted, signal);
    return (this.#items ?? []).slice(-wanted);
  }

  /** An item that the room has, from a frame, the queue, or a post that was acknowledged. */
  add(item: StoredItem): void {
    this.#added.push(item);
    if (this.#added.length > keptAtMost) this.#added.shift();
    if (this.#items !== undefined) this.#items = withItem(this.#items, item);
  }

  /** Something may have been missed: the next read asks the platform. */
  forget(): void {
    this.#items = undefined;
    this.#added = [];
  }

  async #read(limit: number, signal?: AbortSignal): Promise<void> {
    const read = await contextTail(
      this.#session.client,
      { roomId: this.#roomId, limit },
      signal === undefined ? {} : { signal },
    );
    this.#items = merged(read, this.#added);
    this.#added = [];
    this.#reach = limit;
  }
}

/** Both, each item once, in the order of insertion. */
function merged(items: readonly StoredItem[], added: readonly StoredItem[]): StoredItem[] {
  const ids = new Set(items.map((item) => item.id));
  const all = [...items, ...added.filter((item) => !ids.has(item.id))];
  return all
    .sort((a, b) => (a.insertedAt < b.insertedAt ? -1 : a.insertedAt > b.insertedAt ? 1 : 0))
    .slice(-keptAtMost);
}

/** The same with one more. Most come in order and are put behind; what is late is sorted in. */
function withItem(items: StoredItem[], item: StoredItem): StoredItem[] {
  const newest = items.at(-1);
  if (newest !== undefined && item.insertedAt < newest.insertedAt) return merged(items, [item]);
  if (items.some(({ id }) => id === item.id)) return items;
  items.push(item);
  if (items.length >= 2 * keptAtMost) items.splice(0, keptAtMost);
  return items;
}
