import type { ClientRequest, IncomingMessage } from "node:http";
import type { ClientOptions } from "ws";

/** What this package uses of a WebSocket of `ws`; the Phoenix client uses the part that browsers have too. */
export interface ClientWebSocket {
  readonly readyState: number;
  readonly CLOSED: number;
  on(event: "unexpected-response", listener: (request: ClientRequest, response: IncomingMessage) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  once(event: "close", listener: () => void): unknown;
  close(code?: number, reason?: string | Buffer): void;
  terminate(): void;
}

export type WebSocketClass = new (url: string, options: ClientOptions) => ClientWebSocket;

/**
 * The four things the outside world is to this package: a clock, chance, HTTP and a WebSocket.
 *
 * They enter here and nowhere else, so that a whole history can be played on a virtual clock.
 */
export interface Environment {
  /** Milliseconds that only ever grow; not the time of day. */
  monotonicMs(): number;
  /** The time of day, in milliseconds since 1970. Only for what people read. */
  wallClockMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Calls `run` once after `delayMs`; the answer cancels it. A pending call does not keep the process alive. */
  schedule(delayMs: number, run: () => void): () => void;
  /** Keeps the process alive until the answer is called. */
  keepAlive(): () => void;
  readonly fetch: typeof globalThis.fetch;
  /** For whoever is about to connect: it brings all of Node's HTTP with it, which a process that only calls never needs. */
  loadWebSocket(): Promise<WebSocketClass>;
}

/** The real ones. */
export const systemEnvironment: Environment = {
  monotonicMs: () => performance.now(),
  wallClockMs: () => Date.now(),
  random: () => Math.random(),
  schedule(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  keepAlive() {
    const timer = setInterval(() => {}, 60_000);
    return () => clearInterval(timer);
  },
  fetch: (input, init) => globalThis.fetch(input, init),
  loadWebSocket: async () => (await import("ws")).WebSocket,
};

/** Does a task with the process kept alive: a script may have nothing else to do than to wait for it. */
export async function keptAlive<Result>(environment: Environment, task: () => Promise<Result>): Promise<Result> {
  const release = environment.keepAlive();
  try {
    return await task();
  } finally {
    release();
  }
}

/** Waits; ends early with the signal's reason when `signal` aborts. */
export function sleep(environment: Environment, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const cancel = environment.schedule(delayMs, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
