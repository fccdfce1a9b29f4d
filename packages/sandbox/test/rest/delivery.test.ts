import { expect, test } from "vitest";
import type { Agent, Room } from "../../src/world/model.ts";
import { Api, detailsOf, idsOf, metadataOf, outcome } from "./api.ts";

const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const nowhere = "00000000-0000-4000-8000-000000000000";

function mark(api: Api, agent: Agent, room: Room, id: string, as: string) {
  const body = as === "failed" ? { error: "forecast provider timed out" } : undefined;
  return api.as(agent, `POST /agent/chats/${room.id}/messages/${id}/${as}`, body);
}

const next = (api: Api, agent: Agent, room: Room) => api.as(agent, `GET /agent/chats/${room.id}/messages/next`);

/** How a message gets into each state, and which reads then show it. */
test.each([
  { state: "no entry", marks: [], shown: ["next", "no filter", "pending", "all"] },
  { state: "delivered", marks: [], shown: ["next", "no filter", "pending", "all"] },
  { state: "processing", marks: ["processing"], shown: ["next", "no filter", "processing", "all"] },
  { state: "failed", marks: ["processing", "failed"], shown: ["next", "no filter", "pending", "failed", "all"] },
  {
    state: "failed, then processing again",
    marks: ["processing", "failed", "processing"],
    shown: ["next", "no filter", "processing", "all"],
  },
  { state: "processed", marks: ["processing", "processed"], shown: ["processed", "all"] },
  {
    state: "processed, then processing again",
    marks: ["processing", "processed", "processing"],
    shown: ["next", "no filter", "processing", "all"],
  },
])("a message with $state is shown by $shown and by nothing else", async ({ state, marks, shown }) => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  if (state === "delivered") api.world.listening.set(api.weather.id, room.id, true);
  const id = await api.say(room, "rain?", api.weather);
  for (const as of marks) expect((await mark(api, api.weather, room, id, as)).status).toBe(200);

  const seen: string[] = [];
  if ((await next(api, api.weather, room)).status === 200) seen.push("next");
  for (const filter of ["no filter", "pending", "processing", "processed", "failed", "all"]) {
    const query = filter === "no filter" ? "" : `?status=${filter}`;
    const list = await api.as(api.weather, `GET /agent/chats/${room.id}/messages${query}`);
    expect(metadataOf(list)).toMatchObject({ status_filter: filter === "no filter" ? null : filter });
    if (idsOf(list).includes(id)) seen.push(filter);
  }
  expect(seen.toSorted()).toEqual(shown.toSorted());
});

test("an unknown filter is refused", async () => {
  await using api = await Api.start();
  const room = api.room(api.weather);
  const answer = await api.as(api.weather, `GET /agent/chats/${room.id}/messages?status=new`);
  expect(detailsOf(answer)).toEqual({ "/status": ["Invalid value for enum"] });
});

test("the queue serves the oldest until it is processed, a failed one included", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const first = await api.say(room, "one", api.weather);
  const second = await api.say(room, "two", api.weather);
  const head = async () => {
    const answer = await next(api, api.weather, room);
    return answer.body === undefined ? answer.status : answer.body;
  };

  expect(await head()).toMatchObject({ data: { id: first } });
  await mark(api, api.weather, room, first, "processing");
  await mark(api, api.weather, room, first, "failed");
  expect(await head()).toMatchObject({ data: { id: first } });
  await mark(api, api.weather, room, first, "processing");
  await mark(api, api.weather, room, first, "processed");
  expect(await head()).toMatchObject({ data: { id: second } });
  await mark(api, api.weather, room, second, "processing");
  await mark(api, api.weather, room, second, "processed");
  expect(await head()).toBe(204);
});

