import type { ServerFrame } from "../socket/frame.ts";
import type { FrameFault } from "./fault.ts";

type Encoded = string | Buffer;

/** What goes out on the wire for a frame: the frame as it is written there, or what a fault makes of it. */
export function writtenFrame(
  frame: ServerFrame,
  encode: (frame: ServerFrame) => Encoded,
  fault: FrameFault | undefined,
): Encoded {
  if (typeof fault !== "object") return encode(frame);
  if ("replace" in fault) return fault.replace;
  if ("payload" in fault) return encode(withPayload(frame, fault.payload));
  if (!("padToBytes" in fault)) return encode(frame);
  const padded = (padding: string): Encoded => encode(withPayload(frame, { ...asObject(frame[4]), padding }));
  return padded(" ".repeat(Math.max(0, fault.padToBytes - Buffer.byteLength(padded("")))));
}

function withPayload([joinRef, ref, topic, event]: ServerFrame, payload: unknown): ServerFrame {
  return [joinRef, ref, topic, event, payload];
}

function asObject(payload: unknown): object {
  return typeof payload === "object" && payload !== null ? payload : { payload };
}
