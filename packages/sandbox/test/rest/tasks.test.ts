import { expect, test } from "vitest";
import { z } from "zod";
import type { Agent, Room } from "../../src/world/model.ts";
import { type Answer, Api, detailsOf, idOf, idsOf, metadataOf, outcome } from "./api.ts";

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
const nowhere = "00000000-0000-4000-8000-000000000000";

/** The tasks of one room, as Planner works on them unless said otherwise. */
class Board {
  readonly #api: Api;
  readonly room: Room;

  constructor(api: Api) {
    this.#api = api;
    this.room = api.room(api.planner, api.weather);
  }

  get path(): string {
    return `/agent/chats/${this.room.id}`;
  }

  call(line: string, body?: unknown, as: Agent = this.#api.planner): Promise<Answer> {
    return this.#api.as(as, line.replace(" ", ` ${this.path}/`), body);
  }

  /** A task in each state: 1 is active, 2 cancelled, 3 superseded by 4, which is active, and 5 archived. */
  async fill(): Promise<void> {
    for (const subject of ["active", "to cancel", "to replace"]) await this.call("POST tasks", { subject });
    await this.call("POST tasks", { subject: "replacement", supersedes_id: "3" });
    await this.call("POST tasks", { subject: "to archive" });
    await this.call("POST tasks/2", { state: "cancelled" });
    await this.call("POST tasks/5", { state: "archived" });
  }

  /** The history of a task as `event payload`, oldest first. */
  async history(task: number): Promise<unknown[]> {
    const { data } = events.parse((await this.call(`GET tasks/${task}/history`)).body);
    return data.map(({ event, payload }) => [event, payload]);
  }
}

const actor = z.looseObject({ id: z.string() });
const events = z.object({
  data: z.array(z.strictObject({ event: z.string(), at: z.string(), actor, payload: z.unknown() })),
});
const subjects = z.object({ data: z.array(z.looseObject({ subject: z.string() })) });

test("a new task has a number of its room, nobody on it, and is pending", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  const planner = { id: api.planner.id, type: "Agent", name: "Planner", handle: "dana/planner" };

  const first = await board.call("POST tasks", { subject: "Choose the place", detail: "Two parks to compare" });
  const second = await board.call("POST tasks", { subject: "Buy bread" }, api.weather);

  expect([first.status, first.body]).toEqual([
    201,
    {
      data: {
        id: uuid,
        number: 1,
        chat_room_id: board.room.id,
        subject: "Choose the place",
        detail: "Two parks to compare",
        state: "active",
        overall_status: "pending",
        assignments: [],
        superseded_by_id: null,
        created_by: planner,
        inserted_at: time,
        updated_at: time,
      },
    },
  ]);
  expect(second.body).toMatchObject({ data: { number: 2, detail: "", created_by: { id: api.weather.id } } });
  expect((await new Board(api).call("POST tasks", { subject: "Elsewhere" })).body).toMatchObject({
    data: { number: 1 },
  });
});

test("a task is read by id and by number, whatever its state", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  await board.fill();

  for (const number of [1, 2, 3, 4, 5]) {
    const byNumber = await board.call(`GET tasks/${number}`, undefined, api.weather);
    expect(byNumber.body).toMatchObject({ data: { number } });
    expect((await board.call(`GET tasks/${idOf(byNumber).toUpperCase()}`)).body).toEqual(byNumber.body);
  }
  for (const missing of ["6", "0", "1e0", "%231", nowhere, "99999999999999999999"]) {
    expect(outcome(await board.call(`GET tasks/${missing}`))).toBe("404 not_found");
    expect(outcome(await board.call(`POST tasks/${missing}`, { comment: "hm" }))).toBe("404 not_found");
    expect(outcome(await board.call(`GET tasks/${missing}/history`))).toBe("404 not_found");
  }
});

test("a task of another room is not found, not even by id", async () => {
  await using api = await Api.start();
  const id = idOf(await new Board(api).call("POST tasks", { subject: "Elsewhere" }));
  const board = new Board(api);

  expect(outcome(await board.call(`GET tasks/${id}`))).toBe("404 not_found");
  const replacing = await board.call("POST tasks", { subject: "Here", supersedes_id: id });
  expect(detailsOf(replacing)).toEqual({ "/supersedes_id": ["is not an active task of this chat room"] });
});

