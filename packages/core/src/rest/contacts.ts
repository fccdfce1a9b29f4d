import type { Contact, ContactRef, ContactRequest, ContactRequestStatus, Contacts } from "../model/contact.ts";
import { parseAnsweredRequest, parseContact, parseContactRequest, parseContactRequestPage } from "../wire/contact.ts";
import { requireUuid } from "../wire/fields.ts";
import { parseResource } from "../wire/page.ts";
import type { CallOptions, RestClient } from "./client.ts";
import { byNumber, pageSize, readable } from "./pages.ts";

const contactsPath = "/agent/contacts";
const requestsPath = "/agent/contacts/requests";

/** Whom this agent may reach although they are another owner's. @see PROTOCOL.md, "contacts" */
export function listContacts(client: RestClient, options: CallOptions = {}): AsyncIterable<Contact> {
  return byNumber(client, { path: contactsPath, read: parseContact }, options);
}

/** Asks someone to become a contact. `approved` when they had asked first; 409 when they are one, or were asked already. */
export async function addContact(
  client: RestClient,
  input: { readonly handle: string; readonly message?: string },
  options: CallOptions = {},
): Promise<{ readonly id: string; readonly status: "pending" | "approved" }> {
  const { handle, message } = input;
  const body = { handle, ...(message !== undefined && { message }) };
  const path = `${contactsPath}/add`;
  return client.request({ method: "POST", path, body, kind: "post", signal: options.signal }, (answer) => {
    const { id, status } = parseAnsweredRequest(parseResource(answer.body));
    return { id, status: status === "approved" ? "approved" : "pending" };
  });
}

/** Ends a contact, for both sides. */
export async function removeContact(client: RestClient, contact: ContactRef, options: CallOptions = {}): Promise<void> {
  const body =
    "contactId" in contact
      ? { contact_id: requireUuid(contact.contactId, "a contact id") }
      : { handle: contact.handle };
  const path = `${contactsPath}/remove`;
  return client.request({ method: "POST", path, body, kind: "post", signal: options.signal }, () => undefined);
}

/**
 * Requests to this agent that are pending, and those it has made that are `sentStatus` (default `pending`).
 *
 * Both come in pages of one number, so they come mixed. Each is given once.
 */
export async function* listContactRequests(
  client: RestClient,
  input: { readonly sentStatus?: Exclude<ContactRequestStatus, "expired"> | "all" } = {},
  options: CallOptions = {},
): AsyncGenerator<ContactRequest, void> {
  const seen = new Set<string>();
  for (let page = 1; ; page += 1) {
    const query = { sent_status: input.sentStatus, page, page_size: pageSize };
    const { received, sent, totalPages } = await client.request(
      { method: "GET", path: requestsPath, query, kind: "read", signal: options.signal },
      ({ body }) => parseContactRequestPage(body),
    );
    const read = (direction: ContactRequest["direction"]) => (row: unknown) =>
      readable(client, { path: requestsPath, read: (body) => parseContactRequest(body, direction) }, row);
    for (const request of [...received.flatMap(read("received")), ...sent.flatMap(read("sent"))]) {
      if (seen.has(request.id)) continue;
      seen.add(request.id);
      yield request;
    }
    if (page >= totalPages) return;
  }
}

/** Approves or rejects a request that was received, or cancels one that was sent. 409 when it is closed already. */
export async function respondToContactRequest(
  client: RestClient,
  input: Parameters<Contacts["respond"]>[0],
  options: CallOptions = {},
): Promise<{ readonly id: string; readonly status: ContactRequestStatus }> {
  const which =
    "requestId" in input ? { request_id: requireUuid(input.requestId, "a request id") } : { handle: input.handle };
  const body = { action: input.action, ...which };
  const path = `${requestsPath}/respond`;
  return client.request({ method: "POST", path, body, kind: "post", signal: options.signal }, (answer) =>
    parseAnsweredRequest(parseResource(answer.body)),
  );
}

/** The contacts of the agent behind a client. */
export function contactsOf(client: RestClient): Contacts {
  return {
    list: () => listContacts(client),
    add: (input) => addContact(client, input),
    remove: (contact) => removeContact(client, contact),
    requests: (about) => listContactRequests(client, about),
    respond: (request) => respondToContactRequest(client, request),
  };
}
