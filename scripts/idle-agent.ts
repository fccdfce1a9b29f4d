import { createRoomAgent } from "../packages/core/src/index.ts";

/** An agent that is given time to join its rooms and to fall idle, and then prints the bytes it holds on the heap. */
const rooms = Number(process.argv[2]);
const agent = createRoomAgent({ logger: false, handler: () => undefined });
await agent.start();
while (agent.status().joinedRooms < rooms || agent.status().runningTurns > 0) await pause(10);
await pause(2_000);
globalThis.gc?.();
await pause(100);
globalThis.gc?.();
process.stdout.write(String(process.memoryUsage().heapUsed));
await agent.stop();

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