test("each agent has its own queue in each room", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather, api.planner);
  const other = api.room(api.dana, api.weather);
  const both = await api.say(room, "you two", api.weather, api.planner);
  const elsewhere = await api.say(other, "here", api.weather);

  await mark(api, api.weather, room, both, "processing");
  await mark(api, api.weather, room, both, "processed");

  expect((await next(api, api.weather, room)).status).toBe(204);
  expect((await next(api, api.planner, room)).body).toMatchObject({ data: { id: both } });
  expect((await next(api, api.weather, other)).body).toMatchObject({ data: { id: elsewhere } });
});

test("a message remembers a crash, a failure and a success", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  api.world.listening.set(api.weather.id, room.id, true);
  const id = await api.say(room, "rain?", api.weather);
  api.news.length = 0;

  const answers = [];
  for (const as of ["processing", "processing", "failed", "processing", "processed"]) {
    answers.push((await mark(api, api.weather, room, id, as)).body);
  }

  const answer = (status: string, attempt_number: number) => ({ data: { id, success: true, status, attempt_number } });
  expect(answers).toEqual([
    answer("processing", 1),
    answer("processing", 2),
    answer("failed", 2),
    answer("processing", 3),
    answer("processed", 3),
  ]);
  const list = await api.as(api.weather, `GET /agent/chats/${room.id}/messages?status=processed`);
  expect(list.body).toMatchObject({
    data: [
      {
        metadata: {
          delivery_status: {
            [api.weather.id]: {
              status: "processed",
              delivered_at: timestamp,
              processed_at: timestamp,
              current_attempt: 3,
              attempts: [
                { attempt_number: 1, status: "processing", started_at: timestamp, completed_at: null },
                {
                  attempt_number: 2,
                  status: "failed",
                  started_at: timestamp,
                  completed_at: timestamp,
                  error: "forecast provider timed out",
                },
                { attempt_number: 3, status: "success", started_at: timestamp, completed_at: timestamp },
              ],
            },
          },
        },
      },
    ],
  });
  expect(api.news.map(({ type }) => type)).toEqual(Array(5).fill("message_updated"));
});

test("a message is delivered at once to an agent that listens, and to no other", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather, api.planner, api.miguel);
  api.world.listening.set(api.weather.id, room.id, true);

  const id = await api.say(room, "rain?", api.weather, api.planner, api.miguel);

  const message = api.world.messages.message(id);
  expect(message?.deliveries).toEqual({
    [api.weather.id]: { status: "delivered", deliveredAt: timestamp, attempts: [] },
  });
  expect(message?.deliveries[api.weather.id]?.deliveredAt).toBe(message?.updatedAt);
});

test.each([
  { marks: [], last: "processed" },
  { marks: [], last: "failed" },
  { marks: ["processing", "processed"], last: "processed" },
  { marks: ["processing", "processed"], last: "failed" },
  { marks: ["processing", "failed"], last: "processed" },
  { marks: ["processing", "failed"], last: "failed" },
])("after $marks, $last finds no active attempt", async ({ marks, last }) => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const id = await api.say(room, "rain?", api.weather);
  for (const as of marks) await mark(api, api.weather, room, id, as);

  const answer = await mark(api, api.weather, room, id, last);

  expect([answer.status, answer.body]).toEqual([
    422,
    {
      error: {
        code: "validation_error",
        message: "No active processing attempt",
        request_id: expect.any(String),
        details: { "/": ["mark the message as processing first"] },
      },
    },
  ]);
});

test("marks need no body, and take an empty one", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const id = await api.say(room, "rain?", api.weather);
  for (const as of ["processing", "processed"]) {
    const answer = await api.as(api.weather, `POST /agent/chats/${room.id}/messages/${id}/${as}`, {});
    expect(answer.status).toBe(200);
  }
});

