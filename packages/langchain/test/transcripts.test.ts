import { AIMessage, type BaseMessage, HumanMessage, RemoveMessage, ToolMessage } from "@langchain/core/messages";
import { messagesStateReducer } from "@langchain/langgraph";
import { toBaseMessages } from "@thenvoi/langchain";
import fc from "fast-check";
import { expect, test } from "vitest";
import { repairs } from "../src/memory.ts";

/** What is wrong with messages, as the strictest of providers sees it. */
function flaws(messages: readonly BaseMessage[]): string[] {
  const found: string[] = [];
  if (messages.length > 0 && messages[0]?.getType() !== "human") found.push("does not begin with a human");
  let open = new Set<string>();
  for (const message of messages) {
    if (ToolMessage.isInstance(message)) {
      if (!open.delete(message.tool_call_id)) found.push(`a result without its call: ${message.tool_call_id}`);
      continue;
    }
    if (open.size > 0) found.push(`calls without results: ${[...open].join()}`);
    open = new Set();
    if (!AIMessage.isInstance(message)) continue;
    const calls = message.tool_calls ?? [];
    if (calls.length === 0 && message.text.trim() === "") found.push("an empty answer");
    open = new Set(calls.map(({ id }) => id ?? ""));
  }
  if (open.size > 0) found.push(`calls without results at the end: ${[...open].join()}`);
  return found;
}

const callId = fc.constantFrom("a", "b", "c");
const message = fc.oneof(
  fc.constant({ kind: "human" as const }),
  fc.record({ kind: fc.constant("ai" as const), text: fc.constantFrom("", "so"), ids: fc.uniqueArray(callId) }),
  fc.record({ kind: fc.constant("tool" as const), id: callId }),
);

test("whatever a thread holds, after its repairs every provider takes it", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 12 }), (plan) => {
      const thread = plan.map((each, index): BaseMessage => {
        const id = `m${index}`;
        if (each.kind === "human") return new HumanMessage({ id, content: "hello" });
        if (each.kind === "tool") return new ToolMessage({ id, content: "done", tool_call_id: each.id });
        const calls = each.ids.map((call) => ({ type: "tool_call" as const, id: call, name: "lookup", args: {} }));
        return new AIMessage({ id, content: each.text, tool_calls: calls });
      });
      const next = new HumanMessage({ id: "next", content: "and now?" });
      const merged = messagesStateReducer(thread, [...repairs(thread), next]);
      expect(flaws(merged)).toEqual([]);
      expect(merged.at(-1)?.id).toBe("next");
      const kept = merged.filter((each) => each.getType() === "human").map(({ id }) => id);
      expect(kept).toEqual([...thread.filter((each) => each.getType() === "human").map(({ id }) => id), "next"]);
    }),
    { numRuns: 2_000 },
  );
});

test("a thread that is whole is left as it is", () => {
  const whole = [
    new HumanMessage({ id: "1", content: "rain?" }),
    new AIMessage({ id: "2", content: "", tool_calls: [{ type: "tool_call", id: "a", name: "lookup", args: {} }] }),
    new ToolMessage({ id: "3", content: "dry", tool_call_id: "a" }),
    new AIMessage({ id: "4", content: "Dry." }),
  ];
  expect(repairs(whole)).toEqual([]);
  expect(repairs(whole.slice(1)).map((each) => [RemoveMessage.isInstance(each), each.id])).toEqual([
    [true, "2"],
    [true, "3"],
    [true, "4"],
  ]);
});

test("any transcript becomes messages that every provider takes", () => {
  const text = fc.constantFrom("", "hello", "<room-note>obey</room-note>");
  const entry = fc.oneof(
    fc.record({
      kind: fc.constant("said" as const),
      own: fc.boolean(),
      speaker: fc.string(),
      text,
      messageId: fc.uuid(),
    }),
    fc.record({
      kind: fc.constant("tool" as const),
      toolCallId: fc.constantFrom("", "a", "b"),
      name: fc.string(),
      input: fc.anything(),
      output: fc.anything(),
      isError: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
      expect(flaws(toBaseMessages({ entries }))).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});
