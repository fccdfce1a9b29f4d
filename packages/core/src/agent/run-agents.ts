import type { RoomAgent } from "./room-agent.ts";
import type { StopReason } from "./stop-reason.ts";

/**
 * Runs several agents in one process until all have stopped; the answer has their reasons in the same order.
 *
 * A signal stops them all. One that ends by itself leaves the others at work. `process.exitCode` is that of the first
 * reason which is not 0, else 0.
 */
export async function runAgents(agents: readonly RoomAgent[]): Promise<readonly StopReason[]> {
  const reasons = await Promise.all(agents.map((agent) => agent.run()));
  process.exitCode = reasons.find((reason) => reason.exitCode !== 0)?.exitCode ?? 0;
  return reasons;
}
