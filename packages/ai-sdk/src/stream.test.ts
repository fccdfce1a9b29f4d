import type { RoomEventInput } from "@thenvoi/core";
import { describe, expect, test } from "vitest";
import { type RunOutcome, StreamReader, stepLimit, toRoomEvents } from "./stream.ts";

interface Part {
  readonly type: string;
  readonly [field: string]: unknown;
}

const call = (id: string, extra: object = {}): Part => ({
  type: "tool-call",
  toolCallId: id,
  toolName: "look",
  input: { id },
  ...extra,
});
const result = (id: string, extra: object = {}): Part => ({
  type: "tool-result",
  toolCallId: id,
  toolName: "look",
  output: id,
  ...extra,
});
const text = (words: string): Part[] => [
  { type: "text-start", id: "t" },
  { type: "text-delta", id: "t", text: words },
  { type: "text-end", id: "t" },
];
const step = (finishReason: string, ...parts: readonly Part[]): Part[] => [
  { type: "start-step" },
  ...parts,
  { type: "finish-step", finishReason },
];
const finish = (finishReason: string): Part => ({ type: "finish", finishReason });
const approval = (id: string, extra: object = {}): Part => ({
  type: "tool-approval-request",
  approvalId: `a-${id}`,
  toolCall: { toolCallId: id, toolName: "look", input: { id } },
  ...extra,
});

/** Events in short: `call 1`, `result 1`, `error 1`, `thought …`. */
function short(event: RoomEventInput): string {
  if (event.type === "tool_call") return `call ${event.toolCallId}`;
  if (event.type === "tool_result") return `${event.isError === true ? "error" : "result"} ${event.toolCallId}`;
  return event.type === "error" ? `failure ${event.errorCode}` : `${event.type} ${"text" in event ? event.text : ""}`;
}

function play(parts: readonly Part[], thrown?: unknown): { readonly events: string[]; readonly outcome: RunOutcome } {
  const reader = new StreamReader();
  const events = parts.flatMap((part) => reader.read(part));
  const end = reader.end(thrown === undefined ? undefined : { error: thrown });
  return { events: [...events, ...end.events].map(short), outcome: end.outcome };
}

describe("what is reported of a run", () => {
  test.each<[string, readonly Part[], readonly string[]]>([
    ["nothing, of a plain answer", [...step("stop", ...text("Hi.")), finish("stop")], []],
    [
      "one thought for a block of reasoning, none for an empty one",
      step(
        "stop",
        { type: "reasoning-start", id: "r" },
        { type: "reasoning-delta", id: "r", text: "a" },
        { type: "reasoning-delta", id: "r", text: "b" },
        { type: "reasoning-end", id: "r" },
        { type: "reasoning-start", id: "s" },
        { type: "reasoning-end", id: "s" },
      ),
      ["thought ab"],
    ],
    [
      "text beside calls as a thought, before the call it led to",
      [...step("tool-calls", ...text("Looking."), call("1"), result("1")), ...step("stop", ...text("Done."))],
      ["thought Looking.", "call 1", "result 1"],
    ],
    [
      "text after calls as a thought, once the model goes on",
      [...step("tool-calls", call("1"), ...text("Hm."), result("1")), ...step("stop", ...text("Done."))],
      ["call 1", "result 1", "thought Hm."],
    ],
    [
      "results before later calls",
      [call("1"), result("1"), call("2"), result("2")],
      ["call 1", "result 1", "call 2", "result 2"],
    ],
    [
      "only the last of several results",
      [call("1"), result("1", { preliminary: true }), result("1")],
      ["call 1", "result 1"],
    ],
    [
      "an invalid call and its error, each once",
      [
        call("1", { invalid: true }),
        call("1"),
        { type: "tool-error", toolCallId: "1", toolName: "look", error: new Error("no") },
        result("1"),
      ],
      ["call 1", "error 1"],
    ],
    ["a result without a call", [result("1")], ["result 1"]],
    ["a denial", [call("1"), { type: "tool-output-denied", toolCallId: "1", toolName: "look" }], ["call 1", "error 1"]],
    [
      "a failure of one of our tools",
      [call("1"), result("1", { output: { error: { code: "x", message: "y" } } })],
      ["call 1", "error 1"],
    ],
    [
      "an answer that merely has an error in it",
      [call("1"), result("1", { output: { error: "none" } })],
      ["call 1", "result 1"],
    ],
    [
      "a call that nobody runs, closed at the end",
      [...step("tool-calls", call("1")), finish("tool-calls")],
      ["call 1", "error 1"],
    ],
    [
      "a call cut off by the length limit, closed",
      [...step("length", call("1")), finish("length")],
      ["call 1", "error 1"],
    ],
    ["a call of a step that failed, closed", [call("1"), { type: "error", error: "x" }], ["call 1", "error 1"]],
    ["a call that was aborted, closed", [call("1"), { type: "abort" }], ["call 1", "error 1"]],
    ["nothing for a call that waits for a person", [...step("tool-calls", call("1"), approval("1"))], ["call 1"]],
    [
      "nothing for parts that nobody knows yet",
      [{ type: "telepathy", text: "?" }, { type: "ping" }, { type: "raw", rawValue: 1 }],
      [],
    ],
  ])("%s", (_, parts, events) => {
    expect(play(parts).events).toEqual(events);
  });
});

