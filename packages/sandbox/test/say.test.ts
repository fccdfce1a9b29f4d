import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { Voice } from "./page/support/voice.ts";

const cli = fileURLToPath(new URL("../src/cli.ts", import.meta.url));

test("what is said in the newest room with the agent is answered on the terminal", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  const room = await sandbox.room({ users: ["dana"], agents: ["dana/weather"] });
  using _weather = sandbox.script("dana/weather", ["It will not."]);

  expect(await say(sandbox.url, "@dana/weather will it rain?")).toEqual({
    code: 0,
    out: "Weather: @dana It will not.\n",
    err: "",
  });

  expect(room.said()).toEqual(["@weather will it rain?", "@dana It will not."]);
});

test("what the agent asks another one meanwhile is not taken for its answer", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  const room = await sandbox.room({ users: ["dana"], agents: ["dana/planner", "dana/weather"] });
  const planner = new Voice(sandbox, "planner", room);

  const saying = say(sandbox.url, "@dana/planner a picnic?");
  await expect.poll(() => room.said()).toHaveLength(1);
  await planner.say("@dana/weather rain?", sandbox.credentials("weather").agentId);
  await planner.say("@dana A picnic.", sandbox.users[0]?.id ?? "");

  expect((await saying).out).toBe("Planner: @dana A picnic.\n");
});

test("without a room one is opened", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  using _weather = sandbox.script("dana/weather", ["Hello."]);

  expect((await say(sandbox.url, "@dana/weather hello")).out).toBe("Weather: @dana Hello.\n");

  expect(sandbox.roomsOf("dana")).toHaveLength(1);
});

test.each([
  ["hello", 'Mention who should hear it: "@dana/echo hello".\n', 1],
  ["@dana/nobody hello", "Nobody is called @dana/nobody. Within reach: @dana/planner, @dana/weather.\n", 1],
])("%s is refused with a sentence", async (words, sentence, code) => {
  await using sandbox = await startSandbox({ seed: "demo" });

  expect(await say(sandbox.url, words)).toEqual({ code, out: "", err: sentence });
});

test("a platform that is not there is told in a sentence", async () => {
  const { code, err } = await say("http://127.0.0.1:9", "@dana/weather hello");

  expect({ code, err }).toEqual({ code: 1, err: "Nothing answers at http://127.0.0.1:9. Is the sandbox running?\n" });
});

async function say(url: string, words: string): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [cli, "say", words, "--url", url], { stdio: ["ignore", "pipe", "pipe"] });
  const code = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}
