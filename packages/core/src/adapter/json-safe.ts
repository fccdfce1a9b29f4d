import type { Json } from "../model/room-event.ts";

const deepest = 64;

/**
 * A value as plain JSON, whatever it was: dates as ISO text, big integers as text, maps and sets as arrays, errors as name
 * and message, a circle or what lies deeper than 64 levels as a note. Never throws; getters that throw count as absent.
 */
export function jsonSafe(value: unknown): Json {
  return convert(value, []);
}

function convert(value: unknown, above: readonly object[]): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : null;
    case "bigint":
      return value.toString();
    case "object":
      return value === null ? null : convertObject(value, above);
    default:
      return null; // undefined, functions and symbols have no JSON
  }
}

function convertObject(value: object, above: readonly object[]): Json {
  if (above.includes(value)) return "[circular]";
  if (above.length >= deepest) return "[too deep]";
  const path = [...above, value];
  try {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (value instanceof Error) return { name: value.name, message: value.message };
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value)) return value.map((entry) => convert(entry, path));
    if (value instanceof Map || value instanceof Set) return [...value].map((entry) => convert(entry, path));
    if ("toJSON" in value && typeof value.toJSON === "function") return convert(value.toJSON(), path);
  } catch {
    return "[unreadable]";
  }
  return record(value, path);
}

function record(value: object, path: readonly object[]): Json {
  const entries: [string, Json][] = [];
  for (const key of Object.keys(value)) {
    const inner = read(value, key);
    if (inner !== undefined && typeof inner !== "function" && typeof inner !== "symbol")
      entries.push([key, convert(inner, path)]);
  }
  return Object.fromEntries(entries);
}

function read(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}
