import { Hono } from "hono";
import type { World } from "../world/world.ts";
import { participantBody, roomBody } from "./bodies.ts";
import { newParticipant, newRoom, renamedRoom } from "./inputs.ts";
import { pageMetadata, readNumberedPaging } from "./paging.ts";
import { pathId, readBody } from "./request.ts";
import type { AgentEnv } from "./surface.ts";

/** `/agent/chats`: the agent's rooms and who is in them. */
export function agentRooms(world: World): Hono<AgentEnv> {
  const routes = new Hono<AgentEnv>();

  routes.get("/", (context) => {
    const newestFirst = { status: "active", sortBy: "inserted_at", order: "desc" } as const;
    const query = readNumberedPaging(context);
    const page = world.rooms.list(context.get("agent").id, newestFirst, query.request);
    return context.json({ data: page.items.map(roomBody), metadata: pageMetadata(page, query) });
  });

  routes.post("/", async (context) => {
    const { chat } = await readBody(context, newRoom);
    const room = world.rooms.create(context.get("agent"), { title: chat.title, taskId: chat.task_id });
    return context.json({ data: roomBody(room) }, 201);
  });

  routes.get("/:chat", (context) =>
    context.json({ data: roomBody(world.roomFor(context.get("agent").id, pathId(context, "chat"))) }),
  );

  routes.patch("/:chat", async (context) => {
    const { chat } = await readBody(context, renamedRoom);
    const room = world.renameRoom(context.get("agent"), { roomId: pathId(context, "chat"), title: chat.title });
    return context.json({ data: roomBody(room) });
  });

  routes.get("/:chat/participants", (context) => {
    const { id } = world.roomFor(context.get("agent").id, pathId(context, "chat"));
    return context.json({ data: world.participants.of(id).map(participantBody) });
  });

  routes.post("/:chat/participants", async (context) => {
    const { participant } = await readBody(context, newParticipant);
    const added = world.participants.add(context.get("agent"), {
      roomId: pathId(context, "chat"),
      entityId: participant.participant_id,
      role: participant.role,
    });
    return context.json({ data: participantBody(added) }, 201);
  });

  routes.delete("/:chat/participants/:id", (context) => {
    const input = { roomId: pathId(context, "chat"), entityId: pathId(context, "id") };
    return context.json({ data: participantBody(world.removeParticipant(context.get("agent"), input)) });
  });

  return routes;
}
