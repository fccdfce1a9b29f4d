import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/index.ts";
import { type Frame, keyOf, RawClient } from "../support/raw-client.ts";

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);

async function scene() {
  const sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"], title: "Picnic" });
  const id = (handle: string): string => {
    const account = [...sandbox.users, ...sandbox.agents].find((each) => each.handle === handle);
    return account?.id ?? "";
  };
  return { sandbox, room, id, chat: `chat_room:${room.id}`, participants: `room_participants:${room.id}` };
}

/** The events among frames, with the join_ref each carried. */
function events(frames: readonly Frame[]): readonly unknown[] {
  return frames.map(([joinRef, ref, topic, event, payload]) => ({ joinRef, ref, topic, event, payload }));
}

async function post(sandbox: Sandbox, as: string, path: string, body: object): Promise<Response> {
  return fetch(`${sandbox.url}/api/v1/agent/chats/${path}`, {
    method: "POST",
    headers: { "x-api-key": keyOf(sandbox, as), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

test("message_created reaches the mentioned agent and everybody's pages, not other agents and not the agent that sent it", async () => {
  const it = await scene();
  await using _sandbox = it.sandbox;
  const { sandbox, room, id, chat } = it;
  await using weather = await RawClient.as(sandbox, "weather");
  await using planner = await RawClient.as(sandbox, "planner");
  await using ada = await RawClient.as(sandbox, "ada");
  for (const client of [weather, planner, ada]) await client.join(chat, "3");

  const said = await room.as("ada").say("@weather will it rain?");
  const created = {
    joinRef: "3",
    ref: null,
    topic: chat,
    event: "message_created",
    payload: {
      id: said.id,
      content: `@[[${id("ada/weather")}]] will it rain?`,
      message_type: "text",
      sender_id: id("ada"),
      sender_type: "User",
      sender_name: "Ada",
      chat_room_id: room.id,
      thread_id: null,
      metadata: expect.objectContaining({
        status: "sent",
        mentions: [{ id: id("ada/weather"), handle: "ada/weather", name: "weather" }],
      }),
      inserted_at: said.insertedAt,
      updated_at: time,
    },
  };
  expect(events(await weather.received())).toEqual([created]);
  expect(events(await planner.received())).toEqual([]);
  expect(events(await ada.received())).toContainEqual(created);

  const answer = await post(sandbox, "weather", `${room.id}/messages`, {
    message: { content: "No.", mentions: [{ id: id("ada") }] },
  });
  expect(answer.status).toBe(201);
  expect(events(await weather.received())).toEqual([]);
  expect(events(await ada.received())).toMatchObject([
    { event: "message_created", payload: { content: `@[[${id("ada")}]] No.` } },
  ]);
});

test("an agent that a text only refers to does not hear it", async () => {
  const it = await scene();
  await using _sandbox = it.sandbox;
  const { sandbox, room, id, chat } = it;
  await using planner = await RawClient.as(sandbox, "planner");
  await planner.join(chat, "3");
  const mentions = [{ id: id("ada") }, { id: id("ada/planner"), kind: "reference" }];
  const message = { content: "@planner would know, @ada", mentions };
  expect((await post(sandbox, "weather", `${room.id}/messages`, { message })).status).toBe(201);
  expect(await planner.received()).toEqual([]);
  expect(room.said()).toEqual(["@planner would know, @ada"]);
});

test("marks and events are shown to people only, in the order they happened", async () => {
  const it = await scene();
  await using _sandbox = it.sandbox;
  const { sandbox, room, id, chat } = it;
  await using weather = await RawClient.as(sandbox, "weather");
  await using ada = await RawClient.as(sandbox, "ada");
  for (const client of [weather, ada]) await client.join(chat, "3");
  const said = await room.as("ada").say("@weather will it rain?");
  await weather.received();
  await ada.received();

  await post(sandbox, "weather", `${room.id}/messages/${said.id}/processing`, {});
  await post(sandbox, "weather", `${room.id}/events`, { event: { content: "Looking", message_type: "thought" } });
  await post(sandbox, "weather", `${room.id}/activity`, { working: true });
  await post(sandbox, "weather", `${room.id}/messages/${said.id}/processed`, {});

  expect(await weather.received()).toEqual([]);
  const seen = events(await ada.received());
  expect(seen).toMatchObject([
    {
      event: "message_updated",
      payload: { metadata: { delivery_status: { [id("ada/weather")]: { status: "processing" } } } },
    },
    { event: "event_created", payload: { message_type: "thought", content: "Looking", sender_id: id("ada/weather") } },
    { event: "agent_activity", payload: { agent_id: id("ada/weather"), working: true } },
    {
      event: "message_updated",
      payload: { id: said.id, metadata: { delivery_status: { [id("ada/weather")]: { status: "processed" } } } },
    },
  ]);
  expect(seen[1]).toEqual({
    joinRef: "3",
    ref: null,
    topic: chat,
    event: "event_created",
    payload: {
      id: uuid,
      content: "Looking",
      message_type: "thought",
      sender_type: "Agent",
      sender_id: id("ada/weather"),
      sender_name: "weather",
      chat_room_id: room.id,
      thread_id: null,
      metadata: {},
      inserted_at: time,
      updated_at: time,
    },
  });
});

test("a participant who is added gets room_added, the others participant_added", async () => {
  const it = await scene();
  await using _sandbox = it.sandbox;
  const { sandbox, room, participants } = it;
  sandbox.registerUser("bob");
  sandbox.registerAgent("cook", { description: "Knows what to bring" });
  const bobId = sandbox.users.find(({ handle }) => handle === "bob")?.id ?? "";
  const cookId = sandbox.credentials("cook").agentId;
  await using bob = await RawClient.as(sandbox, "bob");
  await using cook = await RawClient.as(sandbox, "cook");
  await using weather = await RawClient.as(sandbox, "weather");
  await bob.join(`user_rooms:${bobId}`, "2");
  await cook.join(`agent_rooms:${cookId}`, "2");
  await weather.join(participants, "4");

  await room.add("bob");
  await room.add("cook");

  const roomAdded = { id: room.id, title: "Picnic", task_id: null, inserted_at: time, updated_at: time };
  const common = { joinRef: "2", ref: null, event: "room_added", payload: roomAdded };
  expect(events(await bob.received())).toEqual([{ ...common, topic: `user_rooms:${bobId}` }]);
  expect(events(await cook.received())).toEqual([{ ...common, topic: `agent_rooms:${cookId}` }]);
  const added = { joinRef: "4", ref: null, topic: participants, event: "participant_added" };
  expect(events(await weather.received())).toEqual([
    { ...added, payload: { id: bobId, type: "User", name: "Bob", handle: "bob", role: "member", status: "active" } },
    {
      ...added,
      payload: {
        id: cookId,
        type: "Agent",
        name: "cook",
        description: "Knows what to bring",
        is_external: true,
        handle: "ada/cook",
        role: "member",
        status: "inactive",
      },
    },
  ]);
});

test("whoever creates a room gets room_added for it, agents too", async () => {
  const it = await scene();
  await using _sandbox = it.sandbox;
  const { sandbox, id } = it;
  const topic = `agent_rooms:${id("ada/weather")}`;
  await using weather = await RawClient.as(sandbox, "weather");
  await weather.join(topic, "2");
  const answer = await post(sandbox, "weather", "", { chat: {} });
  expect(answer.status).toBe(404); // the collection has no slash at its end
  const created = await fetch(`${sandbox.url}/api/v1/agent/chats`, {
    method: "POST",
    headers: { "x-api-key": keyOf(sandbox, "weather"), "content-type": "application/json" },
    body: JSON.stringify({ chat: {} }),
  });
  expect(created.status).toBe(201);
  expect(events(await weather.received())).toEqual([
    {
      joinRef: "2",
      ref: null,
      topic,
      event: "room_added",
      payload: { id: uuid, title: expect.stringMatching(/./), task_id: null, inserted_at: time, updated_at: time },
    },
  ]);
});

test("who is removed is told, and its channels of that room are closed; the others are told too", async () => {
  const it = await scene();
  await using _sandbox = it.sandbox;
  const { sandbox, room, id, chat, participants } = it;
  const rooms = `agent_rooms:${id("ada/weather")}`;
  await using weather = await RawClient.as(sandbox, "weather");
  await using planner = await RawClient.as(sandbox, "planner");
  await weather.join(rooms, "2");
  await weather.join(chat, "3");
  await weather.join(participants, "4");
  await planner.join(participants, "4");

  await room.remove("weather");

  const removed = { id: id("ada/weather"), type: "Agent", name: "weather" };
  const roomRemoved = {
    id: room.id,
    title: "Picnic",
    task_id: null,
    status: "removed",
    type: "direct",
    removed_at: time,
    inserted_at: time,
    updated_at: time,
  };
  expect(await planner.received()).toEqual([["4", null, participants, "participant_removed", removed]]);
  expect(await weather.received()).toEqual([
    ["4", null, participants, "participant_removed", removed],
    ["2", null, rooms, "room_removed", roomRemoved],
    ["3", "3", chat, "phx_close", {}],
    ["4", "4", participants, "phx_close", {}],
  ]);
  expect(sandbox.connections("weather")).toMatchObject([{ topics: [rooms] }]);
  expect((await weather.join(chat, "5"))[4]).toEqual({ status: "error", response: { reason: "unauthorized" } });
});

test("a deleted room says room_deleted, then room_removed, and closes every channel it had", async () => {
  const it = await scene();
  await using _sandbox = it.sandbox;
  const { sandbox, room, id, chat, participants } = it;
  const rooms = `agent_rooms:${id("ada/weather")}`;
  await using weather = await RawClient.as(sandbox, "weather");
  await using ada = await RawClient.as(sandbox, "ada");
  await weather.join(rooms, "2");
  for (const client of [weather, ada]) {
    await client.join(chat, "3");
    await client.join(participants, "4");
  }
  await room.delete();
  const frames = await weather.received();
  expect(frames.map(([, , topic, event]) => [topic, event])).toEqual([
    [participants, "room_deleted"],
    [chat, "phx_close"],
    [participants, "phx_close"],
    [rooms, "room_removed"],
  ]);
  expect(frames[0]).toEqual(["4", null, participants, "room_deleted", { id: room.id }]);
  expect((await ada.received()).map(([, , , event]) => event)).toEqual(["room_deleted", "phx_close", "phx_close"]);
});

test("a word of control arrives on the control topic, for one room or for all", async () => {
  const it = await scene();
  await using _sandbox = it.sandbox;
  const { sandbox, room, id } = it;
  const topic = `agent_control:${id("ada/weather")}`;
  await using weather = await RawClient.as(sandbox, "weather");
  await weather.join(topic, "1");
  sandbox.control("weather", "stop", { room, reason: "enough" });
  sandbox.control("weather", "play");
  const common = {
    agent_id: id("ada/weather"),
    execution_id: null,
    type: null,
    correlation_id: expect.stringMatching(/./),
  };
  expect(await weather.received()).toEqual([
    ["1", null, topic, "agent.control", { ...common, mode: "stop", scope: "room", room_id: room.id, reason: "enough" }],
    ["1", null, topic, "agent.control", { ...common, mode: "play", scope: "agent", room_id: null, reason: null }],
  ]);
});

test("a frame can be sent again: of a text to whoever listens now, of a word of control without a second effect", async () => {
  const it = await scene();
  await using _sandbox = it.sandbox;
  const { sandbox, room, id, chat } = it;
  const said = await room.as("ada").say("@weather will it rain?");
  const stopAgain = sandbox.control("weather", "stop");
  sandbox.control("weather", "play");
  await using weather = await RawClient.as(sandbox, "weather");
  await weather.join(chat, "1");
  await weather.join(`agent_control:${id("ada/weather")}`, "2");

  await room.repeat(said.id);
  stopAgain();

  const frames = await weather.received();
  expect(frames.map(([, , , event]) => event)).toEqual(["message_created", "agent.control"]);
  expect(frames[0]?.[4]).toMatchObject({ id: said.id, inserted_at: said.insertedAt });
  expect((await post(sandbox, "weather", `${room.id}/messages/${said.id}/processing`, {})).status).toBe(200);
  await expect(room.repeat("00000000-0000-4000-8000-000000000000")).rejects.toThrow("No message");
});

test("a text is delivered when its agent listens in the room, and waits when it does not", async () => {
  const it = await scene();
  await using _sandbox = it.sandbox;
  const { sandbox, room, chat } = it;
  await using weather = await RawClient.as(sandbox, "weather");
  await room.as("ada").say("@weather one");
  expect(room.delivery("weather")).toBe("waiting");
  await weather.join(chat, "3");
  await room.as("ada").say("@weather two");
  expect(room.delivery("weather")).toBe("delivered");
  await weather.join(chat, "4"); // joining again ends the old channel, not the listening
  await room.as("ada").say("@weather three");
  expect(room.delivery("weather")).toBe("delivered");
  weather.send("4", "5", chat, "phx_leave", {});
  await weather.received();
  await room.as("ada").say("@weather four");
  expect(room.delivery("weather")).toBe("waiting");
});
