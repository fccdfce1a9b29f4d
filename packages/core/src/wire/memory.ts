import * as z from "zod";
import type { Memory } from "../model/memory.ts";
import { idField, optionalText, parseWith, tagsField, timestampField } from "./fields.ts";

const memoryBody = z.looseObject({
  id: idField,
  content: z.string(),
  thought: optionalText,
  system: z.string().catch(""),
  type: z.string().catch(""),
  segment: z.string().catch(""),
  scope: z.string().catch(""),
  status: z.string().catch("active"),
  subject_id: optionalText,
  source_agent_id: optionalText,
  metadata: z.record(z.string(), z.unknown()).catch({}),
  inserted_at: timestampField,
});

/** Reads a memory. Throws {@link WireError} without an id and a content. */
export function parseMemory(body: unknown): Memory {
  const row = parseWith(memoryBody, body, "a memory");
  return {
    id: row.id,
    content: row.content,
    thought: row.thought,
    system: row.system,
    type: row.type,
    segment: row.segment,
    scope: row.scope,
    status: row.status,
    subjectId: row.subject_id,
    sourceAgentId: row.source_agent_id,
    tags: tagsField.parse(row.metadata.tags),
    metadata: row.metadata,
    insertedAt: row.inserted_at,
  };
}