test.each([
  ["", ["active", "replacement"]],
  ["?state=active", ["active", "replacement"]],
  ["?state=cancelled", ["to cancel"]],
  ["?state=superseded", ["to replace"]],
  ["?state=archived", ["to archive"]],
  ["?state=all", ["active", "to cancel", "to replace", "replacement", "to archive"]],
])("the list %j holds %j, by number", async (query, expected) => {
  await using api = await Api.start();
  const board = new Board(api);
  await board.fill();

  const answer = await board.call(`GET tasks${query}`);

  expect(subjects.parse(answer.body).data.map(({ subject }) => subject)).toEqual(expected);
  expect(metadataOf(answer)).toMatchObject({ limit: 50, has_more: false, next_cursor: null });
});

test("a task that replaces another leaves it as a record that points to it", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  const old = idOf(await board.call("POST tasks", { subject: "Old" }));

  const next = idOf(await board.call("POST tasks", { subject: "New", supersedes_id: old }, api.weather));

  expect((await board.call("GET tasks/1")).body).toMatchObject({
    data: { state: "superseded", superseded_by_id: next },
  });
  const payload = { state: { from: "active", to: "superseded" }, superseded_by_id: next };
  expect(await board.history(1)).toEqual([
    ["created", { subject: "Old", detail: "" }],
    ["superseded", payload],
  ]);
  for (const again of [old, "1", "7", "x"]) {
    const refused = await board.call("POST tasks", { subject: "Newer", supersedes_id: again });
    expect(detailsOf(refused)).toEqual({ "/supersedes_id": ["is not an active task of this chat room"] });
  }
  expect((await board.call("POST tasks", { subject: "Third" })).body).toMatchObject({ data: { number: 3 } });
});

test("the first status makes an agent an assignee; each has a status of its own, and all make the task's", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  await board.call("POST tasks", { subject: "Choose the place" });

  const joined = await board.call("POST tasks/1", { status: "in_progress", active_form: "Comparing" }, api.weather);
  const weather = { id: api.weather.id, type: "Agent", name: "Weather", handle: "dana/weather" };
  const work = {
    assignee: weather,
    status: "in_progress",
    active_form: "Comparing",
    linked_native_id: "",
    updated_at: time,
  };
  expect(joined.body).toMatchObject({ data: { overall_status: "in_progress", assignments: [work] } });

  const both = await board.call("POST tasks/1", { status: "completed", linked_native_id: "T-7" });
  expect(both.body).toMatchObject({
    data: { overall_status: "in_progress", assignments: [work, { status: "completed", linked_native_id: "T-7" }] },
  });
  const done = await board.call("POST tasks/1", { status: "completed", active_form: "" }, api.weather);
  expect(done.body).toMatchObject({ data: { overall_status: "completed", assignments: [{ active_form: "" }, {}] } });
  expect(await board.history(1)).toEqual([
    ["created", { subject: "Choose the place", detail: "" }],
    ["status_changed", { status: { from: null, to: "in_progress" } }],
    ["status_changed", { status: { from: null, to: "completed" }, linked_native_id: "T-7" }],
    ["status_changed", { status: { from: "in_progress", to: "completed" } }],
  ]);
});

test("what an assignee does now is shown without becoming history", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  await board.call("POST tasks", { subject: "Choose the place" });
  await board.call("POST tasks/1", { status: "in_progress" });

  const shown = await board.call("POST tasks/1", { active_form: "Reading reviews" });

  expect(shown.body).toMatchObject({
    data: { assignments: [{ active_form: "Reading reviews", status: "in_progress" }] },
  });
  expect(await board.history(1)).toHaveLength(2);
});

test("a change that changes nothing leaves no trace", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  await board.call("POST tasks", { subject: "Choose the place" });
  const work = { status: "in_progress", active_form: "Comparing", linked_native_id: "T-7" };
  const before = await board.call("POST tasks/1", work);
  api.news.length = 0;

  const after = await board.call("POST tasks/1", { subject: "Choose the place", detail: "", ...work });

  expect([after.status, after.body]).toEqual([200, before.body]);
  expect(await board.history(1)).toHaveLength(2);
  expect(api.news).toEqual([]);
});

