import { expect, test } from "vitest";
import { fullJitterMs, jitteredMs } from "./backoff.ts";
import { defaultTiming } from "./timing.ts";

const random = (value: number) => ({ random: () => value });
const almostOne = 1 - Number.EPSILON;

test.each([
  [0, 250],
  [1, 500],
  [4, 4_000],
  [5, 8_000],
  [6, 8_000],
  [10_000, 8_000],
])("before retry %i a wait is uniform between nothing and %i ms", (retry, boundMs) => {
  const bounds = { baseMs: defaultTiming.retryBaseMs, capMs: defaultTiming.retryCapMs };
  expect(fullJitterMs(random(0), retry, bounds)).toBe(0);
  expect(fullJitterMs(random(0.5), retry, bounds)).toBe(boundMs / 2);
  expect(fullJitterMs(random(almostOne), retry, bounds)).toBeCloseTo(boundMs);
});

test("a wait is changed by its share in either direction, and no more", () => {
  expect(jitteredMs(random(0), 1_000, 0.2)).toBe(800);
  expect(jitteredMs(random(0.5), 1_000, 0.2)).toBe(1_000);
  expect(jitteredMs(random(almostOne), 1_000, 0.2)).toBeCloseTo(1_200);
  expect(jitteredMs(random(0.9), 0, 0.2)).toBe(0);
});
