import { readFileSync } from "node:fs";
import { defaultTiming, type Timing } from "@thenvoi/core";
import { expect, test } from "vitest";

const page = readFileSync(new URL("../../../docs/decisions/timings.md", import.meta.url), "utf8");
const cells = new Map(
  page
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2) // the heading and the line under it
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, wait = "", says = ""]) => [wait, says]),
);

const { requestTimeoutMs } = defaultTiming;

/** What the page says of a wait, and the waits that are behind it. */
const rows: readonly { wait: string; from: readonly (keyof Timing)[]; says: string }[] = [
  row("handshake, join", ["handshakeTimeoutMs", "joinTimeoutMs"], (handshake, join) =>
    handshake === join ? handshake : "",
  ),
  row("heartbeat, and its answer", ["heartbeatMs"], (each) => each),
  row(
    "first reconnect",
    ["firstReconnectMs", "firstReconnectAfterRestartMs"],
    (usual, restart) => `0–${usual}, 0–${restart} after code 1012`,
  ),
  row(
    "later ones",
    ["reconnectBaseMs", "reconnectCapMs", "healthyAfterMs"],
    (base, cap, healthy) => `full jitter from ${base}, at most ${cap}, anew after ${healthy} of health`,
  ),
  row(
    "reading a room without a channel",
    ["pollActiveMs", "pollIdleMs"],
    (active, idle) => `${active} at work, ${idle} quiet`,
  ),
  row(
    "audit",
    ["auditMs", "auditRoomMs"],
    (each, room) => `one room ${each === "1 s" ? "a second" : each}, a room every ${room}`,
  ),
  {
    wait: "a read, a mark, a post, an event",
    from: ["requestTimeoutMs"],
    says: listed([requestTimeoutMs.read, requestTimeoutMs.mark, requestTimeoutMs.post, requestTimeoutMs.event]),
  },
  row("between tries", ["retryBaseMs", "retryCapMs"], (base, cap) => `full jitter from ${base}, at most ${cap}`),
  row("before an unanswered post is looked up", ["readBackMs"], (least) => `max(${least}, 2 × p99)`),
  { wait: "after a handler failed", from: ["handlerRetryMs"], says: `${listed(defaultTiming.handlerRetryMs)}, ± 20 %` },
  row("activity", ["activityAfterMs", "activityEveryMs"], (after, every) => `after ${after}, every ${every}`),
  row("a handler that ignores its abort", ["abortGraceMs"], (grace) => grace),
  row(
    "the answer to a question is looked for",
    ["askCheckMs", "askPollMs"],
    (check, poll) => `every ${check}, ${poll} without a live connection`,
  ),
  row("a person's connection that follows no room", ["lingerMs"], (wait) => wait),
  row("a text waits for tool events before it", ["textWaitsForEventsMs"], (wait) => wait),
  row("events hold up a settle", ["eventsFlushMs"], (wait) => wait),
];

test.each(rows)("$wait: $says", ({ wait, says }) => {
  expect(cells.get(wait)).toBe(says);
});

test("every wait stands on the page, save how long a sign of activity may take", () => {
  expect([...cells.keys()]).toEqual(rows.map(({ wait }) => wait));
  const held = rows.flatMap(({ from }) => from);
  expect(Object.keys(defaultTiming).filter((wait) => !held.some((name) => name === wait))).toEqual([
    "activityTimeoutMs",
  ]);
  expect(defaultTiming.activityTimeoutMs).toBe(2_000);
});

/** The waits that are one number each. */
type Wait = { [Name in keyof Timing]: Timing[Name] extends number ? Name : never }[keyof Timing];

function row(wait: string, from: readonly Wait[], says: (...durations: string[]) => string) {
  return { wait, from, says: says(...from.map((name) => spelled(defaultTiming[name]))) };
}

/** `2, 10, 60 s`. */
function listed(durationsMs: readonly number[]): string {
  return `${durationsMs.map((durationMs) => durationMs / 1_000).join(", ")} s`;
}

function spelled(durationMs: number): string {
  if (durationMs < 1_000) return `${durationMs} ms`;
  return durationMs <= 60_000 ? `${durationMs / 1_000} s` : `${durationMs / 60_000} min`;
}
