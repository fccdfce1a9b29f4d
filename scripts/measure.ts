import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createRoomAgent } from "../packages/core/src/index.ts";
import { type Sandbox, startSandbox } from "../packages/sandbox/src/index.ts";
import { joinOneAfterAnother } from "./one-after-another.ts";

const idleAgentFile = fileURLToPath(new URL("./idle-agent.ts", import.meta.url));

console.log(`Node ${process.version}\n`);
await measureStart({ rooms: 300, latencyMs: 20, runs: 3 });
await measureIdleRooms({ few: 1, many: 1_000 });

/** How long it takes until every room is joined, beside a client that lists and joins them one after another. */
async function measureStart(setting: { rooms: number; latencyMs: number; runs: number }): Promise<void> {
  await using sandbox = await startSandbox();
  await fill(sandbox, setting.rooms);
  sandbox.faults.latency(setting.latencyMs);
  const agentMs: number[] = [];
  const floorMs: number[] = [];
  for (let run = 0; run < setting.runs; run += 1) {
    floorMs.push(await timed(() => joinOneAfterAnother(sandbox.credentials("weather"), setting.rooms)));
    agentMs.push(await timed(() => joinAll(sandbox, setting.rooms)));
  }
  const [agent, floor] = [median(agentMs), median(floorMs)];
  console.log(
    `Start with ${setting.rooms} rooms, ${setting.latencyMs} ms each way on every request and join, until the last is joined`,
  );
  console.log(`  one after another  ${floor.toFixed(0).padStart(6)} ms (${spread(floorMs)})`);
  console.log(`  createRoomAgent    ${agent.toFixed(0).padStart(6)} ms (${spread(agentMs)})`);
  console.log(`  ratio              ${(agent / floor).toFixed(3).padStart(6)}, at most 0.200 wanted\n`);
}

async function joinAll(sandbox: Sandbox, rooms: number): Promise<AsyncDisposable> {
  const agent = createRoomAgent({ ...sandbox.credentials("weather"), logger: false, handler: () => undefined });
  await agent.start();
  while (agent.status().joinedRooms < rooms) await new Promise((resolve) => setTimeout(resolve, 1));
  return agent;
}

/** What an agent holds on its heap when nothing happens, in processes of their own, after a collection. */
async function measureIdleRooms(setting: { few: number; many: number }): Promise<void> {
  const [few, many] = [await idleHeapBytes(setting.few), await idleHeapBytes(setting.many)];
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1).padStart(6)} MiB`;
  console.log("Heap of an idle agent");
  console.log(`  in ${String(setting.few).padStart(5)} rooms     ${mebibytes(few)}`);
  console.log(`  in ${String(setting.many).padStart(5)} rooms     ${mebibytes(many)}`);
  console.log(
    `  more               ${mebibytes(many - few)}, at most 30 wanted; ${((many - few) / (setting.many - setting.few) / 1024).toFixed(1)} KiB a room`,
  );
}

async function idleHeapBytes(rooms: number): Promise<number> {
  await using sandbox = await startSandbox();
  await fill(sandbox, rooms);
  const { apiKey, baseUrl } = sandbox.credentials("weather");
  const env = { ...process.env, THENVOI_API_KEY: apiKey, THENVOI_BASE_URL: baseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", idleAgentFile, String(rooms)], {
    env,
  });
  return Number(stdout);
}

async function fill(sandbox: Sandbox, rooms: number): Promise<void> {
  for (let room = 0; room < rooms; room += 1) await sandbox.room({ users: ["ada"], agents: ["weather"] });
}

async function timed(work: () => Promise<AsyncDisposable>): Promise<number> {
  const startedMs = performance.now();
  await using _done = await work();
  return performance.now() - startedMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function spread(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}, ${values.length} runs`;
}
