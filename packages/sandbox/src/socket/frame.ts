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

/** A frame for a client: `[join_ref, ref, topic, event, payload]`. Bytes as a payload, or as the response of a reply, go as a binary frame. */
export type ServerFrame = readonly [joinRef: unknown, ref: unknown, topic: unknown, event: string, payload: unknown];

/** What a reply says: it worked, or why not. */
export interface Reply {
  readonly status: "ok" | "error";
  readonly response: unknown;
}

export const ok: Reply = { status: "ok", response: {} };

/** A reply that refuses, with Phoenix's own words where it has some. */
export function refused(reason: string): Reply {
  return { status: "error", response: { reason } };
}
