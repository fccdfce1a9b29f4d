import * as z from "zod";
import type { ContactEvent } from "../model/contact.ts";
import { parseAnsweredRequest, parseContact, parseContactRequest } from "./contact.ts";
import { idField } from "./fields.ts";

const withId = z.looseObject({ id: idField });

/**
 * Reads a frame of `agent_contacts`; undefined for an event of another name, and for one that says nothing new.
 *
 * Throws when what it must have is missing. @see PROTOCOL.md, "socket events"
 */
export function parseContactEvent(event: string, payload: unknown): ContactEvent | undefined {
  switch (event) {
    case "contact_request_received":
      return { type: "contact.requested", request: parseContactRequest(payload, "received") };
    case "contact_request_updated": {
      const { id, status } = parseAnsweredRequest(payload);
      return status === "pending" ? undefined : { type: "contact.request-closed", requestId: id, status };
    }
    case "contact_added":
      return { type: "contact.added", contact: parseContact(payload) };
    case "contact_removed":
      return { type: "contact.removed", contactId: withId.parse(payload).id };
    default:
      return undefined;
  }
}
