import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { type PlantedBug, plantedBugs } from "./planted-bugs.ts";

const seeds = 200;
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
let caught = 0;

afterAll(() => {
  process.stdout.write(`planted bugs: ${caught} of ${plantedBugs.length} caught within ${seeds} seeds\n`);
});

test.each(plantedBugs)(
  "the simulation notices that $name",
  async (bug) => {
    const { code, output } = await simulateWith(bug);
    expect(output).toMatch(/seed \d+: [SL]\d+,/u);
    expect(code).toBe(1);
    caught += 1;
  },
  300_000,
);

function simulateWith({
  name,
  from = 1,
}: PlantedBug): Promise<{ readonly code: number | null; readonly output: string }> {
  const schedules = ["--seeds", String(seeds), "--from", String(from), "--until-broken"];
  const args = ["--import", here("plant.ts"), here("simulate.ts"), ...schedules];
  const env = { ...process.env, PLANTED_BUG: name };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, output: `${stdout}${stderr}` });
    });
  });
}
