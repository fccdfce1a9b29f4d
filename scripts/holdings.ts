import { subscribe } from "node:diagnostics_channel";
import { type EventEmitter, getEventListeners } from "node:events";
import { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";

/** What a process holds after a collection. */
export interface Holdings {
  readonly heapMebibytes: number;
  /** TCP connections of its own, also those that wait for the next request. */
  readonly sockets: number;
  /** Timers that were set and have neither fired nor been cleared, without the one of each waiting HTTP connection. */
  readonly timers: number;
  /** Listeners on the process, on the socket that has the most, and on every abort signal that is still alive. */
  readonly listeners: number;
}

/**
 * Counts, from now on, what the process holds; the answer says how much that is. Needs `--expose-gc`.
 *
 * Neither timers that let the process end nor idle sockets are in `process.getActiveResourcesInfo()`, and those are the ones a client
 * leaves behind. So each is seen being made.
 */
export function countHoldings(): () => Promise<Holdings> {
  const timers = countTimers();
  const sockets = countSockets();
  const signals = findSignals();
  return async () => {
    for (let collection = 0; collection < 3; collection += 1) {
      globalThis.gc?.();
      await setImmediate(); // what a collection found dead is let go of in a task of its own, and frees more
    }
    const onSocket = Math.max(0, ...[...sockets].map(listenersOn));
    const aborts = signals().reduce((sum, signal) => sum + getEventListeners(signal, "abort").length, 0);
    return {
      heapMebibytes: process.memoryUsage().heapUsed / 2 ** 20,
      sockets: sockets.size,
      timers: timers.size,
      listeners: listenersOn(process) + onSocket + aborts,
    };
  };
}

function countTimers(): ReadonlySet<unknown> {
  const pending = new Set<unknown>();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const counted = (run: (...args: unknown[]) => void, delayMs?: number, ...args: unknown[]) => {
    const timer = set(() => {
      pending.delete(timer);
      run(...args);
    }, delayMs);
    if (!isOfHttpClient()) pending.add(timer);
    return timer;
  };
  globalThis.setTimeout = Object.assign(counted, set);
  globalThis.clearTimeout = (timer) => {
    pending.delete(timer);
    clear(timer);
  };
  return pending;
}

/** Whether `fetch` itself sets this timer: it has one for each connection that waits, and one for all requests. */
function isOfHttpClient(): boolean {
  return new Error("where").stack?.includes("node:internal/deps/undici") === true;
}

function countSockets(): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  subscribe("net.client.socket", (message) => {
    if (typeof message !== "object" || message === null || !("socket" in message)) return;
    const { socket } = message;
    if (!(socket instanceof Socket)) return;
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return open;
}

/** Every signal that was ever listened to and has not been collected. */
function findSignals(): () => readonly AbortSignal[] {
  const seen = new Map<number, WeakRef<AbortSignal>>();
  const known = new WeakSet<AbortSignal>();
  let next = 0;
  const listen = AbortSignal.prototype.addEventListener;
  AbortSignal.prototype.addEventListener = function add(this: AbortSignal, ...args: Parameters<typeof listen>) {
    if (!known.has(this)) {
      known.add(this);
      seen.set(next, new WeakRef(this));
      next += 1;
    }
    listen.apply(this, args);
  };
  return () => {
    const alive: AbortSignal[] = [];
    for (const [key, reference] of seen) {
      const signal = reference.deref();
      if (signal) alive.push(signal);
      else seen.delete(key);
    }
    return alive;
  };
}

function listenersOn(emitter: EventEmitter): number {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}
