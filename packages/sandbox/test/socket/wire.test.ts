import { expect, test } from "vitest";
import { z } from "zod";
import { type Sandbox, startSandbox } from "../../src/index.ts";
import { type Frame, keyOf, RawClient, refusedUpgrade } from "../support/raw-client.ts";
import { differences, type SampleIds, sample } from "../support/samples.ts";

const frame = z.tuple([z.unknown(), z.unknown(), z.unknown(), z.unknown(), z.unknown()]);

/** The samples' cast in a sandbox, and what the samples say of it. */
async function cast() {
  const sandbox = await startSandbox();
  for (const handle of ["dana", "miguel"]) sandbox.registerUser(handle);
  for (const agent of ["dana/planner", "dana/weather", "miguel/ledger"]) sandbox.registerAgent(agent);
  const id = (handle: string) =>
    [...sandbox.users, ...sandbox.agents].find((account) => account.handle === handle)?.id ?? "";
  const ids: SampleIds = {
    dana: id("dana"),
    miguel: id("miguel"),
    planner: id("dana/planner"),
    weather: id("dana/weather"),
    ledger: id("miguel/ledger"),
  };
  return { sandbox, ids };
}

/** The next frame of the sample's event is like it: join_ref, ref, topic and event are the same, the payload has its fields. */
async function expectPush(client: RawClient, name: string, ids: SampleIds): Promise<void> {
  const [joinRef, ref, topic, event, payload] = frame.parse(sample(name, ids));
  const came = await client.frame((each) => each[3] === event && each[2] === topic);
  expect([name, ...came.slice(0, 4)]).toEqual([name, joinRef, ref, topic, event]);
  expect([name, ...differences(payload, came[4])]).toEqual([name]);
}

/** The sample frame is sent, and answered by exactly the others. */
async function expectReplies(client: RawClient, sent: string, replies: readonly string[], ids: SampleIds) {
  client.send(...frame.parse(sample(sent, ids)));
  for (const name of replies) {
    const expected = frame.parse(sample(name, ids));
    const same = (came: Frame) => came[2] === expected[2] && came[3] === expected[3] && came[1] === expected[1];
    expect([name, await client.frame(same)]).toEqual([name, expected]);
  }
}

