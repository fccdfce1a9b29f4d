import { afterAll, beforeAll, expect, test } from "vitest";
import { boardOf } from "../../src/rest/board.ts";
import type { RestClient } from "../../src/rest/client.ts";
import { tasksOf } from "../../src/rest/tasks.ts";
import { wireFixture } from "../wire-fixture.ts";
import { bench, collect, roomId } from "./client-under-test.ts";
import { json, UnreliableServer } from "./unreliable-server.ts";

const path = `/api/v1/agent/chats/${roomId}`;
const taskId = "f3041526-3748-4596-a7b8-c9d0e1f20314";

let server: UnreliableServer;
beforeAll(async () => {
  server = await UnreliableServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const tasks = (client: RestClient) => tasksOf(client, roomId);
const board = (client: RestClient) => boardOf(client, roomId);

test.each<[string, (client: RestClient) => Promise<unknown>, string, unknown, string]>([
  ["a task by number", (client) => tasks(client).get(1), `GET ${path}/tasks/1`, undefined, "task"],
  ["a task by id", (client) => tasks(client).get(taskId), `GET ${path}/tasks/${taskId}`, undefined, "task"],
  [
    "a new task",
    (client) => tasks(client).create({ subject: "Choose the place" }),
    `POST ${path}/tasks`,
    wireFixture("task-create-request").data,
    "task",
  ],
  [
    "a task in place of another",
    (client) => tasks(client).create({ subject: "Choose a park", detail: "With shade", supersedes: 1 }),
    `POST ${path}/tasks`,
    { subject: "Choose a park", detail: "With shade", supersedes_id: 1 },
    "task",
  ],
  [
    "work on a task",
    (client) => tasks(client).update(1, { status: "in_progress", activeForm: "Comparing two parks" }),
    `POST ${path}/tasks/1`,
    wireFixture("task-update-request").data,
    "task-updated",
  ],
  [
    "everything else about a task",
    (client) =>
      tasks(client).update(taskId, { comment: "c", subject: "s", detail: "d", linkedNativeId: "n", state: "archived" }),
    `POST ${path}/tasks/${taskId}`,
    { comment: "c", subject: "s", detail: "d", linked_native_id: "n", state: "archived" },
    "task-updated",
  ],
  ["the board", (client) => board(client).get(), `GET ${path}/board`, undefined, "board"],
  [
    "a goal",
    (client) => board(client).setGoal({ goalTitle: "A relaxed Sunday" }),
    `PUT ${path}/board`,
    wireFixture("board-put-request").data,
    "board",
  ],
  [
    "a goal's summary",
    (client) => board(client).setGoal({ goalSummary: "No stress" }),
    `PUT ${path}/board`,
    { goal_summary: "No stress" },
    "board",
  ],
  ["a board's history", (client) => board(client).history(), `GET ${path}/board?include=history`, undefined, "board"],
])("%s is asked for as the platform's description shows", async (_, call, request, body, answer) => {
  server.meet(json(200, wireFixture(answer).data));
  await call(bench(server.origin).client);
  const [received] = server.received;
  expect(`${received?.method} ${received?.target}`).toBe(request);
  if (body === undefined) expect(received?.body).toBe("");
  else expect(JSON.parse(received?.body ?? "")).toEqual(body);
  expect(server.received).toHaveLength(1);
});

test("tasks are listed by cursor, in a state if one is asked for", async () => {
  const task = wireFixture("task-updated").data;
  const row = typeof task === "object" && task !== null && "data" in task ? task.data : undefined;
  server.meet(
    json(200, { data: [row], metadata: { has_more: true, next_cursor: "n", limit: 100 } }),
    json(200, { data: [row], metadata: { has_more: false, next_cursor: null, limit: 100 } }),
  );
  const found = await collect(tasks(bench(server.origin).client).list({ state: "all" }));
  expect(found).toMatchObject([{ number: 1, status: "in_progress" }]);
  expect(server.received.map(({ target }) => target)).toEqual([
    `${path}/tasks?state=all&limit=100`,
    `${path}/tasks?state=all&limit=100&cursor=n`,
  ]);
});

test("a task's history is walked to its end, each entry once although none has an id", async () => {
  const history = wireFixture("task-history").data;
  const rows = typeof history === "object" && history !== null && "data" in history ? history.data : undefined;
  const page = (next: string | null) => ({ data: rows, metadata: { has_more: next !== null, next_cursor: next } });
  server.meet(json(200, page("n")), json(200, page(null)));
  const found = await collect(tasks(bench(server.origin).client).history(1));
  expect(found.map(({ event }) => event)).toEqual(["created", "status_changed"]);
  expect(server.received).toHaveLength(2);
});

test.each([0, -1, 1.5, Number.NaN, "1", "../board"])("a task called %j never becomes a request", async (task) => {
  server.meet(json(200, wireFixture("task").data));
  await expect((async () => tasks(bench(server.origin).client).get(task))()).rejects.toThrow(/task .*must be/u);
  expect(server.received).toEqual([]);
});
