// Kills sandboxes under load and compares: `pnpm kill:sandbox 1000`. Prints what was answered, what was lost, what was half made.
import { killUnderLoad } from "../packages/sandbox/test/durability/kills.ts";

const kills = Number(process.argv[2] ?? 100);
const startedAt = performance.now();
const { answered, unanswered, lost, halves } = await killUnderLoad(kills);
const seconds = Math.round((performance.now() - startedAt) / 1000);
console.log(
  `${kills} kills in ${seconds} s: ${answered} changes answered, ${unanswered} under way when the process died`,
);
console.log(`lost: ${lost.length}, half made: ${halves.length}`);
for (const what of [...lost, ...halves]) console.log(`  ${what}`);
process.exitCode = lost.length + halves.length > 0 ? 1 : 0;
