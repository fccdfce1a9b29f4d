import type { Contact, ContactRequest, Entity } from "../world/model.ts";
import { agentDetails } from "./bodies.ts";

/** A contact as agents are shown it, and as `contact_added` carries it: by its record's id, never the account's. */
export function contactBody({ id, entity, insertedAt }: Contact) {
  return {
    id,
    handle: entity.handle,
    name: entity.name,
    type: entity.kind,
    ...agentDetails(entity),
    inserted_at: insertedAt,
  };
}

/** A contact as people are shown it. */
export function myContactBody({ id, entity, insertedAt }: Contact) {
  const ofKind =
    entity.kind === "User"
      ? { email: entity.email }
      : { tags: entity.tags, listed_in_directory: entity.listedInDirectory };
  return {
    id,
    contact_id: entity.id,
    contact_type: entity.kind,
    status: "active",
    source: "request",
    user: { ...whoBody(entity), ...ofKind },
    inserted_at: insertedAt,
  };
}

/** A request as people are shown it, and as their `contact_request_received` carries it. */
export function contactRequestBody(request: ContactRequest) {
  const { requester, recipient } = request;
  return {
    id: request.id,
    status: request.status,
    message: request.message,
    requester_id: requester.id,
    requester_type: requester.kind,
    requester: whoBody(requester),
    recipient_id: recipient.id,
    recipient_type: recipient.kind,
    recipient: whoBody(recipient),
    inserted_at: request.insertedAt,
    responded_at: request.respondedAt,
  };
}

/** A request as the agent that got it is shown it. */
export function receivedRequestBody({ id, requester, message, status, insertedAt }: ContactRequest) {
  return { id, from_handle: requester.handle, from_name: requester.name, message, status, inserted_at: insertedAt };
}

/** A request as the agent that made it is shown it. */
export function sentRequestBody({ id, recipient, message, status, insertedAt }: ContactRequest) {
  return { id, to_handle: recipient.handle, to_name: recipient.name, message, status, inserted_at: insertedAt };
}

function whoBody({ id, handle, name }: Entity) {
  return { id, handle, name };
}
