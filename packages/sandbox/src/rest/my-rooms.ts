import { Hono } from "hono";
import { z } from "zod";
import { roomStatuses, roomTypes } from "../world/rooms.ts";
import type { World } from "../world/world.ts";
import { myParticipantBody, myRoomBody, participantBody } from "./bodies.ts";
import { newParticipant, newRoom, noBody, renamedRoom } from "./inputs.ts";
import { pageMetadata, readPaging } from "./paging.ts";
import { pathId, readBody, readQuery } from "./request.ts";
import type { UserEnv } from "./surface.ts";

const roomFilter = z.object({
  status: z.enum(roomStatuses).default("active"),
  type: z.enum(roomTypes).optional(),
  sort_by: z.enum(["inserted_at", "updated_at"]).default("inserted_at"),
  order: z.enum(["asc", "desc"]).default("desc"),
});
const participantFilter = z.object({ participant_type: z.enum(["User", "Agent"]).optional() });

/** `/me/chats`: a person's rooms and who is in them. */
export function myRooms(world: World): Hono<UserEnv> {
  const routes = new Hono<UserEnv>();

  routes.get("/", (context) => {
    const { status, type, sort_by: sortBy, order } = readQuery(context, roomFilter);
    const query = readPaging(context, { order: `${sortBy} ${order}` });
    const page = world.rooms.list(context.get("user").id, { status, type, sortBy, order }, query.request);
    const { limit, has_more, next_cursor, ...numbers } = pageMetadata(page, query);
    // this list alone leaves the numbers out when it is asked by cursor
    const metadata = { limit, has_more, next_cursor, ...(!query.asksForCursor && numbers) };
    return context.json({ data: page.items.map(myRoomBody), metadata });
  });

  routes.post("/", async (context) => {
    const { chat } = await readBody(context, newRoom);
    const room = world.rooms.create(context.get("user"), { title: chat.title, taskId: chat.task_id });
    return context.json({ data: myRoomBody(room) }, 201);
  });

  routes.get("/:chat", (context) =>
    context.json({ data: myRoomBody(world.roomFor(context.get("user").id, pathId(context, "chat"))) }),
  );

  routes.patch("/:chat", async (context) => {
    const { chat } = await readBody(context, renamedRoom);
    const room = world.renameRoom(context.get("user"), { roomId: pathId(context, "chat"), title: chat.title });
    return context.json({ data: myRoomBody(room) });
  });

  routes.delete("/:chat", (context) =>
    context.json({ data: myRoomBody(world.deleteRoom(pathId(context, "chat"), context.get("user"))) }),
  );

  for (const [action, status] of [
    ["archive", "archived"],
    ["unarchive", "active"],
  ] as const) {
    routes.post(`/:chat/${action}`, async (context) => {
      await readBody(context, noBody);
      const room = world.setRoomStatus(context.get("user"), { roomId: pathId(context, "chat"), status });
      return context.json({ data: myRoomBody(room) });
    });
  }

  routes.get("/:chat/participants", (context) => {
    const { participant_type: type } = readQuery(context, participantFilter);
    const { id } = world.roomFor(context.get("user").id, pathId(context, "chat"));
    const query = readPaging(context);
    const page = world.participants.list(id, type, query.request);
    return context.json({ data: page.items.map(myParticipantBody), metadata: pageMetadata(page, query) });
  });

  routes.post("/:chat/participants", async (context) => {
    const { participant } = await readBody(context, newParticipant);
    const added = world.participants.add(context.get("user"), {
      roomId: pathId(context, "chat"),
      entityId: participant.participant_id,
      role: participant.role,
    });
    return context.json({ data: participantBody(added) }, 201);
  });

  routes.delete("/:chat/participants/:id", (context) => {
    const input = { roomId: pathId(context, "chat"), entityId: pathId(context, "id") };
    return context.json({ data: participantBody(world.removeParticipant(context.get("user"), input)) });
  });

  return routes;
}
