import type { FeedEvent } from "./entry.ts";

/** The server speaks at least every 15 s; silence for longer than this is a connection that died unnoticed. */
const silenceMs = 40_000;
const firstWaitMs = 500;
const longestWaitMs = 15_000;

/** How the stream of a room fares: `live`, between two tries, or refused for good. */
export type FeedState = "live" | "waiting" | "refused";

export interface FeedOptions {
  readonly url: (after: string) => string;
  readonly fetch: typeof globalThis.fetch;
  readonly headers: () => Readonly<Record<string, string>>;
  /** The time from which on the stream is to go on; empty: from the beginning. */
  readonly newest: () => string;
  /** Called with the events of each piece of the stream; true ends it for good. */
  readonly take: (events: readonly FeedEvent[]) => boolean;
  readonly onState: (state: FeedState) => void;
}

/**
 * Reads the stream of a room until `signal` aborts, over as many connections as it takes.
 *
 * Connects anew after a random wait: up to half a second after a connection that had brought the room, else up to a bound
 * that doubles to 15 s. An answer of 401, 403 or 404 ends it.
 */
export async function readFeed(options: FeedOptions, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    const outcome = await readOnce(options, signal).catch(() => "failed" as const);
    if (signal.aborted) return;
    if (outcome === "over" || outcome === "refused")
      return outcome === "refused" ? options.onState("refused") : undefined;
    options.onState("waiting");
    failures = outcome === "read" ? 0 : failures + 1;
    await sleep(Math.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures, 10)), signal);
  }
}

async function readOnce(options: FeedOptions, signal: AbortSignal): Promise<"over" | "refused" | "read" | "failed"> {
  const connection = new AbortController();
  const end = () => connection.abort();
  signal.addEventListener("abort", end);
  let watchdog = setTimeout(end, silenceMs);
  let outcome: "read" | "failed" = "failed";
  try {
    const headers = new Headers(options.headers());
    headers.set("accept", "text/event-stream");
    const response = await options.fetch(options.url(options.newest()), { headers, signal: connection.signal });
    if ([401, 403, 404].includes(response.status)) return "refused";
    if (!response.ok || response.body === null) return "failed";
    options.onState("live");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      clearTimeout(watchdog);
      watchdog = setTimeout(end, silenceMs);
      const blocks = (rest + piece.value).split("\n\n");
      rest = blocks.pop() ?? ""; // what a cut leaves of an event is never read
      const events = blocks.flatMap(eventOf);
      if (events.length === 0) continue;
      outcome = "read";
      if (options.take(events)) return "over";
    }
    return outcome;
  } catch {
    return outcome;
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener("abort", end);
    connection.abort();
  }
}

function eventOf(block: string): FeedEvent[] {
  const data = block.split("\n").flatMap((line) => (line.startsWith("data: ") ? [line.slice(6)] : []));
  if (data.length === 0) return []; // a comment that keeps the connection alive
  const event: FeedEvent = JSON.parse(data.join("\n"));
  return [event];
}

/** Waits; ends early, without an error, when `signal` aborts. */
export function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delayMs);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
