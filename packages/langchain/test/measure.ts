import { createRequire } from "node:module";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { HumanMessage } from "@langchain/core/messages";
import type { Handler } from "@thenvoi/core";
import { createRoomAgent, langchainHandler } from "@thenvoi/langchain";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { call, reasoning, ScriptedModel, text } from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { ScriptedChatModel } from "./kit/scripted-chat-model.ts";
import { toolOf } from "./kit/start-agent.ts";

const steps = 10;
const pairs = 25;
const eventDelayMs = 500;

print(`Node ${process.version}\n`);
await measureReporting();
await measureConsumer();
await measureSize();

/** Runs of ten tools through the adapter until the final text is handed over, each beside the same run without it. */
async function measureReporting(): Promise<void> {
  await using sandbox = await slowSandbox();
  const inRoomMs: number[] = [];
  const aloneMs: number[] = [];
  for (let pair = -2; pair < pairs; pair += 1) {
    // in turns first and second, so that whatever else the machine does is no part of the ratio
    const [first, second] = pair % 2 === 0 ? [runInRoom, runAlone] : [runAlone, runInRoom];
    const took = [await first(sandbox, pair), await second(sandbox, pair)];
    const [inRoom, alone] = pair % 2 === 0 ? took : took.toReversed();
    if (pair < 0 || inRoom === undefined || alone === undefined) continue; // the first ones warm up
    inRoomMs.push(inRoom);
    aloneMs.push(alone);
  }
  const ratios = inRoomMs.map((tookMs, index) => tookMs / (aloneMs[index] ?? Number.NaN));
  print(
    `A run of ${steps} tools until its final text is handed over, every POST /events ${eventDelayMs} ms late, ${pairs} pairs`,
  );
  print(`  in a room          ${row(inRoomMs, 1)} ms`);
  print(`  without adapter    ${row(aloneMs, 1)} ms`);
  print(`  ratio of a pair    ${row(ratios, 3)}, at most 1.050 wanted\n`);
}

async function runInRoom(sandbox: Sandbox, pair: number): Promise<number> {
  const name = `ada/agent${pair + 2}`;
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
  await agent.stop({ graceMs: 0 }); // what is still to be reported would take 15 s more
  return tookMs;
}

async function runAlone(): Promise<number> {
  const agent = steppingAgent();
  const startedMs = performance.now();
  await agent.invoke({ messages: [new HumanMessage("go")] });
  return performance.now() - startedMs;
}

/** Chunks that a consumer of `streamMode: "messages"` gets, alone and while a room agent of the same process runs. */
async function measureConsumer(): Promise<void> {
  await using sandbox = await slowSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const alone = await chunks();
  await using agent = createRoomAgent({
    ...sandbox.credentials("weather"),
    logger: false,
    handler: langchainHandler({ agent: steppingAgent() }),
  });
  await agent.start();
  await room.as("ada").say("@weather go");
  const beside = await chunks();
  await agent.stop({ graceMs: 0 });
  print('Chunks that another consumer of streamMode "messages" receives');
  print(`  alone              ${String(alone).padStart(7)}`);
  print(`  beside a room      ${String(beside).padStart(7)}, as many wanted\n`);
}

async function chunks(): Promise<number> {
  const input = { messages: [new HumanMessage("go")] };
  let count = 0;
  for await (const _chunk of await steppingAgent().stream(input, { streamMode: "messages" })) count += 1;
  return count;
}

async function slowSandbox(): Promise<Sandbox> {
  const sandbox = await startSandbox();
  sandbox.faults.always("POST events", { delayMs: eventDelayMs });
  return sandbox;
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

/** Median, and in brackets the middle half and the extremes. */
function row(values: readonly number[], digits: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN).toFixed(digits);
  return `${at(0.5).padStart(7)} (half within ${at(0.25)} … ${at(0.75)}, all within ${at(0)} … ${at(1)})`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
