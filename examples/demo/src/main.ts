import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startSandbox } from "@thenvoi/sandbox";
import { Stage } from "@thenvoi-examples/stage/stage.ts";

const agentFile = fileURLToPath(import.meta.resolve("@thenvoi-examples/echo/main.ts"));
const answerMs = 20_000;

try {
  await demo();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** A platform, a room, an agent in a process of its own, and a person who says hello. */
async function demo(): Promise<void> {
  const { values: flags } = parseArgs({
    args: process.argv.slice(2).filter((argument) => argument !== "--"),
    options: { once: { type: "boolean", default: false }, port: { type: "string", default: "4000" } },
  });
  await using sandbox = await startSandbox({ port: flags.once ? 0 : Number(flags.port), seed: "demo" });
  sandbox.registerAgent("dana/echo", { description: "Says what you said", apiKey: "band_a_demo_echo" });
  console.log(`The platform runs at ${sandbox.url}. In the room are dana and her agent dana/echo.\n`);
  await using stage = await Stage.open(sandbox, { agent: "dana/echo", file: agentFile }, (line) => console.log(line));
  await stage.say("@dana/echo hello", { timeoutMs: answerMs });
  if (flags.once) return;
  console.log('\nTalk to it from another terminal:  pnpm say "@dana/echo how are you?"');
  console.log("Ctrl-C ends everything.\n");
  await stage.untilStopped();
}
