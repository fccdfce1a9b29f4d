import { type Context, Hono } from "hono";
import { z } from "zod";
import { sentFilters } from "../world/contact-requests.ts";
import { readHandle } from "../world/handles.ts";
import { notFound } from "../world/refusal.ts";
import type { World } from "../world/world.ts";
import { contactRequestBody, myContactBody } from "./contact-bodies.ts";
import { contactKey, noBody } from "./inputs.ts";
import { pageMetadata, readNumberedPaging } from "./paging.ts";
import { pathId, readBody, readQuery } from "./request.ts";
import type { UserEnv } from "./surface.ts";

const newRequest = z.strictObject({
  contact_request: z.strictObject({ recipient_handle: z.string(), message: z.string().nullish() }),
});
const named = z.strictObject({ handle: z.string() });
const sentFilter = z.object({ status: z.enum(sentFilters).default("all") });

/** `/me/contacts`: whom the person knows, the requests to get there, and who is behind a handle. */
export function myContacts(world: World): Hono<UserEnv> {
  const routes = new Hono<UserEnv>();

  routes.get("/", (context) => {
    const query = readNumberedPaging(context);
    const page = world.contacts.list(context.get("user"), query.request);
    return context.json({ data: page.items.map(myContactBody), metadata: pageMetadata(page, query) });
  });

  routes.post("/remove", async (context) => {
    const { handle, contact_id: contactId } = await readBody(context, contactKey);
    world.contacts.remove(context.get("user"), { handle, contactId });
    return context.json({ data: { status: "removed" } });
  });

  routes.post("/resolve", async (context) => {
    const entity = world.accounts.byHandle(readHandle((await readBody(context, named)).handle));
    if (entity === undefined) throw notFound("Handle");
    // neither id nor e-mail: those are for contacts
    return context.json({ data: { type: entity.kind, name: entity.name, handle: entity.handle } });
  });

  routes.get("/requests", (context) => {
    const query = readNumberedPaging(context);
    const page = world.contactRequests.received(context.get("user"), query.request);
    return context.json({ data: page.items.map(contactRequestBody), metadata: pageMetadata(page, query) });
  });

  routes.get("/requests/sent", (context) => {
    const { status } = readQuery(context, sentFilter);
    const query = readNumberedPaging(context);
    const page = world.contactRequests.sent(context.get("user"), status, query.request);
    return context.json({ data: page.items.map(contactRequestBody), metadata: pageMetadata(page, query) });
  });

  routes.post("/requests", async (context) => {
    const { recipient_handle: handle, message } = (await readBody(context, newRequest)).contact_request;
    const pointer = "/contact_request/message";
    const request = world.contactRequests.send(context.get("user"), { handle, message, pointer });
    return context.json({ data: contactRequestBody(request) }, 201);
  });

  const respond = async (context: Context<UserEnv>, action: "approve" | "reject" | "cancel") => {
    await readBody(context, noBody);
    const key = { requestId: pathId(context, "id") };
    const { id, status } = world.contactRequests.respond(context.get("user"), action, key);
    return context.json({ data: { id, status } });
  };
  routes.post("/requests/:id/approve", (context) => respond(context, "approve"));
  routes.post("/requests/:id/reject", (context) => respond(context, "reject"));
  routes.delete("/requests/:id", (context) => respond(context, "cancel"));

  return routes;
}
