import { expect, test } from "vitest";
import { at, self, storedItem } from "../../test/support/stored-item.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { agentTurns, isLoopNoted, loopStopped } from "./loop-guard.ts";

function agents(...seconds: number[]): StoredItem[] {
  return seconds.map((second) =>
    storedItem({ id: `agent-${second}`, senderId: "parrot", senderKind: "agent", insertedAt: at(second) }),
  );
}

function person(second: number): StoredItem {
  return storedItem({ id: `person-${second}`, senderId: "ada", senderKind: "user", insertedAt: at(second) });
}

function own(second: number): StoredItem {
  return storedItem({ id: `own-${second}`, senderId: self, senderKind: "agent", insertedAt: at(second) });
}

const [message = own(0)] = agents(2_000);

test.each<[string, number, StoredItem[]]>([
  ["the message itself is one", 1, []],
  ["as is each text of an agent before it", 4, agents(1_990, 1_995, 1_999)],
  ["but not what this agent said", 2, [...agents(1_990), own(1_991), own(1_992)]],
  ["nor what was before the last word of a person", 2, [...agents(1_980, 1_985), person(1_990), ...agents(1_995)]],
  ["nor what is older than a quarter of an hour", 2, agents(1_099, 1_100)],
  ["nor what came after the message", 1, [...agents(2_001), person(2_002)]],
  [
    "nor an answer that was waited for",
    2,
    [...agents(1_990), ...agents(1_995).map((item) => ({ ...item, id: "answer" }))],
  ],
  ["nor what was only reported", 1, agents(1_990).map((item) => ({ ...item, type: "task" as const }))],
])("turns that agents started: %s", (_, turns, context) => {
  expect(agentTurns(message, context, { selfId: self, answers: new Set(["answer"]) })).toBe(turns);
});

test("that a loop was stopped is noted once, until a person speaks", () => {
  const { text, metadata } = { metadata: {}, text: "", ...loopStopped(20) };
  expect(text).toContain("20 turns");
  const note = storedItem({ id: "note", type: "task", senderId: self, insertedAt: at(10), metadata });
  expect(isLoopNoted([...agents(9), note], self)).toBe(true);
  expect(isLoopNoted([...agents(9), note, ...agents(11)], self)).toBe(true);
  expect(isLoopNoted([...agents(9), note, person(11)], self)).toBe(false);
  expect(isLoopNoted([...agents(9), { ...note, senderId: "parrot" }], self)).toBe(false);
  expect(isLoopNoted([...agents(9), { ...note, metadata: {} }], self)).toBe(false);
});