test("an agent may mark a text that was not for it, which never enters its queue", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather, api.planner);
  const id = await api.say(room, "rain?", api.weather);

  expect((await mark(api, api.planner, room, id, "processing")).body).toMatchObject({ data: { attempt_number: 1 } });

  expect(api.world.messages.message(id)?.deliveries[api.planner.id]?.status).toBe("processing");
  expect((await next(api, api.planner, room)).status).toBe(204);
  expect(idsOf(await api.as(api.planner, `GET /agent/chats/${room.id}/messages?status=all`))).toEqual([]);
});

test.each(["processing", "processed", "failed"])("%s of what is no message of the room is a 404", async (as) => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const elsewhere = await api.say(api.room(api.dana, api.weather), "there", api.weather);
  const event = api.world.events.report(api.weather, { roomId: room.id, type: "thought", content: "hm" }).id;

  for (const id of [nowhere, "no-uuid", elsewhere, event]) {
    expect(outcome(await mark(api, api.weather, room, id, as))).toBe("404 not_found");
  }
});

test("a stopped agent is served nothing and may not speak, until play", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const free = api.room(api.dana, api.weather);
  const id = await api.say(room, "rain?", api.weather);
  const freeId = await api.say(free, "sun?", api.weather);
  await mark(api, api.weather, room, id, "processing");
  api.news.length = 0;

  const control = api.world.control.give({
    agentId: api.weather.id,
    roomId: room.id,
    mode: "stop",
    reason: "stopped by user",
  });

  expect(api.news).toEqual([{ type: "agent_control", control }]);
  expect(control).toMatchObject({ mode: "stop", scope: "room", roomId: room.id, reason: "stopped by user" });
  const silent = async (line: string, body?: unknown) => {
    const answer = await api.as(api.weather, line, body);
    expect([answer.status, answer.body]).toEqual([204, undefined]);
  };
  await silent(`GET /agent/chats/${room.id}/messages/next`);
  await silent(`POST /agent/chats/${room.id}/messages/${id}/processing`);
  await silent(`POST /agent/chats/${room.id}/messages/${id}/processed`);
  await silent(`POST /agent/chats/${room.id}/messages/${id}/failed`, { error: "no" });
  const text = { message: { content: "It will", mentions: [{ id: api.dana.id }] } };
  const thought = { event: { content: "hm", message_type: "thought" } };
  expect(outcome(await api.as(api.weather, `POST /agent/chats/${room.id}/messages`, text))).toBe("403 forbidden");
  expect(outcome(await api.as(api.weather, `POST /agent/chats/${room.id}/events`, thought))).toBe("403 forbidden");
  expect(api.world.messages.message(id)?.deliveries[api.weather.id]?.status).toBe("processing");
  expect((await next(api, api.weather, free)).body).toMatchObject({ data: { id: freeId } });

  api.world.control.give({ agentId: api.weather.id, roomId: room.id, mode: "play" });
  expect((await next(api, api.weather, room)).body).toMatchObject({ data: { id } });
  expect((await mark(api, api.weather, room, id, "processed")).status).toBe(200);
  expect(outcome(await api.as(api.weather, `POST /agent/chats/${room.id}/messages`, text))).toBe("201");
});

test("stop everywhere holds in every room, except where play was said since", async () => {
  await using api = await Api.start();
  const [one, two] = [api.room(api.dana, api.weather), api.room(api.dana, api.weather)];
  const say = (mode: "stop" | "play" | "interrupt", roomId: string | null) =>
    api.world.control.give({ agentId: api.weather.id, roomId, mode });
  const stopped = () => [one, two].map(({ id }) => api.world.control.isStopped(api.weather.id, id));

  expect(say("stop", null)).toMatchObject({ scope: "agent", roomId: null });
  expect(stopped()).toEqual([true, true]);
  say("play", one.id);
  expect(stopped()).toEqual([false, true]);
  say("interrupt", two.id);
  expect(stopped()).toEqual([false, true]);
  say("stop", one.id);
  say("play", null);
  expect(stopped()).toEqual([false, false]);
  say("interrupt", null);
  expect(stopped()).toEqual([false, false]);
});
