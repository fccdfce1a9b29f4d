import { createRoomAgent, type Handler, type RoomAgent, type RoomAgentOptions, type Timing } from "@thenvoi/core";
import type { Sandbox } from "@thenvoi/sandbox";

/** The waits of a test: the same order of things as in life, a hundred times faster. */
export const quick: Partial<Timing> = {
  firstReconnectMs: 20,
  firstReconnectAfterRestartMs: 40,
  reconnectBaseMs: 20,
  reconnectCapMs: 300,
  healthyAfterMs: 300,
  pollActiveMs: 50,
  pollIdleMs: 200,
  retryBaseMs: 10,
  retryCapMs: 100,
  readBackMs: 50,
  handlerRetryMs: [20, 40, 60],
  abortGraceMs: 100,
  auditMs: 0,
};

/** Starts an agent of the sandbox with a plain function, silent and quick; it is live when this ends. */
export async function startAgent(
  sandbox: Sandbox,
  name: string,
  handler: Handler,
  options: Partial<RoomAgentOptions> = {},
): Promise<RoomAgent> {
  const timing = { ...quick, ...options.timing };
  const agent = createRoomAgent({ ...sandbox.credentials(name), logger: false, ...options, timing, handler });
  await agent.start();
  return agent;
}