async function post(sandbox: Sandbox, as: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`${sandbox.url}/api/v1${path}`, {
    method: "POST",
    headers: { "x-api-key": keyOf(sandbox, as), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect([path, answer.ok]).toEqual([path, true]);
}

test("joins, heartbeats and leaves of the samples are answered as they say", async () => {
  const { sandbox, ids } = await cast();
  await using _sandbox = sandbox;
  const room = await sandbox.room({ users: ["dana"], agents: ["planner"] });
  const here = { ...ids, room: room.id };
  await using planner = await RawClient.as(sandbox, "planner");

  await expectReplies(planner, "frame-agent-control-join", ["frame-agent-control-join-reply"], here);
  await expectReplies(planner, "frame-agent-rooms-join", ["frame-agent-rooms-join-reply"], here);
  await expectReplies(planner, "frame-heartbeat", ["frame-heartbeat-reply"], here);
  await planner.join(`chat_room:${room.id}`, "3");
  const left = ["frame-chat-room-leave-reply", "frame-chat-room-close"];
  await expectReplies(planner, "frame-chat-room-leave", left, here);
});

test("what happens in a room is pushed as the samples say", async () => {
  const { sandbox, ids } = await cast();
  await using _sandbox = sandbox;
  await using planner = await RawClient.as(sandbox, "planner");
  await using dana = await RawClient.as(sandbox, "dana");
  await planner.join(`agent_control:${ids.planner}`, "1");
  await planner.join(`agent_rooms:${ids.planner}`, "2");
  const room = await sandbox.room({ users: ["dana"], agents: ["planner"], title: "Picnic plan" });
  const here = { ...ids, room: room.id };
  await expectPush(planner, "frame-agent-rooms-room-added", here);
  for (const client of [planner, dana]) {
    await client.join(`chat_room:${room.id}`, "3");
    await client.join(`room_participants:${room.id}`, "4");
  }

  await room.add("weather");
  await expectPush(planner, "frame-room-participants-participant-added-agent", here);
  await room.add("miguel");
  await expectPush(planner, "frame-room-participants-participant-added-user", here);

  const { id } = await room.as("dana").say("@planner plan a picnic for Sunday");
  await expectPush(planner, "frame-chat-room-message-created", here);
  await post(sandbox, "planner", `/agent/chats/${room.id}/messages/${id}/processing`, {});
  await expectPush(dana, "frame-chat-room-message-updated", here);
  const event = { message_type: "tool_call", content: '{"name":"get_forecast","args":{},"tool_call_id":"call_41"}' };
  await post(sandbox, "weather", `/agent/chats/${room.id}/events`, { event });
  await expectPush(dana, "frame-chat-room-event-created", here);
  await room.deleteMessage(id);
  await expectPush(dana, "frame-chat-room-message-deleted", here);

  sandbox.control("planner", "stop", { room, reason: "stopped by user" });
  await expectPush(planner, "frame-agent-control-stop", here);
  await room.remove("weather");
  await expectPush(planner, "frame-room-participants-participant-removed", here);
  await room.delete();
  await expectPush(planner, "frame-room-participants-room-deleted", here);
  await expectPush(planner, "frame-agent-rooms-room-removed", here);

  await using _newer = await RawClient.as(sandbox, "planner");
  await expectPush(planner, "frame-agent-control-supersede", here);
});

test("what happens between contacts is pushed as the samples say", async () => {
  const { sandbox, ids } = await cast();
  await using _sandbox = sandbox;
  await using planner = await RawClient.as(sandbox, "planner");
  await using dana = await RawClient.as(sandbox, "dana");
  await planner.join(`agent_contacts:${ids.planner}`, "5");
  await dana.join(`user_contacts:${ids.dana}`, "6");

  await post(sandbox, "miguel", "/me/contacts/requests", { contact_request: { recipient_handle: "dana" } });
  await expectPush(dana, "frame-user-contacts-contact-request-received", ids);
  const message = "Shared picnic budget";
  await post(sandbox, "ledger", "/agent/contacts/add", { handle: "dana/planner", message });
  await expectPush(planner, "frame-agent-contacts-contact-request-received", ids);
  const approval = { action: "approve", handle: "miguel/ledger" };
  await post(sandbox, "planner", "/agent/contacts/requests/respond", approval);
  await expectPush(planner, "frame-agent-contacts-contact-request-updated", ids);
  await expectPush(planner, "frame-agent-contacts-contact-added", ids);
  await post(sandbox, "ledger", "/agent/contacts/remove", { handle: "dana/planner" });
  await expectPush(planner, "frame-agent-contacts-contact-removed", ids);
});

test("upgrades are refused as the samples say", async () => {
  const { sandbox } = await cast();
  await using _sandbox = sandbox;
  const headers = { "x-api-key": keyOf(sandbox, "planner") };
  const expectLike = (name: string, body: unknown) => {
    const { error } = z.object({ error: z.looseObject({}) }).parse(sample(name));
    const { request_id: _request, retry_after: _retry, ...words } = error;
    expect(body).toMatchObject({ error: words });
    expect(Object.keys(z.object({ error: z.looseObject({}) }).parse(body).error).toSorted()).toEqual(
      Object.keys(error).toSorted(),
    );
  };
  await using _first = await RawClient.open(sandbox, { headers });

  const conflict = await refusedUpgrade(sandbox, { headers, query: { on_conflict: "reject" } });
  expect(conflict.status).toBe(409);
  expectLike("error-connection-conflict", conflict.body);

  await using _second = await RawClient.open(sandbox, { headers });
  await using _third = await RawClient.open(sandbox, { headers });
  const tooMany = await refusedUpgrade(sandbox, { headers });
  expect([tooMany.status, Number(tooMany.headers["retry-after"]) > 0]).toEqual([429, true]);
  expectLike("error-too-many-requests", tooMany.body);
});
