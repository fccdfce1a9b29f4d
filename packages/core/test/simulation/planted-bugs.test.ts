import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { plantedBugs } from "./planted-bugs.ts";

const seeds = 200;
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
let caught = 0;

afterAll(() => {
  process.stdout.write(`planted bugs: ${caught} of ${plantedBugs.length} caught within ${seeds} seeds\n`);
});

test.each(plantedBugs)(
  "the simulation notices that $name",
  async ({ name }) => {
    const { code, output } = await simulateWith(name);
    expect(output).toMatch(/seed \d+: [SL]\d+,/u);
    expect(code).toBe(1);
    caught += 1;
  },
  300_000,
);

function simulateWith(bug: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const args = ["--import", here("plant.ts"), here("simulate.ts"), "--seeds", String(seeds), "--until-broken"];
  const env = { ...process.env, PLANTED_BUG: bug };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, output: `${stdout}${stderr}` });
    });
  });
}
