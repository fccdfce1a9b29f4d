/**
 * A frame a client sent: five values, none of them trusted.
 *
 * Refs and topics are echoed as they came, whatever their type, as a Phoenix server does.
 */
export interface ClientFrame {
  readonly joinRef: unknown;
  readonly ref: unknown;
  readonly topic: unknown;
  readonly event: unknown;
  readonly payload: unknown;
}

/** A frame for a client: `[join_ref, ref, topic, event, payload]`. */
export type ServerFrame = readonly [joinRef: unknown, ref: unknown, topic: unknown, event: string, payload: unknown];

/** What a reply says: it worked, or why not. */
export type Reply =
  | { readonly status: "ok"; readonly response: object }
  | { readonly status: "error"; readonly response: { readonly reason: string } };

export const ok: Reply = { status: "ok", response: {} };

/** A reply that refuses, with Phoenix's own words where it has some. */
export function refused(reason: string): Reply {
  return { status: "error", response: { reason } };
}

/**
 * Reads a frame of the V2 serializer; undefined when a Phoenix server would close the socket with 1011 over it.
 *
 * More than five elements are fine, fewer are not. A text that holds half of a surrogate pair is refused, as there.
 */
export function decodeFrame(data: Buffer, isBinary: boolean): ClientFrame | undefined {
  return isBinary ? decodeBinary(data) : decodeText(data.toString("utf8"));
}

function decodeText(text: string): ClientFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // not JSON: the caller closes the socket, as Phoenix does
  }
  if (!Array.isArray(value) || value.length < 5 || hasLoneSurrogate(text, value)) return undefined;
  const [joinRef, ref, topic, event, payload]: unknown[] = value;
  return { joinRef, ref, topic, event, payload };
}

function hasLoneSurrogate(text: string, value: unknown): boolean {
  if (!/\\u[dD]/.test(text)) return false; // half a pair can only come as an escape, the text itself was valid UTF-8
  return /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(value)); // JSON.stringify escapes exactly the lone halves
}

/** A binary push: kind 0, three lengths and the length of the event, then the texts, then data. */
function decodeBinary(data: Buffer): ClientFrame | undefined {
  const [kind, joinRefBytes = 0, refBytes = 0, topicBytes = 0, eventBytes = 0] = data;
  const headBytes = 5;
  if (kind !== 0 || data.length < headBytes + joinRefBytes + refBytes + topicBytes + eventBytes) return undefined;
  let at = headBytes;
  const text = (bytes: number): string => {
    at += bytes;
    return data.toString("utf8", at - bytes, at);
  };
  const [joinRef, ref, topic, event] = [text(joinRefBytes), text(refBytes), text(topicBytes), text(eventBytes)];
  return { joinRef, ref, topic, event, payload: data.subarray(at) };
}
