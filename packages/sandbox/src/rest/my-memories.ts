import { type Context, Hono } from "hono";
import { z } from "zod";
import { forbidden } from "../world/refusal.ts";
import type { World } from "../world/world.ts";
import { noBody } from "./inputs.ts";
import { memoryBody } from "./memory-bodies.ts";
import { memoryListBody, readMemoryFilter, readMemoryPaging } from "./memory-query.ts";
import { pathId, readBody, readQuery, uuid } from "./request.ts";
import type { UserEnv } from "./surface.ts";

const view = z.object({
  chat_room_id: uuid.optional(),
  scope: z.enum(["about_me", "organization", "room", "all"]).default("all"),
});

/** `/me/memories`: what agents keep about the person and for the organization, and the person's say in the former. */
export function myMemories(world: World): Hono<UserEnv> {
  const routes = new Hono<UserEnv>();

  routes.get("/", (context) => {
    const { chat_room_id: roomId, scope } = readQuery(context, view);
    const user = context.get("user");
    if (roomId !== undefined && !world.participants.isIn(roomId, user.id))
      throw forbidden("You are not in this chat room");
    const query = readMemoryPaging(context);
    const ofRoom = roomId === undefined ? scope : "room";
    const page = world.memories.listFor(user, { scope: ofRoom, ...readMemoryFilter(context) }, query.request);
    return context.json(memoryListBody(page, query));
  });

  routes.get("/:id", (context) =>
    context.json({ data: memoryBody(world.memories.getFor(context.get("user"), pathId(context, "id"))) }),
  );

  routes.delete("/:id", (context) => {
    world.memories.deleteFor(context.get("user"), pathId(context, "id"));
    return context.body(null, 204);
  });

  const settle = async (context: Context<UserEnv>, status: "superseded" | "archived") => {
    await readBody(context, noBody);
    const memory = world.memories.settleFor(context.get("user"), pathId(context, "id"), status);
    return context.json({ data: memoryBody(memory) });
  };
  routes.post("/:id/supersede", (context) => settle(context, "superseded"));
  routes.post("/:id/archive", (context) => settle(context, "archived"));
  routes.post("/:id/restore", async (context) => {
    await readBody(context, noBody);
    return context.json({ data: memoryBody(world.memories.restoreFor(context.get("user"), pathId(context, "id"))) });
  });

  return routes;
}
