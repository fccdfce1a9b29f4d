import type { RoomEventInput, RoomEventType } from "../model/room-event.ts";

/** An event as it is posted. */
export interface EventBody {
  readonly type: RoomEventType;
  readonly content: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The platform refuses longer content. @see PROTOCOL.md, "events" */
const contentLimit = 16_384;
/** And larger metadata, in bytes of JSON. */
const metadataLimitBytes = 65_536;
const cutMarker = " … [cut]";

/**
 * An event as the platform's readers expect it: JSON text in `content` for tool calls and results, the documented
 * structure in `metadata`. What is too long is cut inside the values, so that the JSON can always be read.
 */
export function eventBody(input: RoomEventInput): EventBody {
  switch (input.type) {
    case "thought":
      return plain("thought", input.text, undefined);
    case "task":
      return plain("task", input.text, input.metadata);
    case "error":
      return plain("error", input.text, {
        ...(input.errorCode === undefined ? {} : { error_code: input.errorCode }),
        ...(input.details === undefined ? {} : { details: input.details }),
      });
    case "attention":
      return plain("attention", input.text, {
        kind: input.attention,
        ...(input.blocking === undefined ? {} : { blocking: input.blocking }),
        ...(input.resolves === undefined ? {} : { resolves: input.resolves }),
        ...(input.resolution === undefined ? {} : { resolution: input.resolution }),
      });
    case "tool_call": {
      const args = fitting(input.input, (value) => callContent(input, value).length <= contentLimit);
      return {
        type: "tool_call",
        content: callContent(input, args),
        metadata: { id: input.toolCallId, type: "function", function: { name: input.name, arguments: args } },
      };
    }
    case "tool_result": {
      const output = fitting(input.output, (value) => resultContent(input, value).length <= contentLimit);
      return {
        type: "tool_result",
        content: resultContent(input, output),
        metadata: { success: input.isError !== true, message: input.isError === true ? "failed" : "ok" },
      };
    }
    default:
      return input satisfies never;
  }
}

function callContent(input: { toolCallId: string; name: string }, args: unknown): string {
  return JSON.stringify({ name: input.name, args, tool_call_id: input.toolCallId });
}

function resultContent(input: { toolCallId: string; name: string; isError?: boolean }, output: unknown): string {
  const body = { name: input.name, output, tool_call_id: input.toolCallId };
  return JSON.stringify(input.isError === true ? { ...body, is_error: true } : body);
}

function plain(type: RoomEventType, text: string, metadata: Readonly<Record<string, unknown>> | undefined): EventBody {
  const readable = text.trim() === "" ? "(no content)" : text;
  return {
    type,
    content: cut(readable, contentLimit),
    ...(metadata === undefined ? {} : { metadata: fittingMetadata(metadata) }),
  };
}

function fittingMetadata(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const fitted = fitting(metadata, (value) => Buffer.byteLength(JSON.stringify(value)) <= metadataLimitBytes);
  return isRecord(fitted) ? fitted : { cut: String(fitted) };
}

/** The value as JSON holds it, its long texts cut shorter and shorter until `fits`; in the end one cut text of all of it. */
function fitting(value: unknown, fits: (value: unknown) => boolean): unknown {
  const json = toJson(value);
  if (fits(json)) return json;
  for (let limit = 8_192; limit >= 128; limit /= 2) {
    const shorter = shortened(json, limit);
    if (fits(shorter)) return shorter;
  }
  const text = JSON.stringify(json);
  for (let limit = 8_192; limit >= 128; limit /= 2) {
    const shorter = cut(text, limit);
    if (fits(shorter)) return shorter;
  }
  return cutMarker;
}

function shortened(value: unknown, limit: number): unknown {
  if (typeof value === "string") return cut(value, limit);
  if (Array.isArray(value)) return value.map((entry) => shortened(entry, limit));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shortened(entry, limit)]));
  return value;
}

/** What is left of a value after a trip through JSON; of one that can't make it (cycles, big integers), its text. */
function toJson(value: unknown): unknown {
  try {
    const text = JSON.stringify(value);
    return text === undefined ? null : JSON.parse(text);
  } catch {
    return String(value);
  }
}

/** The text at most `limit` characters long, never ending in half a character. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return text.slice(0, limit - cutMarker.length).replace(/[\uD800-\uDBFF]$/u, "") + cutMarker;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
