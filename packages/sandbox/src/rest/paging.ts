import type { Context } from "hono";
import { z } from "zod";
import type { Bookmark, Page, PageRequest } from "../world/paging.ts";
import { Refusal } from "../world/refusal.ts";
import { readQuery } from "./request.ts";

const longestPage = 100;

const number = z
  .string()
  .regex(/^-?\d+$/, "Invalid integer. Got: string")
  .transform(Number)
  .optional();
const parameters = z.object({ cursor: z.string().optional(), limit: number, page: number, page_size: number });

/** A list that can be read in both styles: which part is asked for, and how the answer describes it. */
export interface PageQuery {
  readonly request: PageRequest;
  /** `order` ties cursors to one sort order: one of another order is refused. */
  readonly order: string;
  /** The caller said `cursor` or `limit`. */
  readonly asksForCursor: boolean;
}

/**
 * Reads `cursor` and `limit`, or the older `page` and `page_size`; sizes are clamped to 1 to 100, or `longestNumbered`.
 * The older style is deprecated where the platform documents the newer one, which the answer's headers then say.
 * Throws a 422 when the styles are mixed, a number is none, or the cursor is not of this list.
 */
export function readPaging(
  context: Context,
  list: { limit?: number; order?: string; longestNumbered?: number; isNumbered?: boolean } = {},
): PageQuery {
  const { limit: defaultLimit = 20, order = "inserted_at", longestNumbered = longestPage, isNumbered = false } = list;
  const { cursor, limit, page, page_size: pageSize } = readQuery(context, parameters);
  const asksForCursor = cursor !== undefined || limit !== undefined;
  if (page !== undefined || pageSize !== undefined) {
    if (asksForCursor) {
      const given = Object.entries({ cursor, limit }).filter(([, value]) => value !== undefined);
      const details = given.map(([name]) => [`/${name}`, ["cannot be combined with page or page_size"]] as const);
      throw new Refusal(422, "validation_error", "Invalid request", Object.fromEntries(details));
    }
    if (!isNumbered) {
      context.header("Deprecation", "true");
      context.header("Sunset", "Thu, 01 Oct 2026 00:00:00 GMT");
    }
    return { request: numbered(page, pageSize, defaultLimit, longestNumbered), order, asksForCursor };
  }
  const after = cursor === undefined ? undefined : readCursor(cursor, order);
  return { request: { style: "cursor", limit: clamp(limit ?? defaultLimit), after }, order, asksForCursor };
}

/** Reads the paging of a list for which the platform documents `page` and `page_size` alone: cursors are served all the same. */
export function readNumberedPaging(context: Context): PageQuery {
  return readPaging(context, { isNumbered: true });
}

/** What a list says about its page, in the words of both styles. */
export function pageMetadata(page: Page<unknown>, query: PageQuery) {
  return {
    limit: page.limit,
    has_more: page.hasMore,
    next_cursor: page.next === null ? null : writeCursor(page.next, query.order),
    ...numberedMetadata(page),
  };
}

/** What a list says about its page when it is read by number. */
export function numberedMetadata(page: Page<unknown>) {
  return {
    page: page.page,
    page_size: page.limit,
    total_count: page.totalCount,
    total_pages: Math.ceil(page.totalCount / page.limit),
  };
}

function numbered(
  page: number | undefined,
  pageSize: number | undefined,
  defaultSize: number,
  longest: number,
): PageRequest {
  const atLeastFirst = Math.min(Math.max(page ?? 1, 1), Math.floor(Number.MAX_SAFE_INTEGER / longestPage));
  return { style: "page", page: atLeastFirst, limit: clamp(pageSize ?? defaultSize, longest) };
}

function clamp(limit: number, longest = longestPage): number {
  return Math.min(Math.max(limit, 1), longest);
}

function writeCursor({ value, id }: Bookmark, order: string): string {
  return Buffer.from(JSON.stringify([order, value, id])).toString("base64url");
}

const cursorParts = z.tuple([z.string(), z.string(), z.string()]);

function readCursor(cursor: string, order: string): Bookmark {
  const parts = cursorParts.safeParse(decode(cursor));
  if (!parts.success || parts.data[0] !== order) {
    throw new Refusal(422, "validation_error", "Invalid request", { "/cursor": ["is not a cursor of this list"] });
  }
  const [, value, id] = parts.data;
  return { value, id };
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}
