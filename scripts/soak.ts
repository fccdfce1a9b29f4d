// Steady traffic with the socket cut every 45 s: `pnpm soak [minutes] [seconds between cuts]`, an hour by default. Prints what the
// agent's process holds in each quarter of the time after the first fifth; exits with 1 when the last holds more than the first, or a
// message had no answer or more than one. Every question waits for the answers before it, so how fast the machine is changes how many
// there are and nothing else.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type RoomHandle, startSandbox } from "../packages/sandbox/src/index.ts";
import type { Holdings } from "./holdings.ts";

const [minutes, betweenCuts] = [Number(process.argv[2] ?? 60), Number(process.argv[3] ?? 45)];
const kinds = ["heapMebibytes", "sockets", "timers", "listeners"] as const;
/** One of a kind left behind by each cut would be 48 more in the hour; how many sockets a burst takes differs by a few. */
const mostGrowth: Readonly<Record<(typeof kinds)[number], number>> = {
  heapMebibytes: 3,
  sockets: 8,
  timers: 1,
  listeners: 5,
};

await using sandbox = await startSandbox();
const rooms: RoomHandle[] = [];
for (let room = 0; room < 10; room += 1) rooms.push(await sandbox.room({ users: ["ada"], agents: ["weather"] }));
const { apiKey, baseUrl } = sandbox.credentials("weather");
const env = { ...process.env, THENVOI_API_KEY: apiKey, THENVOI_BASE_URL: baseUrl };
const child = fork(join(import.meta.dirname, "soaked-agent.ts"), { env, execArgv: ["--expose-gc"] });
await once(child, "message"); // it is live

const samples: Holdings[] = [];
let cuts = 0;
const cutting = setInterval(() => {
  sandbox.faults.cutSockets();
  cuts += 1;
}, betweenCuts * 1_000);
const startedMs = performance.now();
const warmAtMs = startedMs + minutes * 12_000; // a fifth of the time
let sampledAtMs = startedMs;
let said = 0;
while (performance.now() < startedMs + minutes * 60_000) {
  await Promise.all(rooms.map((room) => room.as("ada").ask("@weather will it rain?", { timeoutMs: 120_000 })));
  said += rooms.length;
  sandbox.clearRequests();
  if (performance.now() > Math.max(warmAtMs, sampledAtMs + 2_000)) {
    sampledAtMs = performance.now();
    const sampled = once(child, "message");
    child.send("sample");
    const [sample] = await sampled;
    samples.push(sample);
  }
  await pause(500);
}
clearInterval(cutting);
for (const room of rooms) await room.settled({ timeoutMs: 60_000 });
const answered = rooms.flatMap((room) => room.said()).filter((text) => text.startsWith("@ada ")).length;
child.kill();
await once(child, "exit");

console.log(`${minutes} min: ${said} messages, ${answered} answers, ${cuts} cuts, ${samples.length} samples`);
let isFlat = answered === said;
for (const kind of kinds) {
  const quarters = [0, 1, 2, 3].map((quarter) => mean(kind, quarter));
  const growth = (quarters[3] ?? 0) - (quarters[0] ?? 0);
  if (growth > mostGrowth[kind]) isFlat = false;
  const shown = quarters.map((value) => value.toFixed(1)).join(", ");
  console.log(`${kind} by quarters: ${shown}; at most ${mostGrowth[kind]} more wanted`);
}
process.exitCode = isFlat ? 0 : 1;

function mean(kind: (typeof kinds)[number], quarter: number): number {
  const size = Math.floor(samples.length / 4);
  const part = samples.slice(quarter * size, (quarter + 1) * size);
  return part.reduce((sum, sample) => sum + sample[kind], 0) / Math.max(1, part.length);
}
