import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { isStepCount, ToolLoopAgent, tool } from "ai";
import { MockLanguageModelV4, simulateReadableStream } from "ai/test";
import * as z from "zod";
import { aiSdkHandler } from "../packages/ai-sdk/src/index.ts";
import { type StreamPart, StreamReader } from "../packages/ai-sdk/src/stream.ts";
import { createReporter, createRoomAgent, type Handler, type Turn } from "../packages/core/src/index.ts";
import { type Sandbox, startSandbox } from "../packages/sandbox/src/index.ts";

console.log(`Node ${process.version}\n`);
await measureReporting({ steps: 10, eventDelayMs: 200, runs: 9 });
measureParts({ steps: 2_000, deltas: 50 });
await measureSize();

/** A run of tool steps until its final text is handed over, with events that take long, beside one that reports nothing. */
async function measureReporting(setting: { steps: number; eventDelayMs: number; runs: number }): Promise<void> {
  await using sandbox = await startSandbox();
  sandbox.faults.always("POST events", { delayMs: setting.eventDelayMs });
  const reportedMs: number[] = [];
  const silentMs: number[] = [];
  for (let run = 0; run <= setting.runs; run += 1) {
    const reported = await runOnce(sandbox, { steps: setting.steps, events: true, name: `ada/reporting${run}` });
    const silent = await runOnce(sandbox, { steps: setting.steps, events: false, name: `ada/silent${run}` });
    if (run === 0) continue; // to warm up
    reportedMs.push(reported);
    silentMs.push(silent);
  }
  const [reported, silent] = [median(reportedMs), median(silentMs)];
  console.log(
    `A run of ${setting.steps} tool steps until its final text is handed over, every event POST ${setting.eventDelayMs} ms late, ${setting.runs} runs each, in turn`,
  );
  console.log(`  with all events    ${reported.toFixed(1).padStart(7)} ms (${spread(reportedMs)})`);
  console.log(`  without any        ${silent.toFixed(1).padStart(7)} ms (${spread(silentMs)})`);
  console.log(`  ratio              ${(reported / silent).toFixed(3).padStart(7)}, at most 1.050 wanted\n`);
}

async function runOnce(sandbox: Sandbox, plan: { steps: number; events: boolean; name: string }): Promise<number> {
  sandbox.registerAgent(plan.name);
  const room = await sandbox.room({ users: ["ada"], agents: [plan.name] });
  const inner = aiSdkHandler({ agent: steppingAgent(plan.steps), ...(!plan.events && { events: false }) });
  const handed = Promise.withResolvers<number>();
  const handler: Handler = async (turn) => {
    const startedMs = performance.now();
    const reply = turn.reply;
    const told: Turn["reply"] = (text) => {
      handed.resolve(performance.now() - startedMs);
      return reply(text);
    };
    await inner(Object.assign(turn, { reply: told }));
  };
  await using agent = createRoomAgent({ ...sandbox.credentials(plan.name), logger: false, handler });
  await agent.start();
  await room.as("ada").say(`@${plan.name} go`);
  const tookMs = await handed.promise;
  await room.settled({ timeoutMs: 30_000 });
  return tookMs;
}

/** An agent whose model thinks, says something and calls a tool in each step, a little faster than real ones do. */
function steppingAgent(steps: number): ToolLoopAgent<never, { look: ReturnType<typeof lookTool> }> {
  let step = 0;
  const model = new MockLanguageModelV4({
    doStream: async () => {
      step += 1;
      return {
        stream: simulateReadableStream({ chunks: chunks(step, steps), initialDelayInMs: 20, chunkDelayInMs: 1 }),
      };
    },
  });
  return new ToolLoopAgent({ model, tools: { look: lookTool() }, stopWhen: isStepCount(steps + 2) });
}

function lookTool() {
  return tool({
    inputSchema: z.object({ step: z.number() }),
    execute: async ({ step }) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return { step, found: "something" };
    },
  });
}

type Streamed = Awaited<ReturnType<MockLanguageModelV4["doStream"]>>;
type Chunk = Streamed["stream"] extends ReadableStream<infer Part> ? Part : never;

