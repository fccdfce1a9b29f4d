import { ApiError, WireError } from "../errors.ts";
import { type Page, parsePage } from "../wire/page.ts";
import type { CallOptions, RestClient } from "./client.ts";

/** The largest page the platform serves. */
export const pageSize = 100;

/** A list on the platform, and how one of its rows is read. */
export interface Listing<T> {
  /** Below `/api/v1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly read: (row: unknown) => T;
}

/** One page with its rows read. */
export interface RowsOf<T> extends Omit<Page, "rows"> {
  readonly rows: readonly T[];
}

type Identified = { readonly id: string };

/** Rows without an id of their own are told apart by this. */
interface Keyed<T> {
  readonly keyOf: (row: T) => string;
}

/** One page by its number, from 1. A row that can't be read is left out and reported: it must not hide the others. */
export function numberedPage<T>(
  client: RestClient,
  listing: Listing<T>,
  page: number,
  options: CallOptions = {},
): Promise<RowsOf<T>> {
  return fetchPage(client, listing, { page, page_size: pageSize }, options);
}

/**
 * The rows of a list that is paged by number only, each id once.
 *
 * Ends after the last page, or with the first page that brings nothing new. `onPage` sees each page in its turn. Once the
 * platform has told how many pages there are, `atOnce` of them (one unless given) are asked for at a time.
 */
export async function* byNumber<T extends Identified>(
  client: RestClient,
  listing: Listing<T>,
  options: CallOptions & { readonly onPage?: (page: RowsOf<T>) => void; readonly atOnce?: number } = {},
): AsyncGenerator<T, void> {
  const { atOnce = 1 } = options;
  const seen = new Set<string>();
  const asked: Promise<RowsOf<T>>[] = [];
  const ask = (number: number) => {
    const page = numberedPage(client, listing, number, options);
    page.catch(() => undefined); // it is heard of in its turn, unless the walk has ended before
    asked.push(page);
  };
  for (let number = 1; ; number += 1) {
    if (asked.length === 0) ask(number);
    const page = await asked.shift();
    if (page === undefined) return;
    options.onPage?.(page);
    const news = page.rows.filter((row) => !seen.has(row.id));
    for (const row of news) {
      seen.add(row.id);
      yield row;
    }
    if (news.length === 0 || number >= (page.totalPages ?? Number.POSITIVE_INFINITY)) return;
    for (let next = number + asked.length + 1; asked.length < atOnce && next <= (page.totalPages ?? 0); next += 1)
      ask(next);
  }
}

/**
 * The rows of a list that is paged by cursor, each id once, in the platform's order.
 *
 * A cursor the platform refuses on the way (422) starts the walk once more; what was already given is not given again.
 */
export function byCursor<T extends Identified>(
  client: RestClient,
  listing: Listing<T>,
  options: CallOptions = {},
): AsyncGenerator<T, void> {
  return byKeyAndCursor(client, { ...listing, keyOf: (row) => row.id }, options);
}

/** The same for rows that have no id. */
export async function* byKeyAndCursor<T>(
  client: RestClient,
  listing: Listing<T> & Keyed<T>,
  options: CallOptions = {},
): AsyncGenerator<T, void> {
  const seen = new Set<string>();
  let restarts = 1;
  for (let cursor: string | undefined; ; ) {
    let page: RowsOf<T>;
    try {
      page = await fetchPage(client, listing, { limit: pageSize, cursor }, options);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 422 && cursor !== undefined && restarts > 0)) throw error;
      restarts -= 1;
      cursor = undefined;
      continue;
    }
    for (const row of page.rows) {
      const key = listing.keyOf(row);
      if (seen.has(key)) continue;
      seen.add(key);
      yield row;
    }
    // A bookmark that leads to itself would be followed for ever.
    if (page.hasMore === false || page.nextCursor === undefined || page.nextCursor === cursor) return;
    cursor = page.nextCursor;
  }
}

/** A list that has no pages. */
export async function wholeList<T>(
  client: RestClient,
  listing: Listing<T>,
  options: CallOptions = {},
): Promise<readonly T[]> {
  return (await fetchPage(client, listing, {}, options)).rows;
}

function fetchPage<T>(
  client: RestClient,
  listing: Listing<T>,
  paging: Readonly<Record<string, string | number | undefined>>,
  options: CallOptions,
): Promise<RowsOf<T>> {
  const query = { ...listing.query, ...paging };
  return client.request(
    { method: "GET", path: listing.path, query, kind: "read", signal: options.signal },
    ({ body }) => {
      const page = parsePage(body);
      return { ...page, rows: page.rows.flatMap((row) => readable(client, listing, row)) };
    },
  );
}

/** A row as it is read, if it can be; else it is left out and reported. */
export function readable<T>(client: RestClient, listing: Pick<Listing<T>, "path" | "read">, row: unknown): T[] {
  try {
    return [listing.read(row)];
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    client.logger.warn(`GET /api/v1${listing.path}: one row is left out, ${error.message}`);
    return [];
  }
}
