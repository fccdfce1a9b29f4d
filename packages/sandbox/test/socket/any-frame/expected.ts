import { isDeepStrictEqual } from "node:util";

const ok = { status: "ok", response: {} };
const refused = (reason: string) => ({ status: "error", response: { reason } });
const kinds =
  /^(?:agent_rooms|agent_contacts|agent_control|user_rooms|user_contacts|tasks|chat_room|room_participants|room_tasks):/;

/** The frames that come back for a message, or the code the socket is closed with. */
export type Expected = readonly (readonly unknown[])[] | number;

/**
 * What the platform says to any message, told once more from the table of what Phoenix was seen to do, with none of the sandbox's code:
 * the state of one connection, and the answer to each message in turn.
 */
export class ExpectedAnswers {
  readonly #own: readonly string[];
  readonly #joined = new Map<string, { readonly joinRef: unknown; readonly pushRef: unknown }>();

  /** @param own The topics that may be joined. */
  constructor(own: readonly string[]) {
    this.#own = own;
  }

  to(message: string | Buffer): Expected {
    const frame = typeof message === "string" ? readText(message) : readBinary(message);
    if (!frame) return 1011;
    const [joinRef, ref, topic, event] = frame;
    if (topic === "phoenix" && event === "heartbeat") return [[null, ref, topic, "phx_reply", ok]];
    return event === "phx_join" ? this.#join(joinRef, ref, topic) : this.#other(joinRef, ref, topic, event);
  }

  #join(joinRef: unknown, ref: unknown, topic: unknown): Expected {
    if (typeof topic !== "string" || !kinds.test(topic))
      return [[null, ref, topic, "phx_reply", refused("unmatched topic")]];
    if (!this.#own.includes(topic)) return [[joinRef, ref, topic, "phx_reply", refused("unauthorized")]];
    const older = this.#joined.get(topic);
    this.#joined.set(topic, { joinRef, pushRef: joinRef ?? ref });
    const reply = [joinRef, ref, topic, "phx_reply", ok];
    return older ? [reply, [older.joinRef, older.joinRef, topic, "phx_close", {}]] : [reply];
  }

  #other(joinRef: unknown, ref: unknown, topic: unknown, event: unknown): Expected {
    const channel = typeof topic === "string" ? this.#joined.get(topic) : undefined;
    const isLeave = event === "phx_leave";
    if (!channel) {
      if (isLeave && topic !== "phoenix") return [[joinRef, ref, topic, "phx_reply", ok]];
      return [[null, ref, topic, "phx_reply", refused("unmatched topic")]];
    }
    if (joinRef !== null && !isDeepStrictEqual(joinRef, channel.joinRef)) return [];
    this.#joined.delete(String(topic));
    const end = (name: string, payload: object) => [channel.joinRef, channel.joinRef, topic, name, payload];
    if (isLeave) return [[channel.pushRef, ref, topic, "phx_reply", ok], end("phx_close", {})];
    return [end("phx_error", { reason: "channel_crash" })];
  }
}

function readText(text: string): readonly unknown[] | undefined {
  if (/[[{]{1000}/.test(text)) return undefined; // nobody nests that deep
  try {
    const value: unknown = JSON.parse(text);
    const isWhole =
      JSON.stringify(value)
        .replaceAll("\\\\", "")
        .search(/\\ud[89a-f]/) < 0; // it escapes only lone halves
    return Array.isArray(value) && value.length >= 5 && isWhole ? value : undefined;
  } catch {
    return undefined;
  }
}

function readBinary(data: Buffer): readonly unknown[] | undefined {
  if (data[0] !== 0 || data.length < 5) return undefined;
  const texts: string[] = [];
  let at = 5;
  for (const length of data.subarray(1, 5)) {
    if (at + length > data.length) return undefined;
    texts.push(data.toString("utf8", at, at + length));
    at += length;
  }
  return texts;
}
