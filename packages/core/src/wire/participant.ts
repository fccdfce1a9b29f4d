import * as z from "zod";
import type { Participant } from "../model/participant.ts";
import { handleField, idField, kindField, nameField, optionalText, parseWith } from "./fields.ts";

const participantBody = z.looseObject({
  id: idField,
  type: kindField,
  name: nameField,
  handle: handleField,
  role: z.enum(["owner", "admin", "member"]).catch("member"),
  description: optionalText,
});

/**
 * Reads someone in a room, from REST or from a `participant_added` frame. Only the id must be there.
 *
 * Throws {@link WireError} without one.
 */
export function parseParticipant(body: unknown): Participant {
  const { id, type, name, handle, role, description } = parseWith(participantBody, body, "a participant");
  return { id, kind: type, name: name === "" ? (handle ?? "") : name, handle, role, description };
}
