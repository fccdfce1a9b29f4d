import type { ClientFrame, ServerFrame } from "./frame.ts";
import { readJson } from "./json.ts";

/** How frames are written on one connection: Phoenix has two ways, chosen by `vsn`. */
export interface Serializer {
  /** Undefined when a Phoenix server would close the socket with 1011 over it. */
  decode(data: Buffer, isBinary: boolean): ClientFrame | undefined;
  encode(frame: ServerFrame): string | Buffer;
}

/** `vsn` 2.0.0: arrays of five, more elements are ignored; bytes in binary frames. */
export const serializerV2: Serializer = {
  decode(data, isBinary) {
    if (isBinary) return decodeBinary(data);
    const value = read(data);
    if (!Array.isArray(value) || value.length < 5) return undefined;
    const [joinRef, ref, topic, event, payload]: unknown[] = value;
    return { joinRef, ref, topic, event, payload };
  },
  encode: (frame) => encodeBinary(frame) ?? JSON.stringify(frame),
};

/** `vsn` 1.0.0, or none: maps with four keys, and no join_ref in what the server says. */
export const serializerV1: Serializer = {
  decode(data) {
    const value = read(data);
    if (typeof value !== "object" || value === null) return undefined;
    if (!("topic" in value && "event" in value && "payload" in value && "ref" in value)) return undefined;
    const { topic, event, payload, ref } = value;
    return { joinRef: "join_ref" in value ? value.join_ref : null, ref, topic, event, payload };
  },
  encode: ([, ref, topic, event, payload]) => JSON.stringify({ topic, event, payload, ref }),
};

function read(data: Buffer): unknown {
  try {
    return readJson(data.toString("utf8"));
  } catch {
    return undefined; // no JSON: the connection closes, as Phoenix's does
  }
}

/** A binary push: kind 0, four lengths, the texts, then data. */
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

/** Kind 1, a reply; 2, a broadcast; 0, a push. Undefined for a frame without bytes. */
function encodeBinary([joinRef, ref, topic, event, payload]: ServerFrame): Buffer | undefined {
  if (payload instanceof Uint8Array) {
    return joinRef === null ? packed(2, [topic, event], payload) : packed(0, [joinRef, topic, event], payload);
  }
  if (event !== "phx_reply" || typeof payload !== "object" || payload === null) return undefined;
  if (!("status" in payload && "response" in payload && payload.response instanceof Uint8Array)) return undefined;
  return packed(1, [joinRef, ref, topic, payload.status], payload.response);
}

function packed(kind: number, values: readonly unknown[], data: Uint8Array): Buffer {
  const texts = values.map((value) => Buffer.from(String(value ?? "")));
  return Buffer.concat([Buffer.from([kind, ...texts.map(({ length }) => length)]), ...texts, data]);
}
