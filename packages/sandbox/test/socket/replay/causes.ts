import { partsOf } from "./frames.ts";

const answered = [
  "ping",
  "status_only",
  "fail",
  "silent",
  "slow",
  "late",
  "shout",
  "shout_others",
  "bin",
  "stop_reply",
];

/**
 * Tells which messages of a recording the client caused, so that the rest can be done by the server when it is played again: what is
 * sent to a whole topic, a channel that is crashed or stopped. One for each connection.
 */
export class Causes {
  /** How many channels of a topic live. */
  readonly #living = new Map<string, number>();
  /** How many closing and crashing frames of a topic are still due. */
  readonly #closing = new Map<string, number>();
  readonly #crashing = new Map<string, number>();

  sent(message: unknown): void {
    const parts = partsOf(message);
    if (!parts) return;
    const { topic, event, payload } = parts;
    if (event === "phx_join") {
      if ((this.#living.get(topic) ?? 0) > 0) add(this.#closing, topic, 1);
      add(this.#living, topic, 1);
    } else if (event === "phx_leave" || event === "stop_reply") add(this.#closing, topic, 1);
    else if (!answered.includes(String(event)) || (payload instanceof Uint8Array && event !== "bin"))
      add(this.#crashing, topic, 1);
  }

  /** What the server has to do for this message to come; undefined when the client did enough. */
  ofReceived(message: unknown): "broadcast" | "crash" | "stop" | undefined {
    const parts = partsOf(message);
    if (!parts || parts.event === "phx_reply") return undefined;
    const { topic, event } = parts;
    if (event === "shout") return undefined;
    if (event !== "phx_error" && event !== "phx_close") return "broadcast";
    add(this.#living, topic, -1);
    const due = event === "phx_error" ? this.#crashing : this.#closing;
    if ((due.get(topic) ?? 0) === 0) return event === "phx_error" ? "crash" : "stop";
    add(due, topic, -1);
    return undefined;
  }
}

function add(counts: Map<string, number>, topic: string, number: number): void {
  counts.set(topic, (counts.get(topic) ?? 0) + number);
}
