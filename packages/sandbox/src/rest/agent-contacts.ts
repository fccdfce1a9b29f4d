import { Hono } from "hono";
import { z } from "zod";
import { contactActions, sentFilters } from "../world/contact-requests.ts";
import type { Page } from "../world/paging.ts";
import type { World } from "../world/world.ts";
import { contactBody, receivedRequestBody, sentRequestBody } from "./contact-bodies.ts";
import { contactKey } from "./inputs.ts";
import { numberedMetadata, pageMetadata, readNumberedPaging } from "./paging.ts";
import { readBody, readQuery, uuid } from "./request.ts";
import type { AgentEnv } from "./surface.ts";

const newContact = z.strictObject({ handle: z.string(), message: z.string().nullish() });
const response = z.strictObject({
  action: z.enum(contactActions),
  handle: z.string().optional(),
  request_id: uuid.optional(),
});
const sentFilter = z.object({ sent_status: z.enum(sentFilters).default("pending") });

/** `/agent/contacts`: whom the agent knows beyond its owner's, and the requests to get there. */
export function agentContacts(world: World): Hono<AgentEnv> {
  const routes = new Hono<AgentEnv>();

  routes.get("/", (context) => {
    const query = readNumberedPaging(context);
    const page = world.contacts.list(context.get("agent"), query.request);
    return context.json({ data: page.items.map(contactBody), metadata: pageMetadata(page, query) });
  });

  routes.post("/add", async (context) => {
    const input = await readBody(context, newContact);
    const { id, status } = world.contactRequests.send(context.get("agent"), { ...input, pointer: "/message" });
    return context.json({ data: { id, status } }, 201);
  });

  routes.post("/remove", async (context) => {
    const { handle, contact_id: contactId } = await readBody(context, contactKey);
    world.contacts.remove(context.get("agent"), { handle, contactId });
    return context.json({ data: { status: "removed" } });
  });

  routes.get("/requests", (context) => {
    const { sent_status: status } = readQuery(context, sentFilter);
    const paging = readNumberedPaging(context).request;
    const received = world.contactRequests.received(context.get("agent"), paging);
    const sent = world.contactRequests.sent(context.get("agent"), status, paging);
    const { page, page_size } = numberedMetadata(received);
    const data = { received: received.items.map(receivedRequestBody), sent: sent.items.map(sentRequestBody) };
    return context.json({ data, metadata: { page, page_size, received: totals(received), sent: totals(sent) } });
  });

  routes.post("/requests/respond", async (context) => {
    const { action, handle, request_id: requestId } = await readBody(context, response);
    const { id, status } = world.contactRequests.respond(context.get("agent"), action, { handle, requestId });
    return context.json({ data: { id, status } });
  });

  return routes;
}

/** Each direction is paged by itself, with one page number for both. */
function totals(page: Page<unknown>) {
  const { total_count, total_pages } = numberedMetadata(page);
  return { total: total_count, total_pages };
}
