import { Hono } from "hono";
import { z } from "zod";
import type { World } from "../world/world.ts";
import { agentListFeatures, myAgentBody, peerBody, profileBody } from "./bodies.ts";
import { pageMetadata, readNumberedPaging, readPaging } from "./paging.ts";
import { pathId, readBody, readQuery, uuid } from "./request.ts";
import type { UserEnv } from "./surface.ts";

const names = z.strictObject({
  user: z.strictObject({ first_name: z.string().optional(), last_name: z.string().optional() }),
});
const newAgent = z.strictObject({
  agent: z.strictObject({ name: z.string().min(3).max(100), description: z.string().min(10).max(500) }),
});
const changedAgent = z.strictObject({
  agent: z.strictObject({
    name: newAgent.shape.agent.shape.name.optional(),
    description: newAgent.shape.agent.shape.description.optional(),
    listed_in_directory: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
  }),
});
const flag = z
  .string()
  .regex(/^(true|false)$/, "Invalid boolean. Got: string")
  .transform((value) => value === "true");
const agentFilter = z.object({
  name: z.string().optional(),
  is_external: flag.optional(),
  listed_in_directory: flag.optional(),
  sort: z.enum(["name", "inserted_at", "updated_at"]).default("inserted_at"),
  order: z.enum(["asc", "desc"]).default("desc"),
});
const deletion = z.object({ force: flag.default(false) });
const peerFilter = z.object({ not_in_chat: uuid.optional(), type: z.enum(["User", "Agent"]).optional() });

/** `/me/profile`, `/me/agents` and `/me/peers`: the person, their agents, and whom they could bring into a room. */
export function myAccount(world: World): Hono<UserEnv> {
  const routes = new Hono<UserEnv>();

  routes.get("/profile", (context) => context.json({ data: profileBody(context.get("user")) }));

  routes.put("/profile", async (context) => {
    const { user } = await readBody(context, names);
    const changed = world.accounts.renameUser(context.get("user"), {
      firstName: user.first_name,
      lastName: user.last_name,
    });
    return context.json({ data: profileBody(changed) });
  });

  routes.post("/agents/register", async (context) => {
    const input = (await readBody(context, newAgent)).agent;
    const { agent, apiKey } = world.accounts.registerAgent({ ownerId: context.get("user").id, ...input });
    const { id, name, description, ownerId, insertedAt } = agent;
    const registered = { id, name, description, owner_id: ownerId, inserted_at: insertedAt };
    return context.json({ data: { agent: registered, credentials: { api_key: apiKey } } }, 201);
  });

  routes.get("/agents", (context) => {
    const filter = readQuery(context, agentFilter);
    const query = readPaging(context, { order: `${filter.sort} ${filter.order}` });
    const page = world.accounts.agentsOf(
      context.get("user").id,
      {
        name: filter.name,
        isExternal: filter.is_external,
        listedInDirectory: filter.listed_in_directory,
        sortBy: filter.sort,
        order: filter.order,
      },
      query.request,
    );
    const metadata = { ...pageMetadata(page, query), ...agentListFeatures };
    return context.json({ data: page.items.map(myAgentBody), metadata });
  });

  routes.get("/agents/:id", (context) =>
    context.json({ data: myAgentBody(world.ownAgent(context.get("user"), pathId(context, "id"))) }),
  );

  routes.patch("/agents/:id", async (context) => {
    const {
      name,
      description,
      listed_in_directory: listedInDirectory,
      tags,
    } = (await readBody(context, changedAgent)).agent;
    const agent = world.ownAgent(context.get("user"), pathId(context, "id"));
    return context.json({
      data: myAgentBody(world.accounts.describeAgent(agent, { name, description, listedInDirectory, tags })),
    });
  });

  routes.delete("/agents/:id", (context) => {
    const { force } = readQuery(context, deletion);
    const agent = world.ownAgent(context.get("user"), pathId(context, "id"));
    const { id, name, description } = agent;
    return context.json({ data: { id, name, description, executions_deleted: world.deleteAgent(agent, { force }) } });
  });

  routes.get("/peers", (context) => {
    const { not_in_chat: notInRoom, type } = readQuery(context, peerFilter);
    const query = readNumberedPaging(context);
    const page = world.peers.list(context.get("user"), { notInRoom, type }, query.request);
    return context.json({ data: page.items.map(peerBody), metadata: pageMetadata(page, query) });
  });

  return routes;
}
