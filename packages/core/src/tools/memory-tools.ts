import * as z from "zod";
import type { Memory } from "../model/memory.ts";
import type { Json } from "../model/room-event.ts";
import { pageField, pageOf } from "./listed.ts";
import { defineTool } from "./tool.ts";
import type { Toolbox } from "./toolbox.ts";

const sensory = z.enum(["iconic", "echoic", "haptic"]);
const lasting = z.enum(["episodic", "semantic", "procedural"]);
const system = z.enum(["sensory", "working", "long_term"]);
const type = z.enum([...sensory.options, ...lasting.options]);
const kind = z.discriminatedUnion("system", [
  z.object({ system: z.literal("sensory"), type: sensory }),
  z.object({ system: z.literal("working"), type: lasting }),
  z.object({ system: z.literal("long_term"), type: lasting }),
]);
const segment = z.enum(["user", "agent", "tool", "guideline"]);
const subject = z.string().min(1).describe("Whom it is about: handle, such as @dana; or name or id");
const memoryId = z.string().min(1).describe("The memory's id, as list_memories gives it");

/** What is known. */
const listMemories = defineTool({
  name: "list_memories",
  description:
    "Searches what you and your organisation have kept: about one person or agent when you name a subject, and for everyone.",
  schema: z.strictObject({
    query: z.string().optional().describe("Words to look for"),
    subject: subject.optional(),
    scope: z.enum(["subject", "organization", "all"]).optional(),
    system: system.optional(),
    type: type.optional(),
    segment: segment.optional(),
    status: z.enum(["active", "superseded", "archived", "all"]).default("active"),
    page: pageField,
  }),
  run: async ({ subject: who, page, ...filter }, toolbox) => {
    const about = who === undefined ? {} : { subjectId: await idOf(toolbox, who) };
    const memories = await toolbox.memories();
    const { shown, more } = await pageOf(memories.list({ ...filter, ...about }), page);
    return { memories: shown.map(described), more };
  },
});

/** Keeping something. */
const storeMemory = defineTool({
  name: "store_memory",
  description:
    "Keeps something worth knowing in later conversations: about one person or agent, or for everyone in the organisation. Keep facts and preferences, never passwords or keys.",
  schema: z
    .strictObject({
      content: z.string().trim().min(1).describe("What to keep, complete by itself"),
      thought: z.string().trim().min(1).describe("Why it is worth keeping"),
      system: system.default("long_term"),
      type: type.default("semantic").describe("sensory: iconic, echoic, haptic; else episodic, semantic, procedural"),
      segment: segment.describe("What it is about"),
      scope: z.enum(["subject", "organization"]).default("subject"),
      subject: subject.optional(),
      tags: z.array(z.string()).optional(),
    })
    .refine((input) => input.scope === "organization" || input.subject !== undefined, {
      path: ["subject"],
      message: "Say whom it is about, or keep it with scope organization",
    }),
  run: async ({ system: where, type: what, scope, subject: who = "", tags, ...rest }, toolbox) => {
    const about = { ...rest, ...kind.parse({ system: where, type: what }), ...(tags !== undefined && { tags }) };
    const whom = scope === "organization" ? { scope } : { subjectId: await idOf(toolbox, who) };
    return { stored: described(await (await toolbox.memories()).store({ ...about, ...whom })) };
  },
});

/** One of them. */
const getMemory = defineTool({
  name: "get_memory",
  description: "Reads one memory that you know the id of, whole.",
  schema: z.strictObject({ memory_id: memoryId }),
  run: async ({ memory_id: id }, toolbox) => ({ memory: described(await (await toolbox.memories()).get(id)) }),
});

/** What turned out otherwise. */
const supersedeMemory = defineTool({
  name: "supersede_memory",
  description: "Marks a memory of yours as no longer true. Store what is true now as a memory of its own.",
  schema: z.strictObject({ memory_id: memoryId }),
  run: async ({ memory_id: id }, toolbox) => ({ memory: described(await (await toolbox.memories()).supersede(id)) }),
});

/** What is over. */
const archiveMemory = defineTool({
  name: "archive_memory",
  description: "Puts away a memory of yours that is still true but no longer of use.",
  schema: z.strictObject({ memory_id: memoryId }),
  run: async ({ memory_id: id }, toolbox) => ({ memory: described(await (await toolbox.memories()).archive(id)) }),
});

/** The tools for what is kept. */
export const memoryToolDefinitions = [listMemories, storeMemory, getMemory, supersedeMemory, archiveMemory] as const;

/** A memory may be about the agent itself, which is no peer of its own. */
async function idOf(toolbox: Toolbox, who: string): Promise<string> {
  const { id, handle } = await toolbox.identity();
  const name = who.replace(/^@/u, "").toLowerCase();
  return name === id.toLowerCase() || name === handle.toLowerCase() ? id : (await toolbox.findPeer(who)).id;
}

function described(memory: Memory): { [key: string]: Json } {
  const { id, content, thought, system, type, segment, scope, status, subjectId, tags } = memory;
  return {
    id,
    content,
    ...(thought !== undefined && { thought }),
    system,
    type,
    segment,
    scope,
    status,
    ...(subjectId !== undefined && { subjectId }),
    tags,
  };
}
