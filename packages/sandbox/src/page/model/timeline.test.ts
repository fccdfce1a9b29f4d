import { expect, test } from "vitest";
import type { Row } from "../platform/wire.ts";
import type { Entry } from "./entry.ts";
import { Timeline } from "./timeline.ts";

const sender = { id: "weather", kind: "Agent", name: "Weather" } as const;

function row(second: number, type: string, content: string, metadata: Record<string, unknown> = {}): Row {
  return {
    id: `row-${second}-${type}`,
    type,
    content,
    sender,
    metadata,
    at: `2026-01-01T00:${two(second / 60)}:${two(second % 60)}.000000Z`,
  };
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}

const call = (second: number, id: string): Row =>
  row(second, "tool_call", JSON.stringify({ name: "look", args: {}, tool_call_id: id }));
const result = (second: number, id: string): Row =>
  row(second, "tool_result", JSON.stringify({ name: "look", output: second, tool_call_id: id }));

function shown(rows: readonly Row[]): string[] {
  const timeline = new Timeline();
  for (const each of rows) timeline.add(each);
  return timeline.blocks.flat().map(describe);
}

function describe(entry: Entry): string {
  if (entry.kind === "tool") return `${entry.call?.callId ?? "?"} → ${String(entry.result?.output ?? "…")}`;
  return entry.content;
}

test("a list that reads backwards and the same rows live end in the same timeline", () => {
  const rows = Array.from({ length: 300 }, (_, index) => row(index, "thought", String(index)));
  const inOrder = rows.map(({ content }) => content);

  expect(shown(rows)).toEqual(inOrder);
  expect(shown(rows.toReversed())).toEqual(inOrder);
  expect(shown([...rows.slice(100), ...rows.slice(0, 200).toReversed(), ...rows])).toEqual(inOrder);
  expect(shown(rows.toSorted((one, other) => (one.id < other.id ? -1 : 1)))).toEqual(inOrder);
});

test("a change redraws the block it is in, and no other", () => {
  const timeline = new Timeline();
  for (let index = 0; index < 200; index++) timeline.add(row(index, "text", String(index)));
  const before = timeline.blocks;

  timeline.add({ ...row(50, "text", "50"), content: "changed" });

  const changed = timeline.blocks.filter((block, index) => block !== before[index]);
  expect(changed.map((block) => block.some((entry) => describe(entry) === "changed"))).toEqual([true]);
  expect(before.length).toBeGreaterThan(5);
});

test.each([
  ["in order", [call(1, "a"), call(2, "b"), result(3, "b"), result(4, "a")], ["a → 4", "b → 3"]],
  ["the result read first", [result(4, "a"), row(2, "thought", "hm"), call(1, "a")], ["a → 4", "hm"]],
  ["an id used in two turns", [call(1, "a"), result(2, "a"), call(3, "a"), result(4, "a")], ["a → 2", "a → 4"]],
  ["the same, read backwards", [result(4, "a"), call(3, "a"), result(2, "a"), call(1, "a")], ["a → 2", "a → 4"]],
  ["no result yet", [call(1, "a")], ["a → …"]],
  ["a result without its call", [result(4, "a")], ["? → 4"]],
])("a tool call and its result are one entry: %s", (_, rows, expected) => {
  expect(shown(rows)).toEqual(expected);
});

test("an attention is settled by a later one, whichever is read first", () => {
  const asked = row(1, "attention", "Which day?", { kind: "question" });
  const settled = row(2, "attention", "Answered.", { kind: "question", resolves: asked.id, resolution: "answered" });
  for (const rows of [
    [asked, settled],
    [settled, asked],
  ]) {
    const timeline = new Timeline();
    for (const each of rows) timeline.add(each);
    expect(timeline.blocks.flat()).toMatchObject([
      { kind: "attention", content: "Which day?", resolution: "answered" },
    ]);
  }
});

test("what waits is counted by agent, until it is processed", () => {
  const timeline = new Timeline();
  const mentions = ["dana/weather", "dana/planner"].map((handle) => ({ id: handle, handle }));
  const at = (status: object): Row => row(1, "text", "hello", { mentions, delivery_status: status });

  timeline.add(at({}));
  expect(timeline.waiting).toBe(2);
  timeline.add(at({ "dana/weather": { status: "processed" }, "dana/planner": { status: "failed" } }));
  expect(timeline.waiting).toBe(1);
  timeline.add(at({ "dana/weather": { status: "processed" }, "dana/planner": { status: "processed" } }));
  expect(timeline.waiting).toBe(0);
});
