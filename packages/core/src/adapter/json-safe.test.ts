import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonSafe } from "./json-safe.ts";

const circle: Record<string, unknown> = { name: "circle" };
circle.self = circle;

test.each<[string, unknown, unknown]>([
  ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
  ["no date", new Date(Number.NaN), null],
  ["a big integer", 12n, "12"],
  ["what is no number", Number.POSITIVE_INFINITY, null],
  ["nothing", undefined, null],
  ["a function inside", { run: () => 1, kept: 1 }, { kept: 1 }],
  ["a map", new Map([["a", 1]]), [["a", 1]]],
  ["an error, without its stack", new TypeError("no"), { name: "TypeError", message: "no" }],
  ["bytes", new Uint8Array(3), "[3 bytes]"],
  ["a circle", circle, { name: "circle", self: "[circular]" }],
  [
    "a getter that throws",
    Object.defineProperty({ a: 1 }, "b", { enumerable: true, get: () => JSON.parse("no") }),
    { a: 1 },
  ],
  ["a class that tells its JSON", new URL("https://example.com/"), "https://example.com/"],
])("%s", (_, value, expected) => {
  expect(jsonSafe(value)).toEqual(expected);
});

test("what nests deeper than a call stack can hold is cut", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  expect(JSON.stringify(jsonSafe(deep))).toContain("[too deep]");
});

test("anything becomes what JSON holds", () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withBigInt: true, withMap: true, withSet: true }), (value) => {
      const safe = jsonSafe(value);
      expect(JSON.parse(JSON.stringify(safe))).toEqual(JSON.parse(JSON.stringify(jsonSafe(safe))));
    }),
  );
});
