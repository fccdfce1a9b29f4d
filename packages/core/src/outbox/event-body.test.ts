import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RoomEventInput } from "../model/room-event.ts";
import { type EventBody, eventBody } from "./event-body.ts";

const call = (input: unknown): RoomEventInput => ({ type: "tool_call", toolCallId: "c1", name: "forecast", input });
const result = (output: unknown, isError?: boolean): RoomEventInput => ({
  ...{ type: "tool_result", toolCallId: "c1", name: "forecast", output },
  ...(isError === undefined ? {} : { isError }),
});

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

test.each<[string, RoomEventInput, EventBody]>([
  ["a thought", { type: "thought", text: "Hm." }, { type: "thought", content: "Hm." }],
  ["a blank thought", { type: "thought", text: " \n" }, { type: "thought", content: "(no content)" }],
  [
    "a tool call",
    call({ place: "Lyon" }),
    {
      type: "tool_call",
      content: '{"name":"forecast","args":{"place":"Lyon"},"tool_call_id":"c1"}',
      metadata: { id: "c1", type: "function", function: { name: "forecast", arguments: { place: "Lyon" } } },
    },
  ],
  [
    "a result",
    result({ rain: false }),
    {
      type: "tool_result",
      content: '{"name":"forecast","output":{"rain":false},"tool_call_id":"c1"}',
      metadata: { success: true, message: "ok" },
    },
  ],
  [
    "a failed result",
    result("no such place", true),
    {
      type: "tool_result",
      content: '{"name":"forecast","output":"no such place","tool_call_id":"c1","is_error":true}',
      metadata: { success: false, message: "failed" },
    },
  ],
  [
    "an error",
    { type: "error", text: "No.", errorCode: "no_answer", details: { tries: 2 } },
    { type: "error", content: "No.", metadata: { error_code: "no_answer", details: { tries: 2 } } },
  ],
  ["a task", { type: "task", text: "Half done." }, { type: "task", content: "Half done." }],
  [
    "a call for attention",
    { type: "attention", text: "May I?", attention: "question", blocking: true },
    { type: "attention", content: "May I?", metadata: { kind: "question", blocking: true } },
  ],
])("%s is written as the platform's readers expect", (_, input, expected) => {
  expect(eventBody(input)).toEqual(expected);
});

describe("a value that JSON can't hold", () => {
  test.each<[string, unknown, unknown]>([
    ["nothing", undefined, null],
    ["a cycle", cyclic, "[object Object]"],
    ["a big integer", 12n, "12"],
    ["a function", () => {}, null],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["no number", Number.NaN, null],
  ])("%s is told as far as it goes", (_, value, expected) => {
    expect(JSON.parse(eventBody(result(value)).content)).toMatchObject({ output: expected });
  });
});

describe("what is too long", () => {
  const long = "x".repeat(100_000);

  test("is cut inside the values, so that the rest and the JSON remain", () => {
    const body = JSON.parse(eventBody(call({ first: long, second: "short", list: [long, 7] })).content);
    expect(body).toMatchObject({ name: "forecast", tool_call_id: "c1", args: { second: "short", list: [{}, 7] } });
    expect(body.args.first).toMatch(/^x+ … \[cut\]$/u);
  });

  test("in too many values is cut as a whole", () => {
    const many = Array.from({ length: 20_000 }, (_, index) => index);
    const body = JSON.parse(eventBody(result(many)).content);
    expect(body.output).toMatch(/^\[0,1,2.* … \[cut\]$/u);
  });

  test("never ends in half a character", () => {
    for (const text of ["😀".repeat(20_000), `x${"😀".repeat(20_000)}`])
      expect(eventBody({ type: "thought", text }).content.isWellFormed()).toBe(true);
  });

  test("whatever it is, stays below the platform's limits and can be read", () => {
    const value = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true });
    const bulk = fc.tuple(fc.constantFrom(1, 50, 30_000), fc.constantFrom("x", "é", "😀", '"', "\u0000"), value);
    fc.assert(
      fc.property(bulk, ([times, unit, extra]) => {
        const input = { text: unit.repeat(times), extra, list: Array.from({ length: 5 }, () => unit.repeat(times)) };
        for (const body of [
          eventBody(call(input)),
          eventBody(result(input)),
          eventBody({ type: "task", text: "t", metadata: input }),
          eventBody({ type: "error", text: unit.repeat(times), details: input }),
        ]) {
          expect(body.content.length).toBeLessThanOrEqual(16_384);
          expect(Buffer.byteLength(JSON.stringify(body.metadata ?? {}))).toBeLessThanOrEqual(65_536);
          if (body.type.startsWith("tool_")) expect(JSON.parse(body.content)).toMatchObject({ tool_call_id: "c1" });
        }
      }),
      { numRuns: 150 },
    );
  });
});
