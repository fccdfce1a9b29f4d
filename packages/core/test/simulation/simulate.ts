import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { shrink } from "./shrink.ts";
import { emptyTally, mergeInto, playInto, type Tally, tallyText } from "./tally.ts";

/** Processes that were killed leave something behind in this one, so a long run is spread over short-lived processes. */
const seedsInOneProcess = 250;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
    "until-broken": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    shrink: { type: "string" },
  },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];
if (!Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(from)) {
  process.stderr.write(
    "pnpm simulate [--seeds N] [--from S] [--until-broken] [--shrink S]: N and S are whole numbers, N at least 1.\n",
  );
  process.exit(2);
}
if (values.shrink !== undefined) {
  const shrunk = await shrink(Number(values.shrink), 120_000);
  process.stdout.write(shrunk === undefined ? "nothing is broken\n" : `${JSON.stringify(shrunk, null, 1)}\n`);
  process.exit(shrunk === undefined ? 0 : 1);
}
const startedMs = performance.now();
const tally = seeds > seedsInOneProcess ? await playInProcesses() : await playHere();
if (values.json) process.stdout.write(JSON.stringify(tally));
else print(tally);
process.exit(tally.broken.length > 0 && !values.json ? 1 : 0);

async function playHere(): Promise<Tally> {
  const played = emptyTally();
  for (let seed = from; seed < from + seeds; seed += 1) {
    await playInto(played, seed);
    if (values["until-broken"] && played.broken.length > 0) break;
  }
  return played;
}

async function playInProcesses(): Promise<Tally> {
  const total = emptyTally();
  let next = from;
  const work = async () => {
    while (next < from + seeds && !(values["until-broken"] && total.broken.length > 0)) {
      const first = next;
      next += seedsInOneProcess;
      const count = Math.min(seedsInOneProcess, from + seeds - first);
      const args = [fileURLToPath(import.meta.url), "--json", "--seeds", String(count), "--from", String(first)];
      const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 28 });
      mergeInto(total, JSON.parse(stdout));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return total;
}

function print(played: Tally): void {
  process.stdout.write(`${tallyText(played, (performance.now() - startedMs) / 1000)}\n`);
  for (const { seed, violations } of played.broken.slice(0, 20)) {
    const [first] = violations;
    const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
    process.stdout.write(`seed ${seed}: ${first?.property}, ${first?.text}${more}\n`);
  }
}
