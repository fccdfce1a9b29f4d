import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");

test("killed while it waits for a person, and started again, it takes the answer and finishes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "langgraph-agent-"));
  const running = new Set<ChildProcess>();
  try {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["booking"] });
    const { apiKey, baseUrl } = sandbox.credentials("booking");
    const start = (): ChildProcess => {
      const env = {
        ...process.env,
        THENVOI_API_KEY: apiKey,
        THENVOI_BASE_URL: baseUrl,
        THREADS_FILE: join(folder, "threads.db"),
      };
      const child = spawn(process.execPath, [main], { env, stdio: "ignore" });
      running.add(child);
      return child;
    };
    const first = start();
    await room.as("ada").say("@booking book a trip to Annecy");
    await expect.poll(() => room.said()).toHaveLength(2);
    expect(room.said()[1]).toContain("Shall I book the trip to Annecy?");
    const gone = once(first, "exit");
    first.kill("SIGKILL");
    await gone;

    start();
    await room.as("ada").say("@booking yes");
    await expect.poll(() => room.said().at(-1)).toBe("@ada The trip to Annecy is booked.");
    expect(room.said().filter((text) => text.includes("Shall I book"))).toHaveLength(1);
  } finally {
    for (const child of running) child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  }
});
