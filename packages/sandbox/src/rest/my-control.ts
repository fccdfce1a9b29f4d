import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Agent } from "../world/model.ts";
import type { ControlSignal } from "../world/news.ts";
import { conflict, notFound } from "../world/refusal.ts";
import type { World } from "../world/world.ts";
import { controlBody, executionBody } from "./bodies.ts";
import { pageMetadata, readPaging } from "./paging.ts";
import { pathId, readBody, uuid } from "./request.ts";
import type { UserEnv } from "./surface.ts";

const modes = ["stop", "play", "interrupt"] as const satisfies readonly ControlSignal["mode"][];
const reason = z.string().optional();
const inRoom = z.strictObject({ agent_id: uuid.optional(), reason });
const everywhere = z.strictObject({ reason });

/**
 * A person's word to agents, `stop`, `play` or `interrupt`: to those of a room the person is in, to an agent of theirs wherever it
 * works, and to one execution. The platform publishes none of these calls; the paths are those its own pages are known by.
 */
export function myControl(world: World): Hono<UserEnv> {
  const routes = new Hono<UserEnv>();
  const ownAgent = (context: Context<UserEnv>) => world.ownAgent(context.get("user"), pathId(context, "id"));

  for (const mode of modes) {
    routes.post(`/chats/:chat/agents/${mode}`, async (context) => {
      const { agent_id: agentId, reason } = await readBody(context, inRoom);
      const { id: roomId } = world.roomFor(context.get("user").id, pathId(context, "chat"));
      const agents = agentsIn(world, roomId, agentId);
      const signals = agents.map(({ id }) => world.control.give({ agentId: id, roomId, mode, reason }));
      return context.json({ data: signals.map(controlBody) });
    });

    routes.post(`/agents/:id/${mode}`, async (context) => {
      const { reason } = await readBody(context, everywhere);
      const signal = world.control.give({ agentId: ownAgent(context).id, mode, reason });
      return context.json({ data: controlBody(signal) });
    });
  }

  routes.get("/agents/:id/executions", (context) => {
    const query = readPaging(context);
    const page = world.executions.list(ownAgent(context), query.request);
    return context.json({ data: page.items.map(executionBody), metadata: pageMetadata(page, query) });
  });

  routes.post("/agents/:id/executions/:execution/interrupt", async (context) => {
    const { reason } = await readBody(context, everywhere);
    const execution = world.executions.find(ownAgent(context), context.req.param("execution").toLowerCase());
    if (execution.endedAt !== null) throw conflict("This execution has ended");
    const { agentId, roomId } = execution;
    return context.json({ data: controlBody(world.control.give({ agentId, roomId, mode: "interrupt", reason })) });
  });

  return routes;
}

/** The agent named, or all of the room. Throws a 404 when the one named is not in it. */
function agentsIn(world: World, roomId: string, agentId: string | undefined): readonly Agent[] {
  const agents = world.participants.of(roomId).flatMap(({ entity }) => (entity.kind === "Agent" ? [entity] : []));
  if (agentId === undefined) return agents;
  const named = agents.filter(({ id }) => id === agentId);
  if (named.length === 0) throw notFound("Participant");
  return named;
}
