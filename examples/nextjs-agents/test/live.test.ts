import { startSandbox } from "@thenvoi/sandbox";
import { expect, test, vi } from "vitest";
import { demoWorld } from "../demo.ts";
import { startAgents } from "../src/agents/live.ts";

test("the agents are not doubled when a module is loaded anew", async () => {
  await using sandbox = await startSandbox();
  const { env, room } = await demoWorld(sandbox);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const agents = startAgents();
  try {
    vi.resetModules();
    const again = await import("../src/agents/live.ts");
    again.startAgents();
    await room.as("dana").ask("@trips Can we go to Annecy on Sunday?");
    expect(sandbox.requests("UPGRADE")).toHaveLength(2);
    expect(room.said().filter((text) => text.includes("Yes, go to Annecy!"))).toHaveLength(1);
  } finally {
    await Promise.all(agents.map((agent) => agent.stop({ graceMs: 0 })));
  }
});
