import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/index.ts";
import { keyOf, RawClient } from "../support/raw-client.ts";

async function call(sandbox: Sandbox, as: string, line: string, body?: object): Promise<unknown> {
  const [method = "", path = ""] = line.split(" ");
  const answer = await fetch(`${sandbox.url}/api/v1/agent/chats/${path}`, {
    method,
    headers: { "x-api-key": keyOf(sandbox, as), "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBeLessThan(300);
  return Object(await answer.json()).data;
}

test("everyone in a room hears of its tasks and its goal as REST shows them, once a change is made", async () => {
  await using sandbox = await startSandbox();
  const { id } = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
  const elsewhere = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const topic = `room_tasks:${id}`;
  await using weather = await RawClient.as(sandbox, "weather");
  await using ada = await RawClient.as(sandbox, "ada");
  for (const client of [weather, ada]) {
    await client.join(topic, "7");
    await client.join(`room_tasks:${elsewhere.id}`, "8");
  }

  const heard: unknown[] = [];
  const push = (event: string, payload: unknown) => heard.push(["7", null, topic, event, payload]);
  push("task_created", await call(sandbox, "planner", `POST ${id}/tasks`, { subject: "Choose the place" }));
  push("task_updated", await call(sandbox, "weather", `POST ${id}/tasks/1`, { status: "in_progress" }));
  push("task_updated", await call(sandbox, "planner", `POST ${id}/tasks/1`, { comment: "Near the lake" }));
  push("board_updated", await call(sandbox, "planner", `PUT ${id}/board`, { goal_title: "A relaxed Sunday" }));
  await call(sandbox, "planner", `PUT ${id}/board`, { goal_title: "A relaxed Sunday" }); // the same: no news
  push("task_created", await call(sandbox, "planner", `POST ${id}/tasks`, { subject: "Choose", supersedes_id: "1" }));
  push("task_updated", await call(sandbox, "planner", `GET ${id}/tasks/1`));

  expect(await weather.received()).toEqual(heard);
  expect(await ada.received()).toEqual(heard);
});

test("who is removed hears nothing more, and the others hear of the tasks they leave", async () => {
  await using sandbox = await startSandbox();
  const { id } = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const ids = new Map(sandbox.agents.map((agent) => [agent.handle, agent.id]));
  const topic = `room_tasks:${id}`;
  await call(sandbox, "weather", `POST ${id}/tasks`, { subject: "Choose the place" });
  await call(sandbox, "weather", `POST ${id}/tasks/1`, { status: "in_progress" });
  await using weather = await RawClient.as(sandbox, "weather");
  await using ada = await RawClient.as(sandbox, "ada");
  for (const client of [weather, ada]) await client.join(topic, "7");

  await call(sandbox, "weather", `DELETE ${id}/participants/${ids.get("ada/weather")}`);

  expect(await weather.received()).toEqual([["7", "7", topic, "phx_close", {}]]);
  expect(await ada.received()).toMatchObject([
    ["7", null, topic, "task_updated", { number: 1, assignments: [], overall_status: "pending" }],
  ]);
});
