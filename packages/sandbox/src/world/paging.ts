import { integer, type Parameter, text } from "./row.ts";
import type { Store } from "./store.ts";

/** A place in a list: the last row before it, by what the list is sorted by. */
export interface Bookmark {
  readonly value: string;
  readonly id: string;
}

/** Which part of a list is wanted: what follows a bookmark, or a numbered page (from 1). */
export type PageRequest =
  | { readonly style: "cursor"; readonly limit: number; readonly after: Bookmark | undefined }
  | { readonly style: "page"; readonly page: number; readonly limit: number };

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly limit: number;
  readonly hasMore: boolean;
  readonly next: Bookmark | null;
  /** Which page this is when all are `limit` long, from 1. */
  readonly page: number;
  readonly totalCount: number;
}

/** A list in SQL: its rows without order and limits, and the columns that order it. */
export interface Listing {
  /** From `FROM` on, with a `WHERE`. */
  readonly from: string;
  readonly parameters: readonly Parameter[];
  /** Text column sorted by, ties by `id`. */
  readonly sortBy: string;
  readonly id: string;
  readonly direction: "ASC" | "DESC";
}

/** Reads one page; only its rows are read, the rest is counted. `load` makes an item of a row's id. */
export function readPage<Item>(
  store: Store,
  listing: Listing,
  request: PageRequest,
  load: (id: string) => Item,
): Page<Item> {
  const { from, parameters, sortBy, id, direction } = listing;
  const count = (where: string, ...more: Parameter[]) =>
    store.one((row) => integer(row, "n"), `SELECT count(*) AS n ${from} ${where}`, ...parameters, ...more) ?? 0;

  const bookmark = request.style === "cursor" ? request.after : undefined;
  const beyond = bookmark === undefined ? "" : `AND (${sortBy}, ${id}) ${direction === "ASC" ? ">" : "<"} (?, ?)`;
  const place = bookmark === undefined ? [] : [bookmark.value, bookmark.id];
  const totalCount = count("");
  const skipped =
    request.style === "page"
      ? (request.page - 1) * request.limit
      : bookmark === undefined
        ? 0
        : totalCount - count(beyond, ...place);

  const rows = store.all(
    (row): Bookmark => ({ value: text(row, "value"), id: text(row, "id") }),
    `SELECT ${sortBy} AS value, ${id} AS id ${from} ${beyond}
      ORDER BY ${sortBy} ${direction}, ${id} ${direction} LIMIT ? OFFSET ?`,
    ...parameters,
    ...place,
    request.limit + 1,
    request.style === "page" ? skipped : 0,
  );
  const shown = rows.slice(0, request.limit);
  const hasMore = rows.length > request.limit;
  return {
    items: shown.map((row) => load(row.id)),
    limit: request.limit,
    hasMore,
    next: hasMore ? (shown.at(-1) ?? null) : null,
    page: request.style === "page" ? request.page : Math.floor(skipped / request.limit) + 1,
    totalCount,
  };
}
