import * as z from "zod";
import type { Mention } from "../model/message.ts";
import { handleField, idField, nameField, parseWith } from "./fields.ts";

const recipient = z
  .looseObject({ id: idField, handle: handleField, name: nameField })
  .transform(({ id, handle, name }): Mention => ({ id, handle, name: name === "" ? undefined : name }));

const sentBody = z.looseObject({
  id: idField,
  recipients: z
    .array(recipient.optional().catch(undefined))
    .catch([])
    .transform((rows) => rows.filter((row) => row !== undefined)),
});

/** Reads the answer to a post or an event: its new id and, of a message, whom it goes to. Throws {@link WireError} without an id. */
export function parseSent(body: unknown): { readonly id: string; readonly recipients: Mention[] } {
  const { id, recipients } = parseWith(sentBody, body, "the answer to a post");
  return { id, recipients };
}
