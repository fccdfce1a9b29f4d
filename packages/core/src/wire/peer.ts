import * as z from "zod";
import type { Peer } from "../model/participant.ts";
import { handleField, idField, kindField, nameField, optionalText, parseWith } from "./fields.ts";

const peerBody = z.looseObject({
  id: idField,
  type: kindField,
  name: nameField,
  handle: handleField,
  description: optionalText,
  is_contact: z.boolean().catch(false),
});

/** Reads someone who could be added to a room. Throws {@link WireError} when there is no id. */
export function parsePeer(body: unknown): Peer {
  const { id, type, name, handle, description, is_contact } = parseWith(peerBody, body, "a peer");
  return { id, kind: type, name: name === "" ? (handle ?? "") : name, handle, description, isContact: is_contact };
}
