import { parseArgs } from "node:util";
import { emptyTally, playInto, tallyText } from "./tally.ts";

/** `pnpm simulate --seeds N [--from S]`: plays the schedules of N seeds and says what came of them. */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
    "until-broken": { type: "boolean", default: false },
  },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];
if (!Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(from)) {
  process.stderr.write(
    "pnpm simulate [--seeds N] [--from S] [--until-broken]: N and S are whole numbers, N at least 1.\n",
  );
  process.exit(2);
}
const tally = emptyTally();
const startedMs = performance.now();
for (let seed = from; seed < from + seeds; seed += 1) {
  await playInto(tally, seed);
  if (values["until-broken"] && tally.broken.length > 0) break;
}
process.stdout.write(`${tallyText(tally, (performance.now() - startedMs) / 1000)}\n`);
for (const { seed, violations } of tally.broken.slice(0, 20)) {
  const [first] = violations;
  process.stdout.write(
    `seed ${seed}: ${first?.property}, ${first?.text}${violations.length > 1 ? ` (and ${violations.length - 1} more)` : ""}\n`,
  );
}
process.exit(tally.broken.length > 0 ? 1 : 0);
