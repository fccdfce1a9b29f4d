import { describe, expect, test } from "vitest";
import { attempt } from "../../test/support/stored-item.ts";
import { defaultTiming } from "../internal/timing.ts";
import type { DeliveryAttempt } from "../model/delivery.ts";
import { charges, hasSucceeded, interrupted, neverRan, notRun, retryWaitMs } from "./attempts.ts";

const failed = (number: number, error?: string) => attempt(number, "failed", error === undefined ? {} : { error });
const open = (number: number) => attempt(number, "processing");
const delivery = (...attempts: DeliveryAttempt[]) => ({ status: "failed", attempts }) as const;

describe("what earlier attempts count", () => {
  test.each<[string, DeliveryAttempt[], number[], { failed: number; abandoned: number; exhausted: boolean }]>([
    ["nothing, when there are none", [], [], { failed: 0, abandoned: 0, exhausted: false }],
    ["one for a failure", [failed(1, "no")], [], { failed: 1, abandoned: 0, exhausted: false }],
    ["one for a failure without a text", [failed(1)], [], { failed: 1, abandoned: 0, exhausted: false }],
    [
      "three failures leave a try",
      [failed(1), failed(2), failed(3)],
      [],
      { failed: 3, abandoned: 0, exhausted: false },
    ],
    ["four do not", [1, 2, 3, 4].map((number) => failed(number)), [], { failed: 4, abandoned: 0, exhausted: true }],
    ["two crashes leave a try", [open(1), open(2)], [], { failed: 0, abandoned: 2, exhausted: false }],
    ["three do not", [open(1), open(2), open(3)], [], { failed: 0, abandoned: 3, exhausted: true }],
    ["own open ones are not crashes", [open(1), open(2), open(3)], [3], { failed: 0, abandoned: 2, exhausted: false }],
    [
      "own failures count all the same",
      [1, 2, 3, 4].map((number) => failed(number)),
      [1, 2, 3, 4],
      { failed: 4, abandoned: 0, exhausted: true },
    ],
    [
      "nothing for what never ran",
      Array.from({ length: 9 }, (_, index) => failed(index + 1, notRun)),
      [],
      { failed: 0, abandoned: 0, exhausted: false },
    ],
    [
      "nothing for what was interrupted",
      Array.from({ length: 9 }, (_, index) => failed(index + 1, `${interrupted}: SIGTERM`)),
      [],
      { failed: 0, abandoned: 0, exhausted: false },
    ],
    [
      "one for a text that only mentions it",
      [failed(1, `saw ${interrupted}`)],
      [],
      { failed: 1, abandoned: 0, exhausted: false },
    ],
    [
      "failures and crashes apart",
      [failed(1), failed(2), failed(3), open(4), open(5)],
      [],
      { failed: 3, abandoned: 2, exhausted: false },
    ],
  ])("%s", (_, attempts, own, expected) => {
    expect(charges(delivery(...attempts), new Set(own))).toEqual(expected);
  });
});

test.each<[DeliveryAttempt[], boolean]>([
  [[], false],
  [[open(1), failed(2)], false],
  [[failed(1), attempt(2, "success"), open(3)], true],
])("a success anywhere means done: %#", (attempts, expected) => {
  expect(hasSucceeded(delivery(...attempts))).toBe(expected);
});

test.each<[string, DeliveryAttempt[], number, boolean]>([
  ["no attempt before", [open(1)], 1, true],
  ["only given back ones before", [failed(1, notRun), failed(2, notRun), open(3)], 3, true],
  ["an interrupted one before", [failed(1, interrupted), open(2)], 2, false],
  ["an open one before", [open(1), open(2)], 2, false],
])("whether nothing can have been said: %s", (_, attempts, before, expected) => {
  expect(neverRan(delivery(...attempts), before)).toBe(expected);
});

test("the waits between tries are 2, 10 and 60 s, the last one repeated", () => {
  const { handlerRetryMs } = defaultTiming;
  expect([1, 2, 3, 4, 9].map((failures) => retryWaitMs(failures, handlerRetryMs))).toEqual([
    2_000, 10_000, 60_000, 60_000, 60_000,
  ]);
  expect(retryWaitMs(1, [])).toBe(0);
});
