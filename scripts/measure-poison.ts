// A room whose handler always throws, beside rooms that talk, with the usual waits: `pnpm measure:poison`, two minutes. Prints when its
// message is given up and what the others feel of it. Exits with 1 when that takes too long, can't be seen, or delays them.
import { setTimeout as pause } from "node:timers/promises";
import { createRoomAgent } from "../packages/core/src/index.ts";
import { type RoomHandle, startSandbox } from "../packages/sandbox/src/index.ts";

await using sandbox = await startSandbox();
const rooms: RoomHandle[] = [];
for (let room = 0; room < 5; room += 1) rooms.push(await sandbox.room({ users: ["ada"], agents: ["weather"] }));
const poisoned = await sandbox.room({ users: ["ada"], agents: ["weather"] });
await using agent = createRoomAgent({
  ...sandbox.credentials("weather"),
  logger: false,
  handler: async (turn) => {
    if (turn.room.id === poisoned.id) throw new Error("this one never works");
    await turn.reply("No.");
  },
});
const givenUp = Promise.withResolvers<void>();
agent.on("dead-letter", () => givenUp.resolve());
await agent.start();

await talk(AbortSignal.timeout(3_000)); // warm
const alone = await talk(AbortSignal.timeout(20_000));
const startedMs = performance.now();
await poisoned.as("ada").say("@weather poison");
const over = new AbortController();
void givenUp.promise.then(() => over.abort());
const beside = await talk(AbortSignal.any([over.signal, AbortSignal.timeout(150_000)]));
const seconds = (performance.now() - startedMs) / 1_000;
await poisoned.settled();

const errors = poisoned.timeline().filter(({ type }) => type === "error").length;
const median = quantile(beside, 0.5) - quantile(alone, 0.5);
const late = quantile(beside, 0.99) - quantile(alone, 0.99);
console.log(`given up after ${seconds.toFixed(1)} s, at most 100 wanted; ${errors} error in its room`);
console.log(`answers elsewhere, alone:     ${times(alone)}`);
console.log(`answers elsewhere, beside it: ${times(beside)}`);
console.log(`later by ${median.toFixed(1)} ms (p50), ${late.toFixed(1)} ms (p99), at most 50 wanted`);
process.exitCode = seconds > 100 || errors !== 1 || median > 50 || late > 50 ? 1 : 0;

/** Milliseconds to each answer, in all rooms at once, a question every 200 ms. */
async function talk(signal: AbortSignal): Promise<number[]> {
  const tookMs: number[] = [];
  const one = async (room: RoomHandle) => {
    while (!signal.aborted) {
      const askedAtMs = performance.now();
      await room.as("ada").ask("@weather will it rain?");
      tookMs.push(performance.now() - askedAtMs);
      await pause(200);
    }
  };
  await Promise.all(rooms.map(one));
  return tookMs;
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(share * (values.length - 1))] ?? 0;
}

function times(tookMs: readonly number[]): string {
  const shown = [0.5, 0.99, 1].map((share) => `p${share * 100} ${quantile(tookMs, share).toFixed(1)} ms`).join(", ");
  return `${shown}, ${tookMs.length} answers`;
}
