import { expect, test } from "vitest";
import { emptyTally, playInto, tallyText } from "./tally.ts";

/** Seeds that once found a fault; they run first for ever. */
const kept = [
  76, // a queue that shows the newer message first
  148, // told to stop while it slept
  1440, // an empty queue believed although the claim had just been granted
  1548,
  5367, // a post that had not left was sent again after its turn had been cut
  5692,
  200_075, // given up before it ever ran: each claim whose answer was lost was made again
  200_155,
];
const seeds = 100;

test(`in ${kept.length + seeds} schedules of one seed each, nothing is lost, reordered or said twice`, async () => {
  const tally = emptyTally();
  const startedMs = performance.now();
  for (const seed of [...kept, ...Array.from({ length: seeds }, (_, index) => 100_000 + index)]) {
    await playInto(tally, seed);
  }
  process.stdout.write(`${tallyText(tally, (performance.now() - startedMs) / 1000)}\n`);
  expect(tally.broken).toEqual([]);
  expect(tally.messages).toBeGreaterThan(seeds * 20);
  expect(tally.struck).toBeGreaterThan(0.6 * tally.schedules); // a storm that strikes nobody proves nothing
}, 300_000);

test("the same seed is the same history", async () => {
  const one = emptyTally();
  const other = emptyTally();
  await playInto(one, 5367);
  await playInto(other, 5367);
  expect(other).toEqual(one);
});
