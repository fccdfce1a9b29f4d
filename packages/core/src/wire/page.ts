import * as z from "zod";
import { parseWith } from "./fields.ts";

/** One page of a list, rows still unread, with what the platform says about the pages around it. */
export interface Page {
  readonly rows: readonly unknown[];
  /** The bookmark of the next page; undefined on the last. */
  readonly nextCursor: string | undefined;
  /** Undefined when the platform does not say. */
  readonly hasMore: boolean | undefined;
  readonly totalCount: number | undefined;
  readonly totalPages: number | undefined;
}

const count = z.number().int().nonnegative().optional().catch(undefined);
const about = z
  .looseObject({
    next_cursor: z.string().min(1).optional().catch(undefined),
    has_more: z.boolean().optional().catch(undefined),
    total_count: count,
    total_pages: count,
  })
  .optional()
  .catch(undefined);
const pageBody = z.looseObject({ data: z.array(z.unknown()), metadata: about, meta: about });
const resourceBody = z.looseObject({ data: z.looseObject({}) });

/**
 * Reads a list. `meta` is an older name of `metadata`; the answers of `/context` have carried either.
 *
 * Throws {@link WireError} when there are no rows to be found.
 */
export function parsePage(body: unknown): Page {
  const page = parseWith(pageBody, body, "a list");
  const metadata = page.metadata ?? page.meta;
  return {
    rows: page.data,
    nextCursor: metadata?.next_cursor,
    hasMore: metadata?.has_more,
    totalCount: metadata?.total_count,
    totalPages: metadata?.total_pages,
  };
}

/** What stands under `data`. Throws {@link WireError} when that is not an object. */
export function parseResource(body: unknown): Readonly<Record<string, unknown>> {
  return parseWith(resourceBody, body, "an answer").data;
}
