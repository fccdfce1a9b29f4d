// Real processes on a bad network: `pnpm chaos --minutes 10 --seed 7`. An agent in a process of its own is killed, paused and told to end
// while its connections are cut, delayed, stalled and throttled and a person goes on talking; then every room is checked. Exits with 1
// when anything is lost, out of order, said twice, given up, unsettled or otherwise wrong.
import { parseArgs } from "node:util";
import { runChaos } from "../packages/core/test/chaos/run-chaos.ts";
import { isClean } from "../packages/core/test/chaos/verdict.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 100_000) },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
const report = await runChaos({ seed, durationMs: minutes * 60_000, rooms: 6 });
const { verdict, mistakes } = report;
const counted = (counts: ReadonlyMap<string, number>) =>
  [...counts].map(([name, count]) => `${name} ${count}`).join(", ");

console.log(`seed ${seed}, ${minutes} min, Node ${process.version}`);
console.log(`${report.messages} messages in ${report.rooms} rooms, ${report.answers} answers`);
console.log(`${report.kills} processes ended by SIGKILL; ${report.brokenConnections} TCP connections broken`);
console.log(`at a step: ${counted(report.killsAtSteps)}`);
console.log(`misfortunes: ${counted(report.misfortunes)}`);
console.log(`all settled ${(report.recoveredMs / 1_000).toFixed(1)} s after the last of them`);
console.log(
  `lost ${verdict.lost}, reordered ${verdict.reordered}, said twice ${verdict.saidTwice}, given up ${verdict.givenUp}, unsettled ${verdict.unsettled}`,
);
for (const mistake of mistakes.slice(0, 20)) console.log(`  ${mistake}`);
if (mistakes.length > 0) console.log(`${mistakes.length} mistakes; processes ended: ${report.ends.join(", ")}`);
process.exitCode = isClean(verdict) && mistakes.length === 0 ? 0 : 1;
