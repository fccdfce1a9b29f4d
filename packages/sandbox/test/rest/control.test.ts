import { expect, test } from "vitest";
import { z } from "zod";
import type { Agent, Room } from "../../src/world/model.ts";
import { type Answer, Api, idsOf, metadataOf, outcome } from "./api.ts";

const nowhere = "00000000-0000-4000-8000-000000000000";
const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

/** What the agent is answered in the room: its queue, a claim, a post, an event. */
async function served(api: Api, agent: Agent, room: Room, messageId: string): Promise<string[]> {
  const chat = `/agent/chats/${room.id}`;
  const message = { content: "It will", mentions: [{ id: api.dana.id }] };
  const answers = [
    await api.as(agent, `GET ${chat}/messages/next`),
    await api.as(agent, `POST ${chat}/messages/${messageId}/processing`),
    await api.as(agent, `POST ${chat}/messages`, { message }),
    await api.as(agent, `POST ${chat}/events`, { event: { content: "hm", message_type: "thought" } }),
  ];
  return answers.map(outcome);
}

const working = ["200", "200", "201", "201"];
const stopped = ["204", "204", "403 forbidden", "403 forbidden"];

const signal = z.looseObject({
  agent_id: z.string(),
  room_id: z.string().nullable(),
  execution_id: z.string().nullable(),
});
const signalsOf = (answer: Answer) => z.object({ data: z.array(signal) }).parse(answer.body).data;

test("a person stops one agent of a room, and lets it go on", async () => {
  await using api = await Api.start();
  const [here, elsewhere] = [api.room(api.dana, api.weather, api.planner), api.room(api.dana, api.weather)];
  const id = await api.say(here, "rain?", api.weather, api.planner);
  const elsewhereId = await api.say(elsewhere, "sun?", api.weather);
  const word = (mode: string, body: object) => api.as(api.dana, `POST /me/chats/${here.id}/agents/${mode}`, body);
  api.news.length = 0;

  const answer = await word("stop", { agent_id: api.weather.id, reason: "enough" });

  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    data: [
      {
        mode: "stop",
        scope: "room",
        agent_id: api.weather.id,
        room_id: here.id,
        execution_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        type: null,
        reason: "enough",
        correlation_id: expect.stringMatching(/^ctl-/),
      },
    ],
  });
  expect(api.news).toMatchObject([{ type: "agent_control", control: { mode: "stop", roomId: here.id } }]);
  expect(await served(api, api.weather, here, id)).toEqual(stopped);
  await word("interrupt", { agent_id: api.weather.id });
  expect(await served(api, api.weather, here, id)).toEqual(stopped);
  expect(await served(api, api.planner, here, id)).toEqual(working);
  expect(await served(api, api.weather, elsewhere, elsewhereId)).toEqual(working);

  expect(outcome(await word("play", { agent_id: api.weather.id }))).toBe("200");
  expect(await served(api, api.weather, here, id)).toEqual(working);
});

test("a word to a room without naming an agent goes to all of its agents", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather, api.planner, api.miguel);
  const id = await api.say(room, "rain?", api.weather, api.planner);

  const signals = signalsOf(await api.as(api.miguel, `POST /me/chats/${room.id}/agents/stop`));

  expect(signals.map(({ agent_id }) => agent_id)).toEqual([api.weather.id, api.planner.id]);
  for (const agent of [api.weather, api.planner]) expect(await served(api, agent, room, id)).toEqual(stopped);
});

test("a person stops an agent of theirs everywhere", async () => {
  await using api = await Api.start();
  const rooms = [api.room(api.dana, api.weather), api.room(api.dana, api.weather)];
  const ids: string[] = [];
  for (const room of rooms) ids.push(await api.say(room, "rain?", api.weather));
  const all = async () => {
    const answers = [];
    for (const [index, room] of rooms.entries()) answers.push(await served(api, api.weather, room, ids[index] ?? ""));
    return answers;
  };
  const word = (mode: string, body?: object) => api.as(api.dana, `POST /me/agents/${api.weather.id}/${mode}`, body);

  const answer = await word("stop", { reason: "enough" });
  expect(answer.body).toMatchObject({
    data: {
      mode: "stop",
      scope: "agent",
      agent_id: api.weather.id,
      room_id: null,
      execution_id: null,
      reason: "enough",
    },
  });
  expect(await all()).toEqual([stopped, stopped]);
  await word("play");
  expect(await all()).toEqual([working, working]);
});

