import type { PhoenixFrame } from "phoenix";
import { readJson } from "../wire/json.ts";

/** A frame as Phoenix reads it, or the text of one that can't be read. */
export type DecodedFrame = { readonly frame: PhoenixFrame } | { readonly garbled: string };

const longestExcerpt = 4_096;

/**
 * Reads `[join_ref, ref, topic, event, payload]`. Never throws, because nobody above could catch it.
 *
 * Binary frames are not part of the platform's protocol. A reply without an object would throw inside the Phoenix client.
 */
export function decodeFrame(data: unknown): DecodedFrame {
  if (typeof data !== "string") return { garbled: data instanceof ArrayBuffer ? excerpt(Buffer.from(data)) : "" };
  const frame = readFrame(data);
  return frame === undefined ? { garbled: data.slice(0, longestExcerpt) } : { frame };
}

function readFrame(text: string): PhoenixFrame | undefined {
  let parts: unknown;
  try {
    parts = readJson(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 5) return undefined;
  const [join_ref, ref, topic, event, payload]: unknown[] = parts;
  if (!isReference(join_ref) || !isReference(ref) || typeof topic !== "string" || typeof event !== "string")
    return undefined;
  if (event === "phx_reply" && (typeof payload !== "object" || payload === null)) return undefined;
  return { join_ref, ref, topic, event, payload };
}

function isReference(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function excerpt(bytes: Buffer): string {
  return bytes.subarray(0, longestExcerpt).toString("latin1");
}
