import { WireError } from "../errors.ts";
import type { TaskRef } from "../model/task.ts";
import { requireUuid } from "../wire/fields.ts";

/** The path of a room. Throws {@link WireError} before any request when the id is not a UUID: it would become part of a path. */
export function roomPath(roomId: string): string {
  return `/agent/chats/${requireUuid(roomId, "a room id")}`;
}

/** The path of one message in a room, under the same check. */
export function messagePath(ref: { readonly roomId: string; readonly messageId: string }): string {
  return `${roomPath(ref.roomId)}/messages/${requireUuid(ref.messageId, "a message id")}`;
}

/** The path of a task, by id or by its number in the room, under the same check. */
export function taskPath(roomId: string, task: TaskRef): string {
  return `${roomPath(roomId)}/tasks/${taskIdentifier(task)}`;
}

/** What the platform takes for a task. Throws {@link WireError} when it is neither a UUID nor a number from 1. */
export function taskIdentifier(task: TaskRef): string | number {
  if (typeof task === "string") return requireUuid(task, "a task id");
  if (Number.isSafeInteger(task) && task > 0) return task;
  throw new WireError(`the number of a task must be a whole number from 1, not ${task}`);
}

/** The path of a memory, under the same check. */
export function memoryPath(id: string): string {
  return `/agent/memories/${requireUuid(id, "a memory id")}`;
}