test("an interrupt is told and changes nothing else", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const id = await api.say(room, "rain?", api.weather);
  await api.as(api.weather, `POST /agent/chats/${room.id}/messages/${id}/processing`);
  const [execution = ""] = idsOf(await api.as(api.dana, `GET /me/agents/${api.weather.id}/executions`));
  const before = api.world.messages.message(id);
  api.news.length = 0;

  for (const line of [
    `POST /me/chats/${room.id}/agents/interrupt`,
    `POST /me/agents/${api.weather.id}/interrupt`,
    `POST /me/agents/${api.weather.id}/executions/${execution}/interrupt`,
  ])
    expect(outcome(await api.as(api.dana, line))).toBe("200");

  expect(api.news).toMatchObject([
    { control: { mode: "interrupt", scope: "room", roomId: room.id, executionId: execution } },
    { control: { mode: "interrupt", scope: "agent", roomId: null, executionId: null } },
    { control: { mode: "interrupt", scope: "room", roomId: room.id, executionId: execution } },
  ]);
  expect(api.world.messages.message(id)).toEqual(before);
  expect(await served(api, api.weather, room, id)).toEqual(working);
});

test("an execution begins with an agent's first work in a room, is one while it stays, and ends when it leaves", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const list = (query = "") => api.as(api.dana, `GET /me/agents/${api.weather.id}/executions${query}`);
  expect(idsOf(await list())).toEqual([]);

  const id = await api.say(room, "rain?", api.weather);
  await api.as(api.weather, `POST /agent/chats/${room.id}/messages/${id}/processing`);
  const [first = "", ...others] = idsOf(await list());
  expect(others).toEqual([]);
  const shape = { agent_id: api.weather.id, chat_room_id: room.id, inserted_at: timestamp };
  expect((await list()).body).toMatchObject({ data: [{ id: first, ...shape, status: "active", ended_at: null }] });

  await api.as(api.dana, `DELETE /me/chats/${room.id}/participants/${api.weather.id}`);
  expect((await list()).body).toMatchObject({ data: [{ id: first, status: "ended", ended_at: timestamp }] });
  const interrupt = `POST /me/agents/${api.weather.id}/executions/${first}/interrupt`;
  expect(outcome(await api.as(api.dana, interrupt))).toBe("409 conflict");

  api.world.participants.add(undefined, { roomId: room.id, entityId: api.weather.id });
  await api.as(api.weather, `POST /agent/chats/${room.id}/events`, {
    event: { content: "hm", message_type: "thought" },
  });
  expect((await list()).body).toMatchObject({ data: [{ status: "active" }, { id: first, status: "ended" }] });
  expect(metadataOf(await list("?limit=1"))).toMatchObject({ has_more: true, total_count: 2 });

  api.world.deleteRoom(room.id);
  expect((await list()).body).toMatchObject({ data: [{ status: "ended" }, { status: "ended" }] });
});

test("who is not in the room, does not own the agent or names another is told of nothing", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  await api.say(room, "rain?", api.weather);
  const [execution = ""] = idsOf(await api.as(api.dana, `GET /me/agents/${api.weather.id}/executions`));
  api.news.length = 0;

  for (const [caller, line, body] of [
    [api.miguel, `POST /me/chats/${room.id}/agents/stop`],
    [api.dana, `POST /me/chats/${nowhere}/agents/play`],
    [api.dana, `POST /me/chats/${room.id}/agents/interrupt`, { agent_id: api.planner.id }],
    [api.dana, `POST /me/chats/${room.id}/agents/interrupt`, { agent_id: api.dana.id }],
    [api.miguel, `POST /me/agents/${api.weather.id}/stop`],
    [api.dana, `POST /me/agents/${nowhere}/stop`],
    [api.miguel, `GET /me/agents/${api.weather.id}/executions`],
    [api.miguel, `POST /me/agents/${api.weather.id}/executions/${execution}/interrupt`],
    [api.dana, `POST /me/agents/${api.planner.id}/executions/${execution}/interrupt`],
  ] as const)
    expect([line, outcome(await api.as(caller, line, body))]).toEqual([line, "404 not_found"]);
  expect(api.news).toEqual([]);
});
