import * as z from "zod";
import type { Contact, ContactRequest, ContactRequestStatus } from "../model/contact.ts";
import {
  handleField,
  idField,
  kindField,
  nameField,
  optionalText,
  parseWith,
  tagsField,
  timestampField,
} from "./fields.ts";

const contactBody = z.looseObject({
  id: idField,
  handle: handleField,
  type: kindField,
  name: nameField,
  description: optionalText,
  tags: tagsField,
  inserted_at: timestampField,
});

/** Reads a contact, from a list or from a `contact_added` frame. Throws {@link WireError} without an id. */
export function parseContact(body: unknown): Contact {
  const { id, handle = "", type, name, description, tags, inserted_at } = parseWith(contactBody, body, "a contact");
  return { id, handle, kind: type, name: name === "" ? handle : name, description, tags, insertedAt: inserted_at };
}

const statusField = z.enum(["pending", "approved", "rejected", "expired", "cancelled"]);
const requestBody = z.looseObject({
  id: idField,
  from_handle: handleField,
  from_name: nameField,
  to_handle: handleField,
  to_name: nameField,
  message: optionalText,
  status: statusField.catch("pending"),
  inserted_at: timestampField,
});

/** Reads a request, from a list or from a `contact_request_received` frame. Throws {@link WireError} without an id. */
export function parseContactRequest(body: unknown, direction: ContactRequest["direction"]): ContactRequest {
  const request = parseWith(requestBody, body, "a contact request");
  const isReceived = direction === "received";
  const handle = (isReceived ? request.from_handle : request.to_handle) ?? "";
  const name = isReceived ? request.from_name : request.to_name;
  return {
    id: request.id,
    direction,
    status: request.status,
    handle,
    name: name === "" ? handle : name,
    message: request.message,
    insertedAt: request.inserted_at,
  };
}

const answeredBody = z.looseObject({ id: idField, status: statusField });

/** Reads what became of a request: the answer to adding or responding, or a `contact_request_updated` frame. Throws {@link WireError} when it does not say. */
export function parseAnsweredRequest(body: unknown): { readonly id: string; readonly status: ContactRequestStatus } {
  const { id, status } = parseWith(answeredBody, body, "a contact request");
  return { id, status };
}

const direction = z
  .looseObject({ total_pages: z.number().int().nonnegative().catch(0) })
  .optional()
  .catch(undefined);
const requestsBody = z.looseObject({
  data: z.looseObject({ received: z.array(z.unknown()).catch([]), sent: z.array(z.unknown()).catch([]) }),
  metadata: z.looseObject({ received: direction, sent: direction }).optional().catch(undefined),
});

/** One page of the requests of both directions, rows still unread. */
export interface ContactRequestPage {
  readonly received: readonly unknown[];
  readonly sent: readonly unknown[];
  /** Of the longer of the two. */
  readonly totalPages: number;
}

/** Reads such a page. Throws {@link WireError} when there is nothing to be found. */
export function parseContactRequestPage(body: unknown): ContactRequestPage {
  const { data, metadata } = parseWith(requestsBody, body, "a list of contact requests");
  const totalPages = Math.max(metadata?.received?.total_pages ?? 0, metadata?.sent?.total_pages ?? 0);
  return { received: data.received, sent: data.sent, totalPages };
}
