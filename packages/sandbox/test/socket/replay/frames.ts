/** A frame of either serializer, in its parts. */
export interface Parts {
  readonly joinRef: unknown;
  readonly ref: unknown;
  readonly topic: string;
  readonly event: unknown;
  readonly payload: unknown;
}

/** The parts of a recorded message; undefined when it is no frame. */
export function partsOf(message: unknown): Parts | undefined {
  if (Array.isArray(message) && message.length >= 5) {
    const [joinRef, ref, topic, event, payload]: unknown[] = message;
    return { joinRef, ref, topic: String(topic), event, payload };
  }
  if (typeof message !== "object" || message === null) return undefined;
  if ("binary_base64" in message) return binaryParts(Buffer.from(String(message.binary_base64), "base64"));
  if (!("topic" in message && "event" in message && "payload" in message && "ref" in message)) return undefined;
  const { topic, event, payload, ref } = message;
  return { joinRef: null, ref, topic: String(topic), event, payload };
}

/** Which texts a binary frame carries, by its kind: 0 push of a client, 1 reply, 2 broadcast. */
const texts = [
  ["joinRef", "ref", "topic", "event"],
  ["joinRef", "ref", "topic", "status"],
  ["topic", "event"],
] as const;

function binaryParts(data: Buffer): Parts | undefined {
  const names = texts[data[0] ?? -1];
  if (!names || data.length < 1 + names.length) return undefined;
  const found = new Map<string, string>();
  let at = 1 + names.length;
  for (const [index, name] of names.entries()) {
    const end = at + (data[1 + index] ?? 0);
    found.set(name, data.toString("utf8", at, end));
    at = end;
  }
  const event = found.get("event") ?? "phx_reply";
  return {
    joinRef: found.get("joinRef") ?? null,
    ref: found.get("ref") ?? null,
    topic: found.get("topic") ?? "",
    event,
    payload: data.subarray(at),
  };
}
