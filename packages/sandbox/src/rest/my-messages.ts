import { Hono } from "hono";
import { z } from "zod";
import { readTimestamp } from "../world/clock.ts";
import { messageTypes } from "../world/messages.ts";
import { invalid } from "../world/refusal.ts";
import type { World } from "../world/world.ts";
import { messageBody, recipientsOf } from "./bodies.ts";
import { newText } from "./inputs.ts";
import { pageMetadata, readPaging } from "./paging.ts";
import { pathId, readBody, readQuery } from "./request.ts";
import type { UserEnv } from "./surface.ts";

const messageFilter = z.object({
  message_type: z.enum(messageTypes).optional(),
  since: z.string().optional(),
  cursor: z.string().optional(),
});

/** `/me/chats/{id}/messages`: all that was said and reported in a room, and a person's voice in it. */
export function myMessages(world: World): Hono<UserEnv> {
  const routes = new Hono<UserEnv>();

  routes.get("/:chat/messages", (context) => {
    const { message_type: type, since: sinceText, cursor } = readQuery(context, messageFilter);
    if (sinceText !== undefined && cursor !== undefined) throw invalid("/since", "cannot be combined with cursor");
    const since = sinceText === undefined ? undefined : readTimestamp(sinceText);
    if (sinceText !== undefined && since === undefined) throw invalid("/since", "Invalid format. Expected :date-time");
    const { id } = world.roomFor(context.get("user").id, pathId(context, "chat"));
    const query = readPaging(context);
    const page = world.messages.list(id, { type, since }, query.request);
    return context.json({ data: page.items.map(messageBody), metadata: pageMetadata(page, query) });
  });

  routes.post("/:chat/messages", async (context) => {
    const { message } = await readBody(context, newText);
    const said = world.messages.say(context.get("user"), { roomId: pathId(context, "chat"), ...message });
    return context.json({ data: { id: said.id, success: true, recipients: recipientsOf(said) } }, 201);
  });

  return routes;
}
