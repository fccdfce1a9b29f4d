import { expect, test } from "vitest";
import { startSandbox } from "../../src/index.ts";
import { keyOf, RawClient, refusedUpgrade } from "../support/raw-client.ts";

async function withWeather() {
  const sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const { agentId } = sandbox.credentials("weather");
  return { sandbox, room, agentId, control: `agent_control:${agentId}` };
}

test("a second connection of an agent supersedes the first, which is told on its control topic and closed with 1000", async () => {
  const { sandbox, agentId, control } = await withWeather();
  await using _sandbox = sandbox;
  const first = await RawClient.as(sandbox, "weather");
  await first.join(control, "1");
  await using second = await RawClient.as(sandbox, "weather");
  expect(await first.untilClosed()).toEqual({
    code: 1000,
    frames: [
      [
        "1",
        null,
        control,
        "supersede",
        {
          reason: "session.already_connected",
          message: expect.stringMatching(/./),
          retryable: false,
          retry_after: 15,
          target_socket_id: `agent_socket:${agentId}`,
          correlation_id: expect.stringMatching(/./),
        },
      ],
    ],
  });
  expect(await second.received()).toEqual([]);
  expect(sandbox.connections("weather")).toHaveLength(1);
});

test("one that did not join its control topic is closed without a word", async () => {
  const { sandbox } = await withWeather();
  await using _sandbox = sandbox;
  const first = await RawClient.as(sandbox, "weather");
  await using _second = await RawClient.as(sandbox, "weather");
  expect(await first.untilClosed()).toEqual({ code: 1000, frames: [] });
});

test("the newer connection goes on listening when the older one is gone", async () => {
  const { sandbox, room } = await withWeather();
  await using _sandbox = sandbox;
  const first = await RawClient.as(sandbox, "weather");
  await first.join(`chat_room:${room.id}`, "1");
  await using second = await RawClient.as(sandbox, "weather");
  await second.join(`chat_room:${room.id}`, "1");
  await first.closed;
  await room.as("ada").say("@weather hello");
  expect(room.delivery("weather")).toBe("delivered");
  expect((await second.received()).map(([, , , event]) => event)).toEqual(["message_created"]);
});

test("it does so too when the older one is slow to go", async () => {
  const { sandbox, room } = await withWeather();
  await using _sandbox = sandbox;
  const first = await RawClient.as(sandbox, "weather");
  await first.join(`chat_room:${room.id}`, "1");
  sandbox.faults.latency(100); // the goodbye to the first travels that long
  await using second = await RawClient.as(sandbox, "weather");
  sandbox.faults.latency(0);
  await second.join(`chat_room:${room.id}`, "1");
  expect(await first.closed).toBe(1000);
  await room.as("ada").say("@weather hello");
  expect(room.delivery("weather")).toBe("delivered");
});

test("with on_conflict=reject the newcomer is refused with 409 and the first stays", async () => {
  const { sandbox } = await withWeather();
  await using _sandbox = sandbox;
  await using first = await RawClient.as(sandbox, "weather", { query: { on_conflict: "reject" } });
  const refused = await refusedUpgrade(sandbox, {
    query: { on_conflict: "reject" },
    headers: { "x-api-key": keyOf(sandbox, "weather") },
  });
  expect(refused).toMatchObject({ status: 409, body: { error: { code: "connection_conflict" } } });
  expect(await first.received()).toEqual([]);
});

test("two processes that kick each other are told to wait, with Retry-After, and the live one stays", async () => {
  const { sandbox } = await withWeather();
  await using _sandbox = sandbox;
  const first = await RawClient.as(sandbox, "weather");
  const second = await RawClient.as(sandbox, "weather");
  await using third = await RawClient.as(sandbox, "weather");
  await Promise.all([first.closed, second.closed]);
  const refused = await refusedUpgrade(sandbox, { headers: { "x-api-key": keyOf(sandbox, "weather") } });
  expect(refused).toMatchObject({ status: 429, body: { error: { code: "too_many_requests" } } });
  const seconds = Number(refused.headers["retry-after"]);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(15);
  expect(refused.body).toMatchObject({ error: { retry_after: seconds } });
  expect(await third.received()).toEqual([]);
  await third[Symbol.asyncDispose]();
  await using _fourth = await RawClient.as(sandbox, "weather"); // with nobody to kick there is no duel
});

test("users connect as often as they like", async () => {
  const { sandbox, room } = await withWeather();
  await using _sandbox = sandbox;
  await using one = await RawClient.as(sandbox, "ada");
  await using two = await RawClient.as(sandbox, "ada");
  for (const client of [one, two]) await client.join(`chat_room:${room.id}`, "1");
  await room.as("ada").say("@weather hello");
  for (const client of [one, two])
    expect((await client.received()).map(([, , , event]) => event)).toEqual(["message_created"]);
});

test("a restart closes every socket with 1012 and keeps port and state", async () => {
  const { sandbox, room } = await withWeather();
  await using _sandbox = sandbox;
  const { url } = sandbox;
  const clients = [await RawClient.as(sandbox, "weather"), await RawClient.as(sandbox, "ada")];
  await room.as("ada").say("@weather hello");
  await sandbox.restart();
  expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([1012, 1012]);
  expect(sandbox.url).toBe(url);
  expect(room.said()).toEqual(["@weather hello"]);
  await using again = await RawClient.as(sandbox, "weather");
  expect((await again.join(`chat_room:${room.id}`, "1"))[4]).toEqual({ status: "ok", response: {} });
});
