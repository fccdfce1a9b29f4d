// Rooms whose handler always throws, beside rooms that talk, with the usual waits: `pnpm measure:poison`, two minutes. Another agent, alone
// in as many rooms and with nothing that throws, is asked the same at the same moments, so that whatever else the machine does meets both.
// Compared are the answers under way while a message that throws was tried: they are a few of all, and among all their delay would not
// show. Exits with 1 when giving up takes too long or can't be seen in its room, or when the others feel it.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type RoomHandle, startSandbox } from "../packages/sandbox/src/index.ts";
import type { Told } from "./poisoned-agent.ts";

const counts = { talking: 5, poisoned: 20 };
const most = { secondsToGiveUp: 100, delayMs: 50 };
/** From before a try's claim until after its failure is marked. */
const around = { beforeMs: 50, afterMs: 100 };

/** One question, asked of both at once. */
interface Asked {
  readonly atMs: number;
  readonly besideMs: number;
  readonly aloneMs: number;
}

await using sandbox = await startSandbox();
const [beside, alone] = [await start("beside"), await start("alone")];
const triedAtMs: number[] = [];
const saidAtMs = new Map<string, number>();
const secondsToGiveUp: number[] = [];
const allGivenUp = Promise.withResolvers<void>();
beside.process.on("message", (told: Told) => {
  if (told.kind === "tried") triedAtMs.push(performance.now());
  if (told.kind !== "given up") return;
  secondsToGiveUp.push((performance.now() - (saidAtMs.get(told.roomId) ?? 0)) / 1_000);
  if (secondsToGiveUp.length === counts.poisoned) allGivenUp.resolve();
});

const over = new AbortController();
const conversations = Promise.all(beside.talking.map((_, index) => converse(index)));
await pause(3_000); // warm
for (const room of beside.others) {
  saidAtMs.set(room.id, performance.now());
  await room.as("ada").say("@beside poison");
  await pause(1_000);
}
await Promise.race([allGivenUp.promise, pause(150_000, undefined, { ref: false })]);
over.abort();
const asked = (await conversations).flat();
for (const room of beside.others) await room.settled();
for (const { process } of [beside, alone]) process.kill();

const seen = beside.others.filter((room) => room.timeline().filter(({ type }) => type === "error").length === 1).length;
const slowest = secondsToGiveUp.length === counts.poisoned ? Math.max(...secondsToGiveUp) : Number.POSITIVE_INFINITY;
const during = asked.filter(({ atMs, besideMs, aloneMs }) =>
  triedAtMs.some((triedMs) => {
    const endMs = atMs + Math.max(besideMs, aloneMs);
    return endMs > triedMs - around.beforeMs && atMs < triedMs + around.afterMs;
  }),
);
const [besideMs, aloneMs] = [during.map((pair) => pair.besideMs), during.map((pair) => pair.aloneMs)];
const delaysMs = [0.5, 0.99].map((share) => quantile(besideMs, share) - quantile(aloneMs, share));
console.log(`${counts.poisoned} messages that throw, ${triedAtMs.length} tries; an error is in ${seen} of their rooms`);
console.log(`given up after ${slowest.toFixed(1)} s at most, ${most.secondsToGiveUp} wanted`);
console.log(`${asked.length} answers elsewhere, of which ${during.length} while one was tried:`);
console.log(`  beside it  ${times(besideMs)}`);
console.log(`  without    ${times(aloneMs)}`);
console.log(
  `  later by   ${delaysMs.map((delayMs) => delayMs.toFixed(1)).join(", ")} ms (p50, p99), ${most.delayMs} wanted`,
);
const isFelt = during.length < 100 || delaysMs.some((delayMs) => delayMs > most.delayMs);
process.exitCode = slowest > most.secondsToGiveUp || seen < counts.poisoned || isFelt ? 1 : 0;

/** An agent in a process of its own, live in all its rooms. */
async function start(agent: string) {
  const made: RoomHandle[] = [];
  for (let room = 0; room < counts.talking + counts.poisoned; room += 1) {
    made.push(await sandbox.room({ users: ["ada"], agents: [agent] }));
  }
  const { apiKey, baseUrl } = sandbox.credentials(agent);
  const env = { ...process.env, THENVOI_API_KEY: apiKey, THENVOI_BASE_URL: baseUrl };
  const child = fork(join(import.meta.dirname, "poisoned-agent.ts"), { env });
  await once(child, "message"); // it is live
  return { process: child, talking: made.slice(0, counts.talking), others: made.slice(counts.talking) };
}

/** Asks both agents at once, again and again, in the room of each with that number. */
async function converse(index: number): Promise<Asked[]> {
  const pairs: Asked[] = [];
  while (!over.signal.aborted) {
    const atMs = performance.now();
    const [besideMs, aloneMs] = await Promise.all([
      timeOfAnswer(beside.talking[index], "@beside will it rain?"),
      timeOfAnswer(alone.talking[index], "@alone will it rain?"),
    ]);
    pairs.push({ atMs, besideMs, aloneMs });
    await pause(100);
  }
  return pairs;
}

async function timeOfAnswer(room: RoomHandle | undefined, question: string): Promise<number> {
  const askedAtMs = performance.now();
  await room?.as("ada").ask(question);
  return performance.now() - askedAtMs;
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(share * (values.length - 1))] ?? 0;
}

function times(tookMs: readonly number[]): string {
  return [0.5, 0.99, 1].map((share) => `p${share * 100} ${quantile(tookMs, share).toFixed(1)} ms`).join(", ");
}
