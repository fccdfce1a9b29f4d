import { createRoomAgent } from "../packages/core/src/index.ts";

/** An agent that says, whenever its parent asks, what its process holds after a collection. */

export interface Holdings {
  readonly heapMebibytes: number;
  readonly sockets: number;
  /** Timers that were set and have neither fired nor been cleared. */
  readonly timers: number;
  /** Listeners on the process. */
  readonly listeners: number;
}

const pending = new Set<unknown>();
const { setTimeout: set, clearTimeout: clear } = globalThis;
globalThis.setTimeout = Object.assign((run: () => void, delayMs?: number) => {
  const timer = set(() => {
    pending.delete(timer);
    run();
  }, delayMs);
  pending.add(timer);
  return timer;
}, set);
globalThis.clearTimeout = (timer) => {
  pending.delete(timer);
  clear(timer);
};

const agent = createRoomAgent({ logger: false, handler: (turn) => turn.reply("No.") });
process.on("message", () => process.send?.(holdings()));
agent.on("live", () => {
  if (agent.status().reconnects === 0) process.send?.("live");
});
await agent.run();
process.exit();

function holdings(): Holdings {
  globalThis.gc?.();
  const resources = process.getActiveResourcesInfo();
  const names = process.eventNames();
  return {
    heapMebibytes: process.memoryUsage().heapUsed / 2 ** 20,
    sockets: resources.filter((name) => name === "TCPSocketWrap").length,
    timers: pending.size,
    listeners: names.reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}
