import { expect, test } from "vitest";
import { ManualClock } from "../../test/socket/manual-clock.ts";
import { defaultTiming } from "../internal/timing.ts";
import { Reconnection } from "./reconnection.ts";

const cut = { code: 1006, refusal: undefined, topicRefused: false, unheard: false };

function refused(status: number, headers: Readonly<Record<string, string>> = {}, body = "") {
  return { code: 1006, refusal: { status, headers, body }, topicRefused: false, unheard: false };
}

function waits(reconnection: Reconnection, closings: readonly Parameters<Reconnection["lost"]>[0][]): unknown[] {
  return closings.map((closing) => {
    const verdict = reconnection.lost(closing);
    return verdict.kind === "wait" ? verdict.delayMs : verdict.kind;
  });
}

test.each([
  [0, [0, 0, 0]],
  [0.5, [500, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]],
  [0.999, [999, 999, 1_998, 3_996, 7_992, 15_984, 29_970, 29_970]],
])("with a chance of %d the waits of an outage are %j", (chance, expected) => {
  const clock = new ManualClock();
  clock.chance = chance;
  const closings = expected.map(() => cut);
  expect(waits(new Reconnection(clock, defaultTiming), closings)).toEqual(expected);
});

test("an outage of any length ends in a try every thirty seconds at most, without a last one", () => {
  const clock = new ManualClock();
  const closings = Array.from({ length: 5_000 }, () => cut);
  expect(waits(new Reconnection(clock, defaultTiming), closings).slice(7)).toEqual(closings.slice(7).map(() => 15_000));
});

test("after a restart of the service everyone comes back within five seconds, not one", () => {
  const clock = new ManualClock();
  expect(waits(new Reconnection(clock, defaultTiming), [{ ...cut, code: 1012 }, cut])).toEqual([2_500, 500]);
});

test.each([
  [29_999, 2_000],
  [30_000, 500],
])("after a connection of %d ms the next wait is up to twice %d ms", (aliveMs, expected) => {
  const clock = new ManualClock();
  const reconnection = new Reconnection(clock, defaultTiming);
  waits(reconnection, [cut, cut, cut]);
  reconnection.connected();
  clock.advance(aliveMs);
  expect(waits(reconnection, [cut])).toEqual([expected]);
});

test("health counts once: a connection that was never had does not start the waits anew", () => {
  const clock = new ManualClock();
  const reconnection = new Reconnection(clock, defaultTiming);
  reconnection.connected();
  clock.advance(60_000);
  expect(waits(reconnection, [cut, cut, cut])).toEqual([500, 500, 1_000]);
});

const date = (laterMs: number) => new Date(Date.UTC(2026, 0, 1) + laterMs).toUTCString();
test.each([
  ["seconds", refused(429, { "retry-after": "15" }), 15_500],
  ["seconds on a 503", refused(503, { "retry-after": "2" }), 2_500],
  ["a date", refused(503, { "retry-after": date(20_000) }), 20_500],
  [
    "a date by a clock that is an hour off",
    refused(503, { "retry-after": date(3_620_000), date: date(3_600_000) }),
    20_500,
  ],
  ["a date gone by", refused(503, { "retry-after": date(-20_000) }), 500],
  ["the body", refused(429, {}, '{"error":{"code":"too_many_requests","message":"m","retry_after":15}}'), 15_500],
  ["the header before the body", refused(429, { "retry-after": "3" }, '{"error":{"retry_after":15}}'), 3_500],
  ["an hour", refused(503, { "retry-after": "3600" }), 300_500],
  ["nonsense", refused(503, { "retry-after": "soon" }, "<html>"), 500],
  ["seconds, but on a 502", refused(502, { "retry-after": "15" }), 500],
])("told to wait by %s, the next try comes no earlier", (_, closing, expected) => {
  expect(waits(new Reconnection(new ManualClock(), defaultTiming), [closing])).toEqual([expected]);
});

test.each([
  ["400", [refused(400)], ["end"]],
  ["409", [refused(409)], ["end"]],
  ["409 after an outage", [cut, refused(409)], [500, "end"]],
  ["401 three times", [refused(401), refused(401), refused(401)], [500, 500, "end"]],
  [
    "401 and 403, with an outage between",
    [refused(401), cut, refused(403), refused(503), refused(403)],
    [500, 500, 1_000, 2_000, "end"],
  ],
  [
    "the agent's own rooms refused",
    Array.from({ length: 3 }, () => ({ ...cut, topicRefused: true })),
    [500, 500, "end"],
  ],
])("what ends it: %s", (_, closings, expected) => {
  expect(waits(new Reconnection(new ManualClock(), defaultTiming), closings)).toEqual(expected);
});

test("a connection in between lets 401 be said three times again", () => {
  const reconnection = new Reconnection(new ManualClock(), defaultTiming);
  waits(reconnection, [refused(401), refused(401)]);
  reconnection.connected();
  expect(waits(reconnection, [refused(401), refused(401), refused(401)]).map((wait) => wait === "end")).toEqual([
    false,
    false,
    true,
  ]);
});

test.each([
  [
    "closed in good order and unheard, five times",
    Array.from({ length: 5 }, () => ({ code: 1000, unheard: true })),
    "replaced",
  ],
  ["heard", Array.from({ length: 50 }, () => ({ code: 1000, unheard: false })), "wait"],
  ["cut", Array.from({ length: 50 }, () => ({ code: 1006, unheard: true })), "wait"],
  ["sent away by a restart", Array.from({ length: 50 }, () => ({ code: 1012, unheard: true })), "wait"],
  [
    "closed in good order now and then",
    Array.from({ length: 50 }, (_, index) => ({ code: index % 5 === 4 ? 1006 : 1000, unheard: true })),
    "wait",
  ],
] as const)("connections that were %s: the last word is %s", (_, closings, expected) => {
  const clock = new ManualClock();
  const reconnection = new Reconnection(clock, defaultTiming);
  const verdicts = closings.map((closing) => {
    expect(reconnection.lost({ ...refused(429), unheard: true }).kind).toBe("wait"); // a newcomer that has to wait has lost nothing
    reconnection.connected();
    clock.advance(40_000);
    return reconnection.lost({ ...cut, ...closing }).kind;
  });
  expect(verdicts.slice(0, 4)).toEqual(["wait", "wait", "wait", "wait"]);
  expect(verdicts.at(-1)).toBe(expected);
});

test("a connection that lasted for more than five minutes was not in a duel", () => {
  const clock = new ManualClock();
  const reconnection = new Reconnection(clock, defaultTiming);
  for (let index = 0; index < 50; index += 1) {
    reconnection.connected();
    clock.advance(index % 4 === 3 ? 300_000 : 1_000);
    expect(reconnection.lost({ ...cut, code: 1000, unheard: true }).kind).toBe("wait");
  }
});