test("one call may edit, report, comment and archive, each a row of history in that order", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  await board.call("POST tasks", { subject: "Choose" });

  const changes = {
    state: "archived",
    comment: "The park",
    status: "completed",
    subject: "Choose the place",
    detail: "By Friday",
  };
  const answer = await board.call("POST tasks/1", changes, api.weather);

  expect(answer.body).toMatchObject({
    data: { state: "archived", subject: "Choose the place", overall_status: "completed" },
  });
  expect(await board.history(1)).toEqual([
    ["created", { subject: "Choose", detail: "" }],
    ["edited", { subject: { from: "Choose", to: "Choose the place" }, detail: { from: "", to: "By Friday" } }],
    ["status_changed", { status: { from: null, to: "completed" } }],
    ["commented", { text: "The park" }],
    ["archived", { state: { from: "active", to: "archived" } }],
  ]);
});

test("an archived task comes back, and is worked on again", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  await board.fill();

  expect((await board.call("POST tasks/5", { state: "active" })).body).toMatchObject({ data: { state: "active" } });
  expect(outcome(await board.call("POST tasks/5", { status: "in_progress" }))).toBe("200");
  expect((await board.history(5)).at(-2)).toEqual(["unarchived", { state: { from: "archived", to: "active" } }]);
});

const notActive = ["needs an active task"];

test.each<[task: number, body: unknown, details: Record<string, string[]>]>([
  [1, {}, { "/": ["at least one field is required"] }],
  [1, undefined, { "/": ["at least one field is required"] }],
  [1, { subject: " " }, { "/subject": ["can't be blank"] }],
  [1, { comment: "\u200b" }, { "/comment": ["can't be blank"] }],
  [1, { active_form: "Comparing" }, { "/active_form": ["needs a status: the first one makes you an assignee"] }],
  [1, { linked_native_id: "T-7" }, { "/linked_native_id": ["needs a status: the first one makes you an assignee"] }],
  [1, { status: "done" }, { "/status": ["Invalid value for enum"] }],
  [1, { state: "superseded" }, { "/state": ["Invalid value for enum"] }],
  [1, { state: "active" }, { "/state": ["only a task that is archived can become active"] }],
  [1, { status: "completed", state: "cancelled" }, { "/state": ["cannot be combined with status"] }],
  [1, { title: "x" }, { "/title": ["Unexpected field: title"] }],
  [1, { subject: null }, { "/subject": ["null value where string expected"] }],
  [2, { status: "pending" }, { "/status": notActive }],
  [2, { subject: "x" }, { "/subject": notActive }],
  [2, { state: "archived" }, { "/state": ["only a task that is active can become archived"] }],
  [2, { state: "active" }, { "/state": ["only a task that is archived can become active"] }],
  [3, { detail: "x" }, { "/detail": notActive }],
  [3, { state: "cancelled" }, { "/state": ["only a task that is active can become cancelled"] }],
  [5, { status: "pending", state: "active" }, { "/status": notActive }],
  [5, { state: "archived" }, { "/state": ["only a task that is active can become archived"] }],
])("of the board's five, task %i refuses %j", async (task, body, details) => {
  await using api = await Api.start();
  const board = new Board(api);
  await board.fill();
  const before = (await board.call(`GET tasks/${task}?include=history`)).body;

  const answer = await board.call(`POST tasks/${task}`, body);

  expect(outcome(answer)).toBe("422 validation_error");
  expect(detailsOf(answer)).toEqual(details);
  expect((await board.call(`GET tasks/${task}?include=history`)).body).toEqual(before);
});

test.each([2, 3, 5])("task %i of the board's five, no longer active, still takes a comment", async (task) => {
  await using api = await Api.start();
  const board = new Board(api);
  await board.fill();

  expect(outcome(await board.call(`POST tasks/${task}`, { comment: "For the record" }, api.weather))).toBe("200");
  expect((await board.history(task)).at(-1)).toEqual(["commented", { text: "For the record" }]);
});

