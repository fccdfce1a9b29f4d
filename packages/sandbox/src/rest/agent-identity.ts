import { Hono } from "hono";
import { z } from "zod";
import type { World } from "../world/world.ts";
import { agentBody, peerBody } from "./bodies.ts";
import { pageMetadata, readNumberedPaging } from "./paging.ts";
import { readQuery, uuid } from "./request.ts";
import type { AgentEnv } from "./surface.ts";

const peerFilter = z.object({ not_in_chat: uuid.optional() });

/** `/agent/me` and `/agent/peers`: who the agent is, and whom it could bring into a room. */
export function agentIdentity(world: World): Hono<AgentEnv> {
  const routes = new Hono<AgentEnv>();

  routes.get("/me", (context) => context.json({ data: agentBody(context.get("agent")) }));

  routes.get("/peers", (context) => {
    const { not_in_chat: notInRoom } = readQuery(context, peerFilter);
    const query = readNumberedPaging(context);
    const page = world.peers.list(context.get("agent"), { notInRoom }, query.request);
    return context.json({ data: page.items.map(peerBody), metadata: pageMetadata(page, query) });
  });

  return routes;
}
