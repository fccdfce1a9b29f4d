import { ok, type Reply } from "./frame.ts";

/** What an event can do to the channel it came to. */
export interface ChannelProcess {
  reply(reply: Reply): void;
  /** To everyone who joined the topic, or to everyone else. */
  broadcast(event: string, payload: unknown, to: "all" | "others"): void;
  /** Does something later; the channel goes on meanwhile. */
  later(ms: number, action: () => void): void;
  /** Does something later; what comes to the channel waits until then. */
  holdUp(ms: number, action: () => void): void;
  /** Ends it in order, `phx_close`. */
  stop(): void;
  /** Ends it as an exception does, `phx_error`. */
  crash(): void;
}

/**
 * The channel that Phoenix was recorded with: a few events that show each way to answer, or not to. Any other event has no handler, so
 * the channel crashes.
 */
export function handleTestEvent(event: unknown, payload: unknown, channel: ChannelProcess): void {
  const ms = field(payload, "ms");
  if (payload instanceof Uint8Array && event !== "bin") return channel.crash();
  switch (event) {
    case "ping":
    case "bin":
      return channel.reply({ status: "ok", response: payload });
    case "status_only":
      return channel.reply(ok);
    case "fail":
      return channel.reply({ status: "error", response: payload });
    case "silent":
      return;
    case "late":
      if (typeof ms !== "number") break;
      return channel.later(ms, () => channel.reply({ status: "ok", response: { late: true } }));
    case "slow":
      if (typeof ms !== "number") break;
      return channel.holdUp(ms, () => channel.reply({ status: "ok", response: { slept: ms } }));
    case "shout":
      channel.broadcast("shout", payload, "all");
      return channel.reply(ok);
    case "shout_others":
      return channel.broadcast("shout", payload, "others");
    case "stop_reply":
      channel.reply({ status: "ok", response: { bye: true } });
      return channel.stop();
  }
  channel.crash();
}

/** What a join of a test channel asks for: to crash, or to take so many milliseconds. */
export function readTestJoin(payload: unknown): { readonly crashes: boolean; readonly delayMs: number } {
  const delayMs = field(payload, "_sleep");
  return { crashes: field(payload, "_crash") === true, delayMs: typeof delayMs === "number" ? delayMs : 0 };
}

function field(payload: unknown, name: "ms" | "_sleep" | "_crash"): unknown {
  if (typeof payload !== "object" || payload === null) return undefined;
  return new Map<string, unknown>(Object.entries(payload)).get(name);
}
