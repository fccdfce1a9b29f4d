import type { Invokable, LangchainHandlerOptions, RoomAgent } from "@thenvoi/langchain";
import { type RoomHandle, type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { onTestFinished } from "vitest";
import { startAgent } from "./start-agent.ts";

/** A sandbox with ada, bob, a planner and the agent as `weather` in one room; it lives as long as the test. */
export async function stage(
  agent: LangchainHandlerOptions["agent"] | Invokable,
  options: Omit<NonNullable<Parameters<typeof startAgent>[2]>, "name"> = {},
): Promise<{ readonly sandbox: Sandbox; readonly room: RoomHandle; readonly started: RoomAgent }> {
  const stack = new AsyncDisposableStack();
  onTestFinished(() => stack.disposeAsync());
  const sandbox = stack.use(await startSandbox());
  const room = await sandbox.room({ users: ["ada", "bob"], agents: ["weather", "planner"] });
  const started = stack.use(await startAgent(sandbox, agent, options));
  return { sandbox, room, started };
}
