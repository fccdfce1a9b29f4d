import { describe, expect, test } from "vitest";
import { wireFixture } from "../../test/wire-fixture.ts";
import { WireError } from "../errors.ts";
import { parseBoard, parseBoardHistory } from "./board.ts";
import { parsePage, parseResource } from "./page.ts";
import { parseHistoryEntry, parseTask } from "./task.ts";

const roomId = "c4d5e6f7-1829-4a3b-8c4d-5e6f708192a3";
const planner = {
  id: "6c1d9be2-0a47-4e0f-b1f3-5ab2c7d9e011",
  kind: "agent",
  name: "Planner",
  handle: "dana/planner",
} as const;
const weather = {
  id: "7e8f10a3-2b4c-4d5e-9f60-718293a4b512",
  kind: "agent",
  name: "Weather",
  handle: "dana/weather",
} as const;
const resource = (name: string) => parseResource(wireFixture(name).data);

describe("tasks and the board as the platform shows them", () => {
  const task = {
    id: "f3041526-3748-4596-a7b8-c9d0e1f20314",
    number: 1,
    roomId,
    subject: "Choose the place",
    detail: "",
    state: "active",
    status: "pending",
    assignments: [],
    createdBy: planner,
    supersededById: undefined,
    insertedAt: "2026-08-03T10:12:00.000000Z",
    updatedAt: "2026-08-03T10:12:00.000000Z",
  } as const;

  test("a task that nobody has begun", () => expect(parseTask(resource("task"), { roomId })).toEqual(task));

  test("a task at work", () => {
    const assignment = {
      assignee: weather,
      status: "in_progress",
      activeForm: "Comparing two parks",
      linkedNativeId: "",
      updatedAt: "2026-08-03T10:13:00.000000Z",
    };
    expect(parseTask(resource("task-updated"), { roomId })).toEqual({
      ...task,
      status: "in_progress",
      assignments: [assignment],
    });
  });

  test("the history of a task", () => {
    const entries = parsePage(wireFixture("task-history").data).rows.map(parseHistoryEntry);
    expect(entries).toMatchObject([
      { event: "created", actor: planner, payload: { subject: "Choose the place" } },
      { event: "status_changed", actor: weather, payload: { status: { from: null, to: "in_progress" } } },
    ]);
  });

  test("the board", () => {
    expect(parseBoard(resource("board"))).toEqual({
      goalTitle: "A relaxed Sunday",
      goalSummary: undefined,
      createdBy: planner,
      updatedBy: planner,
      insertedAt: "2026-08-03T10:14:00.000000Z",
      updatedAt: "2026-08-03T10:14:00.000000Z",
    });
  });

  test("the board before a goal was set", () => {
    expect(new Set(Object.values(parseBoard(resource("board-unset"))))).toEqual(new Set([undefined]));
    expect(parseBoardHistory(resource("board-unset"))).toEqual([]);
  });

  test("the board's history, where it is asked for", () => {
    const entry = {
      event: "goal_set",
      actor: { id: planner.id, type: "Agent", name: "Planner" },
      at: "t",
      payload: {},
    };
    expect(parseBoardHistory({ history: [entry] })).toMatchObject([{ event: "goal_set", actor: { name: "Planner" } }]);
  });
});

describe("tasks that lack or garble something", () => {
  test("are read as far as they can be", () => {
    const body = { id: roomId, number: 7, state: "paused", overall_status: 3, assignments: [null, { status: "x" }] };
    expect(parseTask(body, { roomId })).toMatchObject({
      number: 7,
      roomId,
      subject: "",
      state: "other",
      status: "other",
      assignments: [],
      createdBy: { id: "", name: "" },
    });
  });

  test.each([
    ["a task without a number", () => parseTask({ id: roomId }, { roomId })],
    ["a task without an id", () => parseTask({ number: 1 }, { roomId })],
    ["an entry that says nothing", () => parseHistoryEntry({ at: "t" })],
  ])("%s is refused", (_, read) => expect(read).toThrow(WireError));
});
