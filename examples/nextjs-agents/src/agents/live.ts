import { type RoomAgent, runAgents } from "@thenvoi/ai-sdk";
import { createAgents } from "./agents.ts";

declare global {
  /** The agents of this process: here, because an edit or a second bundle would give a module's own variable twice. */
  var liveAgents: readonly RoomAgent[] | undefined;
}

/**
 * Connects the agents, unless this process has them already; waits for nothing.
 *
 * They live as long as the server: a signal lets them finish what they are at, and then ends the process. For that, Next.js
 * must leave signals alone: NEXT_MANUAL_SIG_HANDLE, see package.json.
 */
export function startAgents(): readonly RoomAgent[] {
  if (globalThis.liveAgents !== undefined) return globalThis.liveAgents;
  const agents = createAgents();
  globalThis.liveAgents = agents;
  void runAgents(agents).then((reasons) => {
    if (reasons.some(({ kind }) => kind === "signal")) process.exit();
  });
  return agents;
}
