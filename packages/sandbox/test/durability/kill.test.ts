import { expect, test } from "vitest";
import { killUnderLoad } from "./kills.ts";

test("killed a hundred times under load, nothing that was answered is lost and no change is half made", async () => {
  const report = await killUnderLoad(100);
  const { kills, answered, unanswered, lost, halves } = report;
  process.stdout.write(
    `kills under load: ${kills} kills, ${answered} changes answered, ${unanswered} under way, ${lost.length} lost, ${halves.length} half made\n`,
  );
  expect(report).toMatchObject({ kills: 100, lost: [], halves: [] });
  expect(answered).toBeGreaterThan(1_000);
  expect(unanswered).toBeGreaterThan(100); // the kills struck in the middle of something
}, 300_000);
