import * as z from "zod";

const listedAtMost = 50;

/** Which page of a list a model wants to see. */
export const pageField = z.int().min(1).max(1_000).default(1).describe("Page of the list, from 1");

/** One page of a list for a model, read no further than to know whether there is more. */
export async function pageOf<Item>(
  items: AsyncIterable<Item>,
  page: number,
): Promise<{ readonly shown: readonly Item[]; readonly more: boolean }> {
  const start = (page - 1) * listedAtMost;
  const shown: Item[] = [];
  let index = 0;
  for await (const item of items) {
    if (shown.length === listedAtMost) return { shown, more: true };
    if (index >= start) shown.push(item);
    index += 1;
  }
  return { shown, more: false };
}

/** Someone as a model calls them. */
export function calledBy({ handle, name }: { readonly handle: string | undefined; readonly name: string }): string {
  return handle === undefined || handle === "" ? name : `@${handle}`;
}