test.each([
  [{}, { "/subject": ["Missing field: subject"] }],
  [{ subject: "\n" }, { "/subject": ["can't be blank"] }],
  [{ subject: "x", supersedes_id: 1 }, { "/supersedes_id": ["Invalid string. Got: integer"] }],
  [{ subject: "x", detail: null }, { "/detail": ["null value where string expected"] }],
  [{ task: { subject: "x" } }, { "/subject": ["Missing field: subject"], "/task": ["Unexpected field: task"] }],
])("a task made of %j is refused", async (body, details) => {
  await using api = await Api.start();
  const board = new Board(api);

  const answer = await board.call("POST tasks", body);

  expect(outcome(answer)).toBe("422 validation_error");
  expect(detailsOf(answer)).toEqual(details);
  expect(idsOf(await board.call("GET tasks?state=all"))).toEqual([]);
});

test("history names who did what as they were called then, and is paged by cursor and by page", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  await board.call("POST tasks", { subject: "Choose the place" });
  for (let number = 1; number <= 4; number++)
    await board.call("POST tasks/1", { comment: `note ${number}` }, api.weather);

  const page = async (query: string) => {
    const answer = await board.call(`GET tasks/1/history?${query}`);
    return { events: events.parse(answer.body).data, metadata: z.looseObject({}).parse(Object(answer.body).metadata) };
  };
  const whole = await page("");
  expect(whole.metadata).toMatchObject({ limit: 50, has_more: false, next_cursor: null, total_count: 5 });
  expect(whole.events.map(({ actor: { id } }) => id)).toEqual([api.planner.id, ...Array(4).fill(api.weather.id)]);
  expect(whole.events.map(({ at }) => at)).toEqual(whole.events.map(({ at }) => at).toSorted());
  expect(whole.events[1]?.actor).toEqual({
    id: api.weather.id,
    type: "Agent",
    name: "Weather",
    handle: "dana/weather",
  });

  const first = await page("limit=3");
  const second = await page(`limit=3&cursor=${String(first.metadata.next_cursor)}`);
  expect([...first.events, ...second.events]).toEqual(whole.events);
  expect([...(await page("page=1&page_size=3")).events, ...(await page("page=2&page_size=3")).events]).toEqual(
    whole.events,
  );
  expect(outcome(await board.call("GET tasks/1/history?cursor=x"))).toBe("422 validation_error");
  expect(outcome(await board.call("GET tasks/1/history?cursor=x&page=1"))).toBe("422 validation_error");
});

test("a task is read with its last hundred events, and whether there are more", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  await board.call("POST tasks", { subject: "Choose the place" });
  const withHistory = z.object({
    data: z.looseObject({
      history: z.array(z.looseObject({ event: z.string(), payload: z.unknown() })),
      history_truncated: z.boolean(),
    }),
  });
  const read = async () => withHistory.parse((await board.call("GET tasks/1?include=history")).body).data;
  const comment = (number: number) =>
    api.world.tasks.update(api.weather, { roomId: board.room.id, task: "1" }, { comment: `note ${number}` });

  for (let number = 1; number <= 99; number++) comment(number);
  const full = await read();
  expect([full.history.length, full.history[0]?.event, full.history_truncated]).toEqual([100, "created", false]);
  comment(100);
  const cut = await read();
  expect([cut.history.length, cut.history_truncated]).toEqual([100, true]);
  expect([cut.history[0]?.payload, cut.history.at(-1)?.payload]).toEqual([{ text: "note 1" }, { text: "note 100" }]);

  expect(Object(Object((await board.call("GET tasks/1")).body).data)).not.toHaveProperty("history");
  expect(outcome(await board.call("GET tasks/1?include=everything"))).toBe("422 validation_error");
});

test("who leaves the room is dropped from its active tasks", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  for (const subject of ["open", "done"]) await board.call("POST tasks", { subject });
  for (const task of [1, 2]) await board.call(`POST tasks/${task}`, { status: "in_progress" }, api.weather);
  await board.call("POST tasks/2", { state: "archived" });

  await board.call(`DELETE participants/${api.weather.id}`);

  expect((await board.call("GET tasks/1")).body).toMatchObject({
    data: { assignments: [], overall_status: "pending" },
  });
  expect((await board.history(1)).at(-1)).toEqual(["dropped", { reason: "left the chat room" }]);
  expect((await board.call("GET tasks/2")).body).toMatchObject({
    data: { assignments: [{ assignee: { id: api.weather.id } }] },
  });
  expect(outcome(await board.call("GET tasks", undefined, api.weather))).toBe("404 not_found");
});

