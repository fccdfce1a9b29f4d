import * as z from "zod";
import { parseWith } from "./fields.ts";

/** A number that is left out reads as 1: the mark itself is what counts. */
const markBody = z.looseObject({ id: z.string(), attempt_number: z.number().int().positive().catch(1) });

/** Reads the answer to a mark: the number of the attempt it opened or closed. Throws {@link WireError} when it names no message. */
export function parseMark(body: unknown): { readonly attemptNumber: number } {
  return { attemptNumber: parseWith(markBody, body, "the answer to a mark").attempt_number };
}