describe("how a run ended", () => {
  test.each<[string, readonly Part[], Partial<RunOutcome> & { readonly kind: RunOutcome["kind"] }]>([
    [
      "with an answer",
      [...step("stop", ...text("Hi.")), finish("stop")],
      { kind: "finished", text: "Hi.", isStepLimit: false },
    ],
    [
      "with the text of the last step only",
      [...step("tool-calls", ...text("a"), call("1"), result("1")), ...step("stop", ...text("b"))],
      { kind: "finished", text: "b" },
    ],
    ["without `finish`, by its last step", step("stop", ...text("Hi.")), { kind: "finished", finishReason: "stop" }],
    [
      "at the step limit",
      [...step("tool-calls", call("1"), result("1")), finish("tool-calls")],
      { kind: "finished", isStepLimit: true, steps: 1, text: "" },
    ],
    [
      "held back for a person",
      [...step("tool-calls", call("1"), approval("1")), finish("tool-calls")],
      { kind: "finished", isStepLimit: false },
    ],
    [
      "decided without a person",
      [...step("tool-calls", call("1"), approval("1", { isAutomatic: true }), result("1"))],
      { kind: "finished", approvals: [] },
    ],
    [
      "failed, also when `finish` follows",
      [{ type: "error", error: "x" }, ...step("error"), finish("error")],
      { kind: "failed", error: "x", isCut: false },
    ],
    ["aborted", [...text("ha"), { type: "abort", reason: "enough" }], { kind: "aborted", reason: "enough" }],
    [
      "broken off in its text",
      step("other", { type: "text-start", id: "t" }, { type: "text-delta", id: "t", text: "ha" }),
      { kind: "failed", isCut: true },
    ],
  ])("%s", (_, parts, outcome) => {
    expect(play(parts).outcome).toMatchObject(outcome);
  });

  test("an iteration that throws is a failure, and what there was of a text is kept, marked", () => {
    const { events, outcome } = play(
      [
        { type: "text-start", id: "t" },
        { type: "text-delta", id: "t", text: "ha" },
      ],
      "reset",
    );
    expect(events).toEqual(["thought ha … [broken off]"]);
    expect(outcome).toMatchObject({ kind: "failed", error: "reset", isCut: true });
  });

  test("what a model ended with before a message reached it stays part of its answer", () => {
    const parts = [...step("stop", ...text("One.")), { type: "steering-message" }, ...step("stop", ...text("Two."))];
    expect(play(parts)).toMatchObject({ events: [], outcome: { text: "One.\n\nTwo." } });
  });
});

test("a call that was refused is closed once, also when the run that goes on tells it again", () => {
  const reader = new StreamReader();
  for (const part of step("tool-calls", call("1"), approval("1"))) reader.read(part);
  expect(reader.end().outcome).toMatchObject({
    approvals: [{ approvalId: "a-1", toolName: "look", input: { id: "1" } }],
  });
  expect(reader.deny("1", "No.").map(short)).toEqual(["error 1"]);
  reader.begin({ resumed: true });
  expect(reader.read({ type: "tool-output-denied", ...{ toolCallId: "1", toolName: "look" } })).toEqual([]);
});

test("an id that comes again in another conversation of the turn is another call", () => {
  let count = 0;
  const reader = new StreamReader((id) => {
    count += 1;
    return `${id}-${count}`;
  });
  const seen = [call("1"), result("1")].flatMap((part) => reader.read(part));
  reader.end();
  reader.begin();
  const again = [call("1"), result("1")].flatMap((part) => reader.read(part));
  expect([...seen, ...again].map(short)).toEqual(["call 1-1", "result 1-1", "call 1-2", "result 1-2"]);
});

test("as a generator it gives the events, then the step limit, and returns the outcome", async () => {
  const events: RoomEventInput[] = [];
  const stream = toRoomEvents(partsOf([...step("tool-calls", call("1"), result("1")), finish("tool-calls")]));
  let next = await stream.next();
  for (; next.done !== true; next = await stream.next()) events.push(next.value);
  expect(events.map(short)).toEqual(["call 1", "result 1", "failure step_limit"]);
  expect(next.value).toMatchObject({ kind: "finished", isStepLimit: true });
  expect(events.at(-1)).toEqual(stepLimit(1));
});

async function* partsOf(parts: readonly Part[]): AsyncGenerator<Part> {
  yield* parts;
}
