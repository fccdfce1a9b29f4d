import { ApiError, createRoomClient, isToolFailure, type NewMemory } from "@thenvoi/core";
import { startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { quick } from "../support/start-agent.ts";

/** A planner and a weather agent of one owner in one room. */
async function arrange() {
  const sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
  const clientOf = (name: string) => createRoomClient({ ...sandbox.credentials(name), logger: false, timing: quick });
  const planner = clientOf("planner");
  const tools = planner.room(room.id).tools({ include: "all" });
  const use = (name: string, input: unknown) =>
    tools.find((tool) => tool.name === `thenvoi_${name}`)?.execute(input) ?? Promise.reject(new Error(`no ${name}`));
  return { sandbox, room, planner, weather: clientOf("weather"), use, [Symbol.asyncDispose]: () => sandbox.stop() };
}

describe("the tasks of a room", () => {
  test("are added, worked on, replaced and archived by those in it, and remember how", async () => {
    await using it = await arrange();
    const { tasks } = it.planner.room(it.room.id);
    const first = await tasks.create({ subject: "Choose the place", detail: "Near water" });
    expect(first).toMatchObject({ number: 1, state: "active", status: "pending", assignments: [] });

    const theirs = it.weather.room(it.room.id).tasks;
    const begun = await theirs.update(1, {
      status: "in_progress",
      activeForm: "Comparing two parks",
      comment: "On it",
    });
    expect(begun.assignments).toMatchObject([
      { assignee: { handle: "ada/weather" }, status: "in_progress", activeForm: "Comparing two parks" },
    ]);
    const second = await tasks.create({ subject: "Choose a park", supersedes: first.id });
    expect(await tasks.get(1)).toMatchObject({ state: "superseded", supersededById: second.id });
    expect((await Array.fromAsync(tasks.list())).map(({ number }) => number)).toEqual([2]);
    await tasks.update(second.id, { state: "archived" });
    expect((await Array.fromAsync(tasks.list({ state: "all" }))).map(({ state }) => state)).toEqual([
      "superseded",
      "archived",
    ]);

    const history = await Array.fromAsync(tasks.history(1));
    expect(history[0]).toMatchObject({ event: "created", actor: { handle: "ada/planner" } });
    expect(history.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["created", "status_changed", "commented", "superseded"]),
    );
  });

  test("that are not there answer 404", async () => {
    await using it = await arrange();
    await expect(it.planner.room(it.room.id).tasks.get(7)).rejects.toMatchObject({ status: 404 });
  });

  test("are a model's too", async () => {
    await using it = await arrange();
    expect(await it.use("create_task", { subject: "Choose the place" })).toMatchObject({ task: { number: 1 } });
    expect(await it.use("update_task", { task: 1, status: "in_progress", active_form: "Looking" })).toMatchObject({
      task: { assigned: [{ to: "@ada/planner", status: "in_progress", doing: "Looking" }] },
    });
    expect(await it.use("list_tasks", {})).toMatchObject({ tasks: [{ subject: "Choose the place" }], more: false });
    expect(await it.use("update_task", { task: 9, comment: "?" })).toMatchObject({ error: { code: "not_found" } });
  });
});

describe("the goal of a room", () => {
  test("is set in parts, and remembers how", async () => {
    await using it = await arrange();
    const { board } = it.planner.room(it.room.id);
    expect(await board.get()).toMatchObject({ goalTitle: undefined, updatedBy: undefined });
    await board.setGoal({ goalTitle: "A relaxed Sunday" });
    const both = await it.weather.room(it.room.id).board.setGoal({ goalSummary: "No stress" });
    expect(both).toMatchObject({
      goalTitle: "A relaxed Sunday",
      goalSummary: "No stress",
      createdBy: { handle: "ada/planner" },
      updatedBy: { handle: "ada/weather" },
    });
    expect((await board.history()).map(({ event }) => event)).toEqual(["goal_set", "goal_edited"]);
  });

  test("is a model's too", async () => {
    await using it = await arrange();
    expect(await it.use("get_board", {})).toEqual({ title: null, summary: null });
    expect(await it.use("set_goal", { title: "A day out" })).toEqual({
      title: "A day out",
      summary: null,
      setBy: "@ada/planner",
    });
  });
});

describe("memories", () => {
  const about = {
    content: "Ada prefers vegetarian food",
    thought: "Needed for menu choices",
    system: "long_term",
    type: "semantic",
    segment: "user",
  } as const;

  test("are stored about someone or for all, found again, and ended by the agent that stored them", async () => {
    await using it = await arrange();
    const { memories } = it.planner;
    const ada = (await it.planner.me()).ownerId;
    const stored = await memories.store({ ...about, subjectId: ada, tags: ["food"] });
    expect(await memories.get(stored.id)).toMatchObject({ ...about, subjectId: ada, tags: ["food"], status: "active" });
    const forAll: NewMemory = { ...about, content: "Lunch is at noon", segment: "guideline", scope: "organization" };
    const other = await memories.store(forAll);

    expect((await Array.fromAsync(memories.list({ subjectId: ada, query: "vegetarian" }))).map(({ id }) => id)).toEqual(
      [stored.id],
    );
    await expect(it.weather.memories.archive(stored.id)).rejects.toThrow(ApiError);
    expect(await memories.supersede(stored.id)).toMatchObject({ status: "superseded" });
    expect(await memories.archive(other.id)).toMatchObject({ status: "archived" });
    expect(await Array.fromAsync(memories.list({ subjectId: ada }))).toEqual([]);
  });

  test("are a model's too, which names people by handle, itself as well", async () => {
    await using it = await arrange();
    const { system: _system, type: _type, ...what } = about;
    expect(await it.use("store_memory", { ...what, subject: "@ada" })).toMatchObject({
      stored: { content: about.content, subjectId: (await it.planner.me()).ownerId },
    });
    const self = await it.use("store_memory", {
      ...what,
      content: "I plan",
      segment: "agent",
      subject: "@ada/planner",
    });
    expect(self).toMatchObject({ stored: { subjectId: (await it.planner.me()).id } });
    const found = await it.use("list_memories", { subject: "@ada", query: "vegetarian" });
    expect(found).toMatchObject({ memories: [{ content: about.content }], more: false });
    const unfit = await it.use("store_memory", { ...what, subject: "@ada", system: "sensory", type: "semantic" });
    expect(isToolFailure(unfit)).toBe(true);
    expect(unfit).toMatchObject({ error: { code: "invalid_input", message: expect.stringContaining("iconic") } });
    expect(await it.use("store_memory", { ...what, subject: "@nobody" })).toMatchObject({
      error: { code: "mention.unknown" },
    });
  });
});
