import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const core = new URL("../src/index.ts", import.meta.url).href;

/** Imports this package in a process of its own, does some more, and tells whether a WebSocket is loaded. */
async function loadsWebSocket(more: string): Promise<boolean> {
  const code = `
    import { createRequire } from "node:module";
    import { createRoomAgent } from ${JSON.stringify(core)};
    ${more}
    console.log(isLoaded());
    function isLoaded() {
      return Object.keys(createRequire(${JSON.stringify(core)}).cache).some((file) => file.includes("/ws/lib/"));
    }`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code]);
  return stdout.trim() === "true";
}

test("importing this package loads no WebSocket; an agent that starts does", async () => {
  expect(await loadsWebSocket("")).toBe(false);
  const start = `
    const agent = createRoomAgent({ apiKey: "k", baseUrl: "http://127.0.0.1:9", logger: false, handler() {} });
    agent.start().catch(() => {});
    for (let look = 0; look < 1_000 && !isLoaded(); look += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    await agent.stop();`;
  expect(await loadsWebSocket(start)).toBe(true);
});
