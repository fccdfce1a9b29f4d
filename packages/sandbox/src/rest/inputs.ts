import { z } from "zod";
import { roles } from "../world/participants.ts";
import { uuid } from "./request.ts";

/** The bodies that both kinds of callers send. */

/** A new room: `chat` must be there and may be empty. */
export const newRoom = z.strictObject({
  chat: z.strictObject({ title: z.string().nullish(), task_id: uuid.nullish() }),
});

export const renamedRoom = z.strictObject({ chat: z.strictObject({ title: z.string() }) });

/** A new text. Who is mentioned is checked by the world, which has codes of its own for what can be wrong there. */
export const newText = z.strictObject({
  message: z.strictObject({
    content: z.string(),
    mentions: z
      .array(
        z.strictObject({
          id: uuid.optional(),
          handle: z.string().optional(),
          name: z.string().optional(),
          kind: z.unknown().optional(),
        }),
      )
      .default([]),
  }),
});

/** What a call without anything to say accepts. */
export const noBody = z.strictObject({});

/** Which contact: by its record or by handle. That one of them is there is checked by the world, whose answer is a 400. */
export const contactKey = z.strictObject({ handle: z.string().optional(), contact_id: uuid.optional() });

export const newParticipant = z.strictObject({
  participant: z.strictObject({ participant_id: uuid, role: z.enum(roles).default("member") }),
});