test("an attention event may name a task of its room, by id or number", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  const id = idOf(await board.call("POST tasks", { subject: "Choose the place" }));

  for (const [task_id, expected] of [
    [id, "201"],
    ["1", "201"],
    ["2", "422 validation_error"],
  ] as const) {
    const event = { content: "Which park?", message_type: "attention", metadata: { kind: "question", task_id } };
    expect(outcome(await board.call("POST events", { event }))).toBe(expected);
  }
});

test("a room has no goal until someone sets one; then only what is given changes", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  const planner = { id: api.planner.id, type: "Agent", name: "Planner", handle: "dana/planner" };
  const weather = { id: api.weather.id, type: "Agent", name: "Weather", handle: "dana/weather" };
  const none = {
    goal_title: null,
    goal_summary: null,
    created_by: null,
    updated_by: null,
    inserted_at: null,
    updated_at: null,
  };
  expect((await board.call("GET board?include=history")).body).toEqual({
    data: { chat_room_id: board.room.id, ...none, history: [], history_truncated: false },
  });

  const set = await board.call("PUT board", { goal_title: "A relaxed Sunday" });
  const goal = {
    chat_room_id: board.room.id,
    goal_title: "A relaxed Sunday",
    created_by: planner,
    inserted_at: time,
    updated_at: time,
  };
  expect([set.status, set.body]).toEqual([200, { data: { ...goal, goal_summary: null, updated_by: planner } }]);
  const edited = await board.call("PUT board", { goal_summary: "No cars" }, api.weather);
  expect(edited.body).toEqual({ data: { ...goal, goal_summary: "No cars", updated_by: weather } });
  const again = await board.call("PUT board", { goal_title: "A relaxed Sunday", goal_summary: "No cars" });
  expect(again.body).toEqual(edited.body);

  expect((await board.call("GET board?include=history", undefined, api.weather)).body).toEqual({
    data: {
      ...Object(Object(edited.body).data),
      history: [
        {
          event: "goal_set",
          at: time,
          actor: planner,
          payload: { goal_title: { from: null, to: "A relaxed Sunday" } },
        },
        { event: "goal_edited", at: time, actor: weather, payload: { goal_summary: { from: null, to: "No cars" } } },
      ],
      history_truncated: false,
    },
  });
  expect((await new Board(api).call("GET board")).body).toMatchObject({ data: none });
});

test.each([
  [{}, { "/": ["at least one of goal_title and goal_summary is required"] }],
  [{ goal_title: null }, { "/goal_title": ["null value where string expected"] }],
  [{ goal: "x" }, { "/goal": ["Unexpected field: goal"] }],
])("the goal %j is refused", async (body, details) => {
  await using api = await Api.start();
  const answer = await new Board(api).call("PUT board", body);
  expect(outcome(answer)).toBe("422 validation_error");
  expect(detailsOf(answer)).toEqual(details);
});

test("a list of tasks in no such state is refused", async () => {
  await using api = await Api.start();
  const answer = await new Board(api).call("GET tasks?state=done");
  expect(detailsOf(answer)).toEqual({ "/state": ["Invalid value for enum"] });
});

test("who did something keeps the name of then, and an assignee gets the new one with the next word", async () => {
  await using api = await Api.start();
  const board = new Board(api);
  await board.call("POST tasks", { subject: "Choose the place" });
  await board.call("POST tasks/1", { status: "in_progress" });
  api.world.accounts.describeAgent(api.planner, { name: "Organizer" });

  const before = await board.call("GET tasks/1");
  const after = await board.call("POST tasks/1", { status: "completed" });

  expect(before.body).toMatchObject({ data: { assignments: [{ assignee: { name: "Planner" } }] } });
  expect(after.body).toMatchObject({
    data: { created_by: { name: "Planner" }, assignments: [{ assignee: { name: "Organizer" } }] },
  });
  const { data } = events.parse((await board.call("GET tasks/1/history")).body);
  expect(data.map(({ actor: { name } }) => name)).toEqual(["Planner", "Planner", "Organizer"]);
});
