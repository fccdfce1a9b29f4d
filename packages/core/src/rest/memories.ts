import type { Memories, Memory, MemoryFilter, NewMemory } from "../model/memory.ts";
import { requireUuid } from "../wire/fields.ts";
import { parseMemory } from "../wire/memory.ts";
import { parseResource } from "../wire/page.ts";
import type { Answer, CallOptions, RestClient } from "./client.ts";
import { byCursor } from "./pages.ts";
import { memoryPath } from "./paths.ts";

const memoriesPath = "/agent/memories";

/** What was kept, newest or best first as the platform sees fit. 403 where the plan has no memories. @see PROTOCOL.md, "memories" */
export function listMemories(
  client: RestClient,
  filter: MemoryFilter = {},
  options: CallOptions = {},
): AsyncIterable<Memory> {
  const { subjectId, query: words, ...same } = filter;
  const subject = subjectId === undefined ? undefined : requireUuid(subjectId, "a subject id");
  const query = { ...same, subject_id: subject, content_query: words };
  return byCursor(client, { path: memoriesPath, query, read: parseMemory }, options);
}

/** One memory. */
export async function getMemory(
  client: RestClient,
  ref: { readonly id: string },
  options: CallOptions = {},
): Promise<Memory> {
  return client.request({ method: "GET", path: memoryPath(ref.id), kind: "read", signal: options.signal }, readMemory);
}

/** Keeps something. 422 when its system has no such type, or its scope and subject don't go together. */
export async function storeMemory(client: RestClient, input: NewMemory, options: CallOptions = {}): Promise<Memory> {
  const { content, thought, system, type, segment, tags, references } = input;
  const scope =
    input.scope === "organization"
      ? { scope: "organization" }
      : { scope: "subject", subject_id: requireUuid(input.subjectId, "a subject id") };
  const about = { ...(tags !== undefined && { tags }), ...(references !== undefined && { references }) };
  const metadata = Object.keys(about).length > 0 ? { metadata: about } : {};
  const body = { memory: { content, thought, system, type, segment, ...scope, ...metadata } };
  return client.request({ method: "POST", path: memoriesPath, body, kind: "post", signal: options.signal }, readMemory);
}

/** Marks a memory as no longer true. Only for the agent that stored it. */
export async function supersedeMemory(
  client: RestClient,
  ref: { readonly id: string },
  options: CallOptions = {},
): Promise<Memory> {
  const path = `${memoryPath(ref.id)}/supersede`;
  return client.request({ method: "POST", path, kind: "repeatable", signal: options.signal }, readMemory);
}

/** Puts a memory away. Only for the agent that stored it. */
export async function archiveMemory(
  client: RestClient,
  ref: { readonly id: string },
  options: CallOptions = {},
): Promise<Memory> {
  const path = `${memoryPath(ref.id)}/archive`;
  return client.request({ method: "POST", path, kind: "repeatable", signal: options.signal }, readMemory);
}

/** The memories of the agent behind a client. */
export function memoriesOf(client: RestClient): Memories {
  return {
    list: (filter) => listMemories(client, filter),
    get: (id) => getMemory(client, { id }),
    store: (memory) => storeMemory(client, memory),
    supersede: (id) => supersedeMemory(client, { id }),
    archive: (id) => archiveMemory(client, { id }),
  };
}

function readMemory(answer: Answer): Memory {
  return parseMemory(parseResource(answer.body));
}
