import { WireError } from "../errors.ts";

const deepest = 64;
const unwanted = ["__proto__", "constructor"];

/**
 * The value of a JSON text from outside, without keys that could reach a prototype once someone merges it.
 *
 * Throws {@link WireError} when it is not JSON or nested deeper than 64 levels. The text itself is not repeated in the error.
 */
export function readJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own error quotes the text, which may hold anything.
    throw new WireError(text.trim() === "" ? "an empty text stands where JSON should" : "the text is not valid JSON");
  }
  prune(value, 0);
  return value;
}

function prune(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth >= deepest) throw new WireError(`the JSON is nested deeper than ${deepest} levels`);
  for (const key of unwanted) {
    if (Object.hasOwn(value, key)) Reflect.deleteProperty(value, key);
  }
  for (const inner of Object.values(value)) prune(inner, depth + 1);
}
