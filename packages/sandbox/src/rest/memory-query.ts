import type { Context } from "hono";
import { z } from "zod";
import type { MemoryFilter } from "../world/memories.ts";
import { memorySegments, memoryStatuses, memorySystems, memoryTypes } from "../world/memory-taxonomy.ts";
import type { Memory } from "../world/model.ts";
import type { Page } from "../world/paging.ts";
import { memoryBody } from "./memory-bodies.ts";
import { type PageQuery, pageMetadata, readPaging } from "./paging.ts";
import { readQuery } from "./request.ts";

const filter = z.object({
  status: z.enum([...memoryStatuses, "all"]).default("active"),
  system: z.enum(memorySystems).optional(),
  type: z.enum(memoryTypes).optional(),
  segment: z.enum(memorySegments).optional(),
  content_query: z.string().optional(),
});

/** What agents and people narrow their memories by. Throws a 422. */
export function readMemoryFilter(context: Context): MemoryFilter {
  const { content_query: query, ...rest } = readQuery(context, filter);
  return { query, ...rest };
}

/** Numbered pages of memories are shorter than those of other lists. */
export function readMemoryPaging(context: Context): PageQuery {
  return readPaging(context, { longestNumbered: 50 });
}

/** `meta` is the older name of the same. */
export function memoryListBody(page: Page<Memory>, query: PageQuery) {
  const metadata = pageMetadata(page, query);
  return { data: page.items.map(memoryBody), metadata, meta: metadata };
}
