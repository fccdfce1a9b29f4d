import { contactBody, contactRequestBody, receivedRequestBody } from "../rest/contact-bodies.ts";
import type { Contact, ContactRequest, Entity } from "../world/model.ts";
import type { Push } from "./pushes.ts";

/** To the one who is asked. */
export function contactRequestReceived(request: ContactRequest): Push {
  const { recipient } = request;
  return push(recipient, "contact_request_received", recipient.kind === "Agent" ? forAgent(request) : forUser(request));
}

/** To both sides. */
export function contactRequestUpdated({ id, status, requester, recipient }: ContactRequest): readonly Push[] {
  return [requester, recipient].map((to) => push(to, "contact_request_updated", { id, status }));
}

/** To the one whose contact it is, who knows it by a record of its own. */
export function contactAdded(contact: Contact): Push {
  return push(contact.holder, "contact_added", contactBody(contact));
}

export function contactRemoved({ id, holder }: Contact): Push {
  return push(holder, "contact_removed", { id });
}

/** Where REST says null, frames to agents leave the field out. */
function forAgent(request: ContactRequest): object {
  const { message, ...body } = receivedRequestBody(request);
  return { ...body, ...(message !== null && { message }) };
}

function forUser(request: ContactRequest): object {
  const { recipient: _shownByIdOnly, ...body } = contactRequestBody(request);
  return body;
}

function push(to: Entity, event: string, payload: object): Push {
  const topic = `${to.kind === "Agent" ? "agent_contacts" : "user_contacts"}:${to.id}`;
  return { topic, event, payload, isFor: () => true };
}
