import { expect, test } from "vitest";
import { wireFixture } from "../../test/wire-fixture.ts";
import { WireError } from "../errors.ts";
import { parseMemory } from "./memory.ts";
import { parsePage, parseResource } from "./page.ts";

const id = "d1e2f304-1526-4374-8596-a7b8c9d0e1f2";

test("a memory as the platform shows it", () => {
  expect(parseMemory(parseResource(wireFixture("memory").data))).toEqual({
    id,
    content: "Dana prefers vegetarian food",
    thought: "Needed for menu choices",
    system: "long_term",
    type: "semantic",
    segment: "user",
    scope: "subject",
    status: "active",
    subjectId: "1f0c2a54-8d0e-4b7e-9a51-3d6f0f3c1a01",
    sourceAgentId: "6c1d9be2-0a47-4e0f-b1f3-5ab2c7d9e011",
    tags: ["food"],
    metadata: { tags: ["food"] },
    insertedAt: "2026-08-03T10:10:00.000000Z",
  });
});

test("no memories", () => {
  expect(parsePage(wireFixture("memories-none").data)).toMatchObject({ rows: [], hasMore: false });
});

test("what a memory lacks reads as not there, except its id and content", () => {
  expect(parseMemory({ id, content: "x", metadata: { tags: "food" } })).toMatchObject({
    status: "active",
    thought: undefined,
    subjectId: undefined,
    tags: [],
  });
  expect(() => parseMemory({ id })).toThrow(WireError);
  expect(() => parseMemory({ content: "x" })).toThrow(WireError);
});
