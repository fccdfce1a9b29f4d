import { requireUuid } from "../wire/fields.ts";

/** The path of a room. Throws {@link WireError} before any request when the id is not a UUID: it would become part of a path. */
export function roomPath(roomId: string): string {
  return `/agent/chats/${requireUuid(roomId, "a room id")}`;
}

/** The path of one message in a room, under the same check. */
export function messagePath(ref: { readonly roomId: string; readonly messageId: string }): string {
  return `${roomPath(ref.roomId)}/messages/${requireUuid(ref.messageId, "a message id")}`;
}
