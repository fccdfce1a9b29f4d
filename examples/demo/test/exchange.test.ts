import { expect, test } from "vitest";
import { type Shown, shortcomings } from "../src/exchange.ts";

const asScripted = { isScripted: true };
const result = (tool: string, id: string, more: object) => JSON.stringify({ name: tool, tool_call_id: id, ...more });

const promised: Shown = {
  timeline: [
    { from: "dana", type: "text", text: "@planner a picnic?" },
    { from: "planner", type: "thought", content: "The weather first." },
    { from: "planner", type: "tool_call", content: result("ask_weather", "1", {}) },
    { from: "planner", type: "text", text: "@weather rain?" },
    { from: "weather", type: "thought", content: "I look." },
    { from: "weather", type: "tool_call", content: result("forecast", "1", {}) },
    { from: "weather", type: "tool_result", content: result("forecast", "1", { is_error: true }) },
    { from: "weather", type: "tool_call", content: result("forecast", "2", {}) },
    { from: "weather", type: "tool_result", content: result("forecast", "2", { output: { highCelsius: 24 } }) },
    { from: "weather", type: "text", text: "@planner dry." },
    { from: "planner", type: "tool_result", content: result("ask_weather", "1", { output: "dry." }) },
    { from: "planner", type: "text", text: "@dana a picnic!" },
  ],
  deliveries: [{ messageId: "1", text: "@planner a picnic?", status: "processed", attempts: [] }],
};

test("an exchange as promised has no shortcomings", () => {
  expect(shortcomings(promised, asScripted)).toEqual([]);
});

test("any moment that is missing is told", () => {
  for (const [index] of promised.timeline.entries()) {
    const timeline = promised.timeline.toSpliced(index, 1);
    expect(shortcomings({ ...promised, timeline }, asScripted)).not.toEqual([]);
  }
});

test("moments out of turn are told", () => {
  for (const [index, item] of promised.timeline.entries()) {
    const timeline =
      index === 0 ? [] : promised.timeline.with(index, promised.timeline[index - 1] ?? item).with(index - 1, item);
    expect(shortcomings({ ...promised, timeline }, asScripted)).not.toEqual([]);
  }
});

test("a call with two results, one with none, and a message not settled are told", () => {
  const closing = promised.timeline.slice(-2, -1);
  const opening = promised.timeline.slice(5, 6).map((item) => ({ ...item, content: result("forecast", "3", {}) }));
  const timeline = [...promised.timeline, ...closing, ...opening];
  const deliveries = promised.deliveries.map((each) => ({ ...each, status: "failed" as const }));
  expect(shortcomings({ timeline, deliveries }, asScripted)).toEqual([
    "The call of ask_weather by planner has 2 results",
    "The call of forecast by weather has 0 results",
    '"@planner a picnic?" is failed, not processed',
  ]);
});

test("a real model may answer without showing thoughts", () => {
  const timeline = promised.timeline.filter(({ type }) => type !== "thought");
  expect(shortcomings({ ...promised, timeline }, { isScripted: false })).toEqual([]);
});
