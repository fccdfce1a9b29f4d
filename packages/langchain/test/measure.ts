import { createRequire } from "node:module";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { HumanMessage } from "@langchain/core/messages";
import type { Handler } from "@thenvoi/core";
import { createRoomAgent, langchainHandler } from "@thenvoi/langchain";
import { startSandbox } from "@thenvoi/sandbox";
import { call, reasoning, ScriptedModel, text } from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { ScriptedChatModel } from "./kit/scripted-chat-model.ts";
import { toolOf } from "./kit/start-agent.ts";

const steps = 10;
const runs = 3;

print(`Node ${process.version}\n`);
await measureReporting(500);
await measureSize();

/** Runs of ten tools through the adapter until the final text is handed over, beside the same runs without it. */
async function measureReporting(eventDelayMs: number): Promise<void> {
  await using sandbox = await startSandbox();
  sandbox.faults.always("POST events", { delayMs: eventDelayMs });
  const inRoomMs: number[] = [];
  const aloneMs: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const name = `ada/agent${run}`;
    sandbox.registerAgent(name);
    const room = await sandbox.room({ users: ["ada"], agents: [name] });
    const handed = Promise.withResolvers<number>();
    const inner = langchainHandler({ agent: steppingAgent() });
    const handler: Handler = (turn) => {
      const startedMs = performance.now();
      const { reply } = turn;
      const told = (answer: string) => {
        handed.resolve(performance.now() - startedMs);
        return reply(answer);
      };
      return inner(Object.assign(turn, { reply: told }));
    };
    await using agent = createRoomAgent({ ...sandbox.credentials(name), logger: false, handler });
    await agent.start();
    await room.as("ada").say(`@${name} go`);
    const tookMs = await handed.promise;
    await room.settled({ timeoutMs: 60_000 });
    const startedMs = performance.now();
    await steppingAgent().invoke({ messages: [new HumanMessage("go")] });
    const withoutMs = performance.now() - startedMs;
    if (run === 0) continue; // to warm up
    inRoomMs.push(tookMs);
    aloneMs.push(withoutMs);
  }
  const [inRoom, alone] = [median(inRoomMs), median(aloneMs)];
  print(`A run of ${steps} tools until its final text is handed over, every event POST ${eventDelayMs} ms late`);
  print(`  in a room          ${inRoom.toFixed(1).padStart(7)} ms`);
  print(`  without adapter    ${alone.toFixed(1).padStart(7)} ms`);
  print(`  ratio              ${(inRoom / alone).toFixed(3).padStart(7)}, at most 1.050 wanted\n`);
}

function steppingAgent() {
  const model = new ScriptedModel(async function* ({ index }) {
    await wait(60);
    if (index === steps) yield text("Done.");
    else {
      yield reasoning(`thought ${index}`);
      yield call(`call-${index}`, "look", { place: `${index}` });
    }
  });
  const look = toolOf({ name: "look", description: "Looks", texts: ["place"], execute: () => wait(30, "something") });
  return createAgent({ model: new ScriptedChatModel(model), tools: [look] });
}

/** The adapter as a bundler makes it, without its peers and core. */
async function measureSize(): Promise<void> {
  const fromHere = createRequire(import.meta.url);
  const esbuild: unknown = createRequire(fromHere.resolve("tsup"))("esbuild");
  if (!isBundler(esbuild)) throw new Error("tsup brings no esbuild");
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL("../src/index.ts", import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    write: false,
    external: ["@langchain/*", "langchain", "@thenvoi/core"],
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("Nothing was bundled");
  const kB = (bytes: number) => (bytes / 1_000).toFixed(1).padStart(7);
  print("The adapter as one file, without its peers and core");
  print(`  minified           ${kB(file.contents.byteLength)} kB`);
  print(`  and gzip           ${kB(gzipSync(file.contents, { level: 9 }).byteLength)} kB, at most 15 wanted`);
}

interface Bundler {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly contents: Uint8Array }[] }>;
}

function isBundler(value: unknown): value is Bundler {
  return typeof value === "object" && value !== null && "build" in value && typeof value.build === "function";
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
