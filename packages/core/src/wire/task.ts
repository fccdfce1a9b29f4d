import * as z from "zod";
import type { HistoryEntry, RoomTask } from "../model/task.ts";
import { actorField, nobody } from "./actor.ts";
import { idField, optionalText, parseWith, timestampField } from "./fields.ts";

const text = z.string().catch("");
const statusField = z
  .enum(["pending", "in_progress", "blocked", "in_review", "failed", "completed", "other"])
  .catch("other");

const assignment = z
  .looseObject({
    assignee: actorField,
    status: statusField,
    active_form: text,
    linked_native_id: text,
    updated_at: timestampField,
  })
  .transform(({ assignee, status, active_form, linked_native_id, updated_at }) => ({
    assignee,
    status,
    activeForm: active_form,
    linkedNativeId: linked_native_id,
    updatedAt: updated_at,
  }));

const taskBody = z.looseObject({
  id: idField,
  number: z.number().int(),
  chat_room_id: idField.optional().catch(undefined),
  subject: text,
  detail: text,
  state: z.enum(["active", "cancelled", "superseded", "archived", "other"]).catch("other"),
  overall_status: statusField,
  assignments: z
    .array(assignment.optional().catch(undefined))
    .catch([])
    .transform((rows) => rows.filter((row) => row !== undefined)),
  created_by: actorField.catch(nobody),
  superseded_by_id: optionalText,
  inserted_at: timestampField,
  updated_at: timestampField,
});

/** Reads a task of a room. Throws {@link WireError} without an id and a number. */
export function parseTask(body: unknown, fallback: { readonly roomId: string }): RoomTask {
  const row = parseWith(taskBody, body, "a task");
  return {
    id: row.id,
    number: row.number,
    roomId: row.chat_room_id ?? fallback.roomId,
    subject: row.subject,
    detail: row.detail,
    state: row.state,
    status: row.overall_status,
    assignments: row.assignments,
    createdBy: row.created_by,
    supersededById: row.superseded_by_id,
    insertedAt: row.inserted_at,
    updatedAt: row.updated_at,
  };
}

const entryBody = z.looseObject({
  event: z.string(),
  actor: actorField.catch(nobody),
  at: timestampField,
  payload: z.record(z.string(), z.unknown()).catch({}),
});

/** Reads one entry of the history of a task or a board. Throws {@link WireError} when it does not say what happened. */
export function parseHistoryEntry(body: unknown): HistoryEntry {
  const { event, actor, at, payload } = parseWith(entryBody, body, "an entry of a history");
  return { event, actor, at, payload };
}
