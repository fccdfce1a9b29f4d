import * as z from "zod";
import { WireError } from "../errors.ts";
import type { ParticipantKind } from "../model/participant.ts";

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const longestName = 200;

/** Whether `value` is written like a UUID, of any version. */
export function isUuid(value: string): boolean {
  return uuidShape.test(value);
}

/**
 * `value`, once it is known to be a UUID and so to be harmless in a path.
 *
 * Throws {@link WireError} naming `what` it should have been.
 */
export function requireUuid(value: string, what: string): string {
  if (isUuid(value)) return value;
  throw new WireError(`${what} must be a UUID, not ${JSON.stringify(value.slice(0, 60))}`);
}

/** The id of something the platform sent. */
export const idField = z.string().regex(uuidShape);

/** A text that may be null, absent or of a wrong type, all of which read as undefined. */
export const optionalText = z.string().optional().catch(undefined);

/** A text; empty when the platform sent none. */
export const textField = z.unknown().optional().transform(readText);

/** A moment as the platform wrote it, ISO-8601 UTC; empty when it sent none. */
export const timestampField = z.unknown().optional().transform(readText);

/** What is shown of a name: one line, without characters that steer a terminal or the writing direction, bounded. */
export const nameField = z.unknown().optional().transform(readName);

/** A handle without its `@`; undefined when there is none. */
export const handleField = z
  .unknown()
  .optional()
  .transform((handle) => readName(handle).replace(/^@+/u, "") || undefined);

/** Only what the platform calls a user is a person: whoever else it may send gets the smaller trust of an agent. */
export const kindField = z
  .unknown()
  .optional()
  .transform((type): ParticipantKind => (readText(type).toLowerCase() === "user" ? "user" : "agent"));

/** What is no text reads as an empty one. By a function, because a field that is missing costs zod an issue with its words. */
function readText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** What most names are: nothing in them has to be taken out. */
const plainName = /^[!-~]+(?: [!-~]+)*$/u;

function readName(value: unknown): string {
  const name = readText(value);
  if (name.length <= longestName && plainName.test(name)) return name;
  return Array.from(name.replace(/[^\P{Cc}\s]|\p{Bidi_Control}/gu, "").replace(/\s+/gu, " "))
    .slice(0, longestName)
    .join("")
    .trim();
}

/** Words by which something is found; what is no text is left out. */
export const tagsField = z
  .array(z.string().optional().catch(undefined))
  .catch([])
  .transform((tags) => tags.filter((tag) => tag !== undefined));

/** `body` as `schema` reads it. Throws {@link WireError} that says which fields of `what` are missing, never their values. */
export function parseWith<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => issue.path.join(".") || "the whole of it");
  throw new WireError(`${what} lacks or garbles what it must have: ${[...new Set(faults)].join(", ")}`);
}