function chunks(step: number, steps: number): Chunk[] {
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  };
  const words = (type: "text" | "reasoning"): Chunk[] => [
    { type: `${type}-start`, id: type },
    ...Array.from({ length: 10 }, (): Chunk => ({ type: `${type}-delta`, id: type, delta: "word " })),
    { type: `${type}-end`, id: type },
  ];
  if (step > steps)
    return [...words("text"), { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage }];
  return [
    ...words("reasoning"),
    ...words("text"),
    { type: "tool-call", toolCallId: `call-${step}`, toolName: "look", input: JSON.stringify({ step }) },
    { type: "finish", finishReason: { unified: "tool-calls", raw: undefined }, usage },
  ];
}

/** What the adapter does with each part of a stream: reading it, and queueing what is to be reported. */
function measureParts(setting: { steps: number; deltas: number }): void {
  const parts = Array.from({ length: setting.steps }, (_, step) => stepParts(step, setting.deltas)).flat();
  const perPartUs: number[] = [];
  for (let run = 0; run <= 9; run += 1) {
    let reported = 0;
    const report = createReporter(
      {
        report: () => {
          reported += 1;
        },
      },
      undefined,
    );
    const reader = new StreamReader();
    const startedMs = performance.now();
    for (const part of parts) for (const event of reader.read(part)) report(event);
    reader.end();
    const tookMs = performance.now() - startedMs;
    if (reported !== setting.steps * 4) throw new Error(`${reported} events instead of ${setting.steps * 4}`);
    if (run > 0) perPartUs.push((tookMs * 1_000) / parts.length);
  }
  const us = (value: number) => value.toFixed(3);
  console.log(`${parts.length} parts of a stream, ${setting.steps * 4} of them reported, 9 times`);
  console.log(
    `  a part             ${us(median(perPartUs)).padStart(7)} µs (${us(Math.min(...perPartUs))} … ${us(Math.max(...perPartUs))}), below 5 wanted\n`,
  );
}

function stepParts(step: number, deltas: number): (StreamPart & Readonly<Record<string, unknown>>)[] {
  const call = { toolCallId: `call-${step}`, toolName: "look" };
  const many = (type: string) =>
    Array.from({ length: deltas }, (_, index) => ({ type, id: `${type[0]}${step}`, text: `word ${index} ` }));
  return [
    { type: "start-step" },
    { type: "reasoning-start", id: `r${step}` },
    ...many("reasoning-delta"),
    { type: "reasoning-end", id: `r${step}` },
    { type: "text-start", id: `t${step}` },
    ...many("text-delta"),
    { type: "text-end", id: `t${step}` },
    { type: "tool-call", ...call, input: { place: "Lyon", days: [1, 2, 3] } },
    { type: "tool-result", ...call, output: { sky: "clear", highs: [20, 21, 22] } },
    { type: "finish-step", finishReason: "tool-calls" },
  ];
}

/** The adapter as a bundler makes it, without its peers and core. */
async function measureSize(): Promise<void> {
  const { build } = esbuild();
  const entry = fileURLToPath(new URL("../packages/ai-sdk/src/index.ts", import.meta.url));
  const external = ["ai", "@thenvoi/core"];
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    write: false,
    external,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("Nothing was bundled");
  const imported = [...file.text.matchAll(/from"([^"]+)"/gu)].map(([, name]) => name);
  const kB = (bytes: number) => (bytes / 1_000).toFixed(1).padStart(5);
  console.log(
    `The adapter as one file, without ${external.join(" and ")}; it imports ${[...new Set(imported)].join(", ")}`,
  );
  console.log(`  minified           ${kB(file.contents.byteLength)} kB`);
  console.log(`  and gzip           ${kB(gzipSync(file.contents, { level: 9 }).byteLength)} kB, at most 15 wanted`);
  console.log(`  and brotli         ${kB(brotliCompressSync(file.contents).byteLength)} kB`);
}

interface Esbuild {
  build(
    options: object,
  ): Promise<{ readonly outputFiles: readonly { readonly contents: Uint8Array; readonly text: string }[] }>;
}

/** The bundler that tsup brings along. */
function esbuild(): Esbuild {
  const fromHere = createRequire(import.meta.url);
  const found: unknown = createRequire(fromHere.resolve("tsup"))("esbuild");
  if (!isEsbuild(found)) throw new Error("tsup brings no esbuild");
  return found;
}

function isEsbuild(value: unknown): value is Esbuild {
  return typeof value === "object" && value !== null && "build" in value && typeof value.build === "function";
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function spread(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(1)} … ${Math.max(...values).toFixed(1)}`;
}
