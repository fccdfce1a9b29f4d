import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { figures } from "./figures.ts";
import { install } from "./installed.ts";
import { circumstances, type Measured, measured, table } from "./report.ts";

const usage = `pnpm bench [name…] [--json FILE] [--runs N]; names: ${figures.map(({ name }) => name).join(", ")}`;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { json: { type: "string" }, runs: { type: "string" } },
});
const unknown = positionals.filter((name) => !figures.some((figure) => figure.name === name));
if (unknown.length > 0) {
  console.error(`There is no figure ${unknown.map((name) => `"${name}"`).join(" or ")}. ${usage}`);
  process.exit(64);
}
const where = circumstances();
console.log(`Node ${where.node} on ${where.cores} × ${where.processor}, ${where.memoryGb} GB\n`);
await install();
const all: Measured[] = [];
for (const figure of figures) {
  if (positionals.length > 0 && !positionals.includes(figure.name)) continue;
  const runs = Number(values.runs ?? figure.runs);
  const result = measured(figure, runs, await figure.measure(runs));
  console.log(table(result));
  all.push(result);
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ ...where, figures: all }, null, 2)}\n`);
