import { type Context, Hono } from "hono";
import { z } from "zod";
import { type Marking, workFilters } from "../world/deliveries.ts";
import { eventTypes } from "../world/events.ts";
import type { World } from "../world/world.ts";
import { messageBody, recipientsOf } from "./bodies.ts";
import { newText, noBody } from "./inputs.ts";
import { pageMetadata, readPaging } from "./paging.ts";
import { pathId, readBody, readQuery } from "./request.ts";
import type { AgentEnv } from "./surface.ts";

const workFilter = z.object({ status: z.enum(workFilters).optional() });
const failure = z.strictObject({ error: z.string().regex(/\S/, "can't be blank") });
const newEvent = z.strictObject({
  event: z.strictObject({
    content: z.string(),
    message_type: z.enum(eventTypes),
    metadata: z.record(z.string(), z.unknown()).nullish(),
  }),
});
const activity = z.strictObject({ working: z.boolean() });

/** `/agent/chats/{id}/messages`, `events`, `context` and `activity`: the agent's work in a room, and its voice. */
export function agentMessages(world: World): Hono<AgentEnv> {
  const routes = new Hono<AgentEnv>();

  routes.get("/:chat/messages", (context) => {
    const { status: filter } = readQuery(context, workFilter);
    const query = readPaging(context);
    const page = world.messages.work(context.get("agent"), { roomId: pathId(context, "chat"), filter }, query.request);
    const metadata = { status_filter: filter ?? null, ...pageMetadata(page, query) };
    return context.json({ data: page.items.map(messageBody), metadata });
  });

  routes.post("/:chat/messages", async (context) => {
    const { message } = await readBody(context, newText);
    const said = world.messages.say(context.get("agent"), { roomId: pathId(context, "chat"), ...message });
    return context.json({ data: { id: said.id, success: true, recipients: recipientsOf(said) } }, 201);
  });

  routes.get("/:chat/messages/next", (context) => {
    const message = world.messages.next(context.get("agent"), pathId(context, "chat"));
    return message === undefined ? context.body(null, 204) : context.json({ data: messageBody(message) });
  });

  const mark = (context: Context<AgentEnv>, as: Marking, error?: string) => {
    const input = { roomId: pathId(context, "chat"), messageId: pathId(context, "id"), as, error };
    const marked = world.messages.mark(context.get("agent"), input);
    if (marked === undefined) return context.body(null, 204);
    const { message, attemptNumber } = marked;
    return context.json({ data: { id: message.id, success: true, status: as, attempt_number: attemptNumber } });
  };
  for (const as of ["processing", "processed"] as const) {
    routes.post(`/:chat/messages/:id/${as}`, async (context) => {
      await readBody(context, noBody);
      return mark(context, as);
    });
  }
  routes.post("/:chat/messages/:id/failed", async (context) => {
    const { error } = await readBody(context, failure);
    return mark(context, "failed", error);
  });

  routes.get("/:chat/context", (context) => {
    const query = readPaging(context, { limit: 50 });
    const page = world.messages.context(context.get("agent"), pathId(context, "chat"), query.request);
    const metadata = pageMetadata(page, query);
    // `meta` is the older name; clients of both ages read this list
    return context.json({ data: page.items.map(messageBody), metadata, meta: metadata });
  });

  routes.post("/:chat/events", async (context) => {
    const { event } = await readBody(context, newEvent);
    const { message_type: type, content, metadata } = event;
    const reported = world.events.report(context.get("agent"), {
      roomId: pathId(context, "chat"),
      type,
      content,
      metadata,
    });
    return context.json({ data: { id: reported.id, message_type: reported.type, success: true } }, 201);
  });

  routes.post("/:chat/activity", async (context) => {
    const { working } = await readBody(context, activity);
    world.events.showActivity(context.get("agent"), { roomId: pathId(context, "chat"), working });
    return context.json({ data: { working } });
  });

  return routes;
}
