import { expect, test } from "vitest";
import { Clock, readTimestamp } from "./clock.ts";

const start = Date.parse("2026-08-03T10:00:00.999Z");

test("ticks strictly increase while the machine's clock stands still or goes back", () => {
  let now = start;
  const clock = new Clock(() => now);

  expect([clock.tick(), clock.tick()]).toEqual(["2026-08-03T10:00:00.999000Z", "2026-08-03T10:00:00.999001Z"]);
  now -= 5_000;
  expect(clock.tick()).toBe("2026-08-03T10:00:00.999002Z");
  now = start + 1;
  expect(clock.tick()).toBe("2026-08-03T10:00:01.000000Z");
});

test("a thousand ticks carry over into the next millisecond", () => {
  const clock = new Clock(() => start);
  const ticks = Array.from({ length: 1_001 }, () => clock.tick());
  expect(ticks.at(-1)).toBe("2026-08-03T10:00:01.000000Z");
  expect(ticks.toSorted()).toEqual(ticks);
});

test("all ticks come after a given time", () => {
  const clock = new Clock(() => start);
  clock.startAfter("2030-01-01T00:00:00.000041Z");
  expect(clock.tick()).toBe("2030-01-01T00:00:00.000042Z");
});

test.each([
  ["2026-08-03T10:00:31.501204Z", "2026-08-03T10:00:31.501204Z"],
  ["2026-08-03T10:00:31Z", "2026-08-03T10:00:31.000000Z"],
  ["2026-08-03T10:00:31.5Z", "2026-08-03T10:00:31.500000Z"],
  ["2026-08-03T12:00:31.501204+02:00", "2026-08-03T10:00:31.501204Z"],
  ["2026-08-03T10:00:31.501204999Z", "2026-08-03T10:00:31.501204Z"],
  ["2026-08-03", undefined],
  ["2026-08-03T10:00:31", undefined],
  ["2026-13-03T10:00:31Z", undefined],
  ["yesterday", undefined],
])("%s is read as %s", (text, timestamp) => {
  expect(readTimestamp(text)).toBe(timestamp);
});
