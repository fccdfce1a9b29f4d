import { type Context, Hono } from "hono";
import { z } from "zod";
import { memoryScopes, memorySegments, memorySystems, memoryTypes } from "../world/memory-taxonomy.ts";
import type { World } from "../world/world.ts";
import { noBody } from "./inputs.ts";
import { memoryBody } from "./memory-bodies.ts";
import { memoryListBody, readMemoryFilter, readMemoryPaging } from "./memory-query.ts";
import { pathId, readBody, readQuery, uuid } from "./request.ts";
import type { AgentEnv } from "./surface.ts";

const view = z.object({ subject_id: uuid.optional(), scope: z.enum([...memoryScopes, "all"]).default("all") });
const newMemory = z.strictObject({
  memory: z.strictObject({
    content: z.string(),
    thought: z.string(),
    system: z.enum(memorySystems),
    type: z.enum(memoryTypes),
    segment: z.enum(memorySegments),
    scope: z.enum(memoryScopes).default("subject"),
    subject_id: uuid.optional(),
    metadata: z
      .strictObject({ tags: z.array(z.string()).optional(), references: z.array(z.string()).optional() })
      .optional(),
  }),
});

/** `/agent/memories`: what agents keep about people, each other and the organization. */
export function agentMemories(world: World): Hono<AgentEnv> {
  const routes = new Hono<AgentEnv>();

  routes.get("/", (context) => {
    const { subject_id: subjectId, scope } = readQuery(context, view);
    const query = readMemoryPaging(context);
    const page = world.memories.list({ subjectId, scope, ...readMemoryFilter(context) }, query.request);
    return context.json(memoryListBody(page, query));
  });

  routes.post("/", async (context) => {
    const { subject_id: subjectId, ...input } = (await readBody(context, newMemory)).memory;
    const memory = world.memories.create(context.get("agent"), { subjectId, ...input });
    return context.json({ data: memoryBody(memory) }, 201);
  });

  routes.get("/:id", (context) => context.json({ data: memoryBody(world.memories.get(pathId(context, "id"))) }));

  const settle = async (context: Context<AgentEnv>, status: "superseded" | "archived") => {
    await readBody(context, noBody);
    return context.json({
      data: memoryBody(world.memories.settle(context.get("agent"), pathId(context, "id"), status)),
    });
  };
  routes.post("/:id/supersede", (context) => settle(context, "superseded"));
  routes.post("/:id/archive", (context) => settle(context, "archived"));

  return routes;
}
