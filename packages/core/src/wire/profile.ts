import * as z from "zod";
import type { MyRoom, Profile } from "../model/profile.ts";
import { handleField, idField, nameField, optionalText, parseWith } from "./fields.ts";
import { parseRoomSummary } from "./room.ts";

const profileBody = z.looseObject({
  id: idField,
  handle: handleField,
  first_name: nameField,
  last_name: nameField,
  email: optionalText,
});
const activeRoom = z.looseObject({ last_message_at: optionalText });

/** Reads the account behind a person's key. Throws {@link WireError} when there is no id. */
export function parseProfile(body: unknown): Profile {
  const { id, handle, first_name, last_name, email } = parseWith(profileBody, body, "the person's own account");
  const name = `${first_name} ${last_name}`.trim();
  return { id, handle: handle ?? "", name: name === "" ? (handle ?? id) : name, email };
}

/** Reads a room as people are shown it. Throws {@link WireError} when there is no id. */
export function parseMyRoom(body: unknown): MyRoom {
  const { last_message_at } = parseWith(activeRoom, body, "a room");
  return { ...parseRoomSummary(body), lastMessageAt: last_message_at };
}
