import * as z from "zod";
import type { Identity } from "../model/participant.ts";
import { handleField, idField, nameField, optionalText, parseWith } from "./fields.ts";

const identityBody = z.looseObject({
  id: idField,
  name: nameField,
  handle: handleField,
  description: optionalText,
  owner_uuid: idField,
});

/** Reads the account behind a key. Throws {@link WireError} when its id or its owner's is missing: trust is decided by both. */
export function parseIdentity(body: unknown): Identity {
  const { id, name, handle, description, owner_uuid } = parseWith(identityBody, body, "the agent's own account");
  return { id, name: name === "" ? (handle ?? id) : name, handle: handle ?? "", description, ownerId: owner_uuid };
}
