import type { RoomAgent } from "@thenvoi/core";
import type { Sandbox } from "@thenvoi/sandbox";
import { expect } from "vitest";
import { soon } from "./soon.ts";

/**
 * Takes the connection away with a close code, 1006 meaning a broken stream without one, does something while there is none,
 * and ends when the agent is live again.
 */
export async function whileAway(
  sandbox: Sandbox,
  agent: RoomAgent,
  code: number,
  happens: () => Promise<unknown>,
): Promise<void> {
  const { reconnects } = agent.status();
  const refusing = sandbox.faults.always("UPGRADE", { status: 503 });
  if (code === 1006) sandbox.faults.cutSockets();
  else sandbox.faults.closeSockets({ code });
  await expect.poll(() => agent.status().state, soon).toBe("offline");
  await happens();
  refusing.remove();
  await expect.poll(() => agent.status(), soon).toMatchObject({ state: "live", reconnects: reconnects + 1 });
}
