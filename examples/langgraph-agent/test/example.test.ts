import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const example = join(import.meta.dirname, "../../stage/src/example.ts");

test("the example needs no key: dana is asked, says yes, and the trip is booked", async () => {
  const { THENVOI_API_KEY: _, BAND_API_KEY: __, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [example, "langgraph-agent"], { env });
  const said = stdout.split("\n").flatMap((line) => /says +(.*)$/u.exec(line)?.[1] ?? []);
  expect(said).toEqual([
    "@dana/trips a trip to Annecy, please",
    "@dana Shall I book the trip to Annecy? (yes, no)",
    "@dana/trips yes",
    "@dana The trip to Annecy is booked.",
  ]);
});
