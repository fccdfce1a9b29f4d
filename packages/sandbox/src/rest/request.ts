import type { Context } from "hono";
import { z } from "zod";
import { Refusal } from "../world/refusal.ts";

/** An id in a body or query: any UUID, whatever its version; read as the platform writes it. */
export const uuid = z.guid().toLowerCase();

/**
 * The JSON body of a request in the form of `schema`. An empty body reads as `{}`.
 *
 * Throws a 400 when it is no JSON, and a 422 in the words of the platform's casting layer when it does not fit: every
 * wrong field by its JSON pointer, unknown ones included (so schemas are `z.strictObject`).
 * @see PROTOCOL.md, "errors"
 */
export async function readBody<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> {
  const isJson = /^application\/(?:[\w.+-]+\+)?json\b/i.test(context.req.header("content-type") ?? "");
  const text = await context.req.text();
  // a body that is not declared as JSON goes unread, and then lacks its fields
  return cast(isJson && text !== "" ? parse(text) : {}, schema);
}

/** The query of a request in the form of `schema`; unknown parameters are let be. Throws a 422. */
export function readQuery<Schema extends z.ZodType>(context: Context, schema: Schema): z.output<Schema> {
  return cast(context.req.query(), schema);
}

/** An id of the path. A malformed one names nothing, which is a 404 and needs no check of its own. */
export function pathId(context: Context, name: "chat" | "id"): string {
  return (context.req.param(name) ?? "").toLowerCase();
}

function parse(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(400, "bad_request", "The request body is not valid JSON");
  }
  if (isDeeperThan(value, deepest)) throw new Refusal(400, "bad_request", "The request body is nested too deep");
  return value;
}

/** What is kept must be written and read again, which for JSON goes by recursion. */
const deepest = 512;

function isDeeperThan(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []));
  }
  return false;
}

function cast<Schema extends z.ZodType>(input: unknown, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const details: Record<string, string[]> = {};
  for (const { path, text } of result.error.issues.flatMap(complaints)) {
    const pointer = `/${path.map((key) => String(key).replace(/~/g, "~0").replace(/\//g, "~1")).join("/")}`;
    details[pointer] = [...(details[pointer] ?? []), text];
  }
  throw new Refusal(422, "validation_error", "Invalid request", details);
}

interface Complaint {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

function complaints(issue: z.core.$ZodIssue): readonly Complaint[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], text: `Unexpected field: ${key}` }));
  }
  if (issue.input === undefined && path.length > 0) return [{ path, text: `Missing field: ${String(path.at(-1))}` }];
  return [{ path, text: describe(issue) }];
}

function describe(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === null) return `null value where ${typeName(issue.expected)} expected`;
      return `Invalid ${typeName(issue.expected)}. Got: ${typeOf(issue.input)}`;
    case "too_small":
      return `${sizeOf(issue.origin)} is smaller than min${bound(issue.origin)}: ${issue.minimum}`;
    case "too_big":
      return `${sizeOf(issue.origin)} is larger than max${bound(issue.origin)}: ${issue.maximum}`;
    case "invalid_format":
      if (issue.format === "regex") return issue.message;
      return `Invalid format. Expected :${issue.format === "guid" ? "uuid" : issue.format}`;
    case "invalid_value":
      return issue.input === null ? "null value where string expected" : "Invalid value for enum";
    default:
      return issue.message;
  }
}

function typeName(expected: string): string {
  return expected === "record" ? "object" : expected;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return value === null ? "null" : typeof value;
}

function sizeOf(origin: string): string {
  return origin === "string" ? "String length" : origin === "array" ? "Array length" : "Value";
}

function bound(origin: string): string {
  return origin === "string" ? "Length" : origin === "array" ? "Items" : "imum";
}
