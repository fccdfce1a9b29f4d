import * as z from "zod";
import type { RoomSummary } from "../model/room.ts";
import { idField, nameField, parseWith, timestampField } from "./fields.ts";

const roomBody = z.looseObject({
  id: idField,
  title: nameField,
  inserted_at: timestampField,
  updated_at: timestampField,
});

/** Reads a room as listed, created or announced by `room_added`. Throws {@link WireError} when there is no id. */
export function parseRoomSummary(body: unknown): RoomSummary {
  const { id, title, inserted_at, updated_at } = parseWith(roomBody, body, "a room");
  return { id, title: title === "" ? undefined : title, insertedAt: inserted_at, updatedAt: updated_at };
}
