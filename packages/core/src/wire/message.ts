import * as z from "zod";
import { WireError } from "../errors.ts";
import type { StoredItem, StoredMention } from "../model/stored-item.ts";
import { deliveriesField } from "./delivery.ts";
import { handleField, idField, kindField, nameField, parseWith, textField, timestampField } from "./fields.ts";

const mention = z
  .looseObject({
    id: idField,
    handle: handleField,
    username: handleField, // the handle's name in old data
    name: nameField,
    kind: z.string().nullish().catch("reference"),
  })
  .transform(
    ({ id, handle, username, name, kind }): StoredMention => ({
      id,
      handle: handle ?? username,
      name: name === "" ? undefined : name,
      // Whether the platform marks references is not documented: an entry that says nothing is a mention.
      kind: kind === undefined || kind === null || kind === "mention" ? "mention" : "reference",
    }),
  );

const mentionsField = z
  .array(mention.optional().catch(undefined))
  .catch([])
  .transform((rows) => rows.filter((row) => row !== undefined));

const itemBody = z.looseObject({
  id: idField,
  chat_room_id: idField.optional().catch(undefined),
  content: textField,
  // Where a type is left out, the platform speaks of texts only.
  message_type: z
    .enum(["text", "thought", "tool_call", "tool_result", "error", "task", "attention", "other"])
    .default("text")
    .catch("other"),
  sender_id: textField,
  sender_type: kindField,
  sender_name: nameField,
  metadata: z.looseObject({}).catch({}),
  inserted_at: timestampField,
  updated_at: timestampField,
});

/**
 * Reads a row of a room, from REST or from a `message_created` frame, taking what can be understood.
 *
 * `fallback` names the room where the row need not say it. Types this package does not know become `other`. Throws
 * {@link WireError} only when the id or the room is missing, because then nothing can be done with it.
 * @see PROTOCOL.md, "messages"
 */
export function parseStoredItem(body: unknown, fallback?: { readonly roomId: string }): StoredItem {
  const row = parseWith(itemBody, body, "a message");
  const roomId = row.chat_room_id ?? fallback?.roomId;
  if (roomId === undefined) throw new WireError(`message ${row.id} does not say which room it is in`);
  return {
    id: row.id,
    roomId,
    type: row.message_type,
    content: row.content,
    senderId: row.sender_id,
    senderKind: row.sender_type,
    senderName: row.sender_name,
    mentions: mentionsField.parse(row.metadata.mentions),
    metadata: row.metadata,
    deliveries: deliveriesField.parse(row.metadata.delivery_status),
    insertedAt: row.inserted_at,
    updatedAt: row.updated_at,
  };
}
