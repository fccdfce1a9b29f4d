import { ApiError } from "../errors.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { parseStoredItem } from "../wire/message.ts";
import type { CallOptions, RestClient } from "./client.ts";
import { byCursor, type Listing, numberedPage, type RowsOf } from "./pages.ts";
import { roomPath } from "./paths.ts";

/**
 * What this agent may see of a room, oldest first: texts that mention it, and everything it said and reported itself.
 *
 * @see PROTOCOL.md, "context"
 */
export function contextPages(
  client: RestClient,
  ref: { readonly roomId: string },
  options: CallOptions = {},
): AsyncIterable<StoredItem> {
  return byCursor(client, contextOf(ref), options);
}

/**
 * The newest `limit` items of {@link contextPages}, oldest first.
 *
 * The platform serves them from the oldest on only. Where it tells how many pages there are, the last ones are fetched by
 * number; where it does not, or no longer pages by number, the whole is walked once and its end kept.
 */
export async function contextTail(
  client: RestClient,
  input: { readonly roomId: string; readonly limit: number },
  options: CallOptions = {},
): Promise<StoredItem[]> {
  const first = await firstPage(client, contextOf(input), options);
  if (first === undefined) return walkedTail(client, input, options);
  if (first.totalPages === undefined) {
    return first.hasMore === false ? newest(first.rows, input.limit) : walkedTail(client, input, options);
  }
  return lastPages(client, input, { first, totalPages: first.totalPages }, options);
}

/** Undefined when the platform has stopped to page by number, which it has announced. */
async function firstPage(
  client: RestClient,
  listing: Listing<StoredItem>,
  options: CallOptions,
): Promise<RowsOf<StoredItem> | undefined> {
  try {
    return await numberedPage(client, listing, 1, options);
  } catch (error) {
    if (error instanceof ApiError && (error.status === 400 || error.status === 422)) return undefined;
    throw error;
  }
}

async function lastPages(
  client: RestClient,
  input: { readonly roomId: string; readonly limit: number },
  known: { readonly first: RowsOf<StoredItem>; readonly totalPages: number },
  options: CallOptions,
): Promise<StoredItem[]> {
  const listing = contextOf(input);
  let items: readonly StoredItem[] = [];
  // Backwards, so that what is deleted meanwhile moves items into pages still to be read, never out of them.
  for (let number = known.totalPages; number > 1 && items.length < input.limit; number -= 1) {
    const page = await numberedPage(client, listing, number, options);
    const grownTo = page.totalPages ?? number;
    const newer = items.length === 0 ? await pagesBetween(client, listing, number + 1, grownTo, options) : [];
    items = distinct([...page.rows, ...items, ...newer]);
  }
  if (items.length < input.limit) items = distinct([...known.first.rows, ...items]);
  return newest(items, input.limit);
}

/** What was said while the tail was being read may have opened another page. */
async function pagesBetween(
  client: RestClient,
  listing: Listing<StoredItem>,
  from: number,
  to: number,
  options: CallOptions,
): Promise<StoredItem[]> {
  const items: StoredItem[] = [];
  for (let number = from; number <= to; number += 1) {
    items.push(...(await numberedPage(client, listing, number, options)).rows);
  }
  return items;
}

async function walkedTail(
  client: RestClient,
  input: { readonly roomId: string; readonly limit: number },
  options: CallOptions,
): Promise<StoredItem[]> {
  let items: StoredItem[] = [];
  for await (const item of contextPages(client, input, options)) {
    items.push(item);
    if (items.length > 2 * input.limit + 100) items = newest(items, input.limit);
  }
  return newest(items, input.limit);
}

function contextOf(ref: { readonly roomId: string }): Listing<StoredItem> {
  return { path: `${roomPath(ref.roomId)}/context`, read: (row) => parseStoredItem(row, ref) };
}

function distinct(items: readonly StoredItem[]): StoredItem[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

function newest(items: readonly StoredItem[], limit: number): StoredItem[] {
  return limit <= 0 ? [] : items.slice(-limit);
}
