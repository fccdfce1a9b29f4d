import { expect, test } from "vitest";
import { Api, detailsOf, idOf, idsOf, outcome } from "./api.ts";

const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const nowhere = "00000000-0000-4000-8000-000000000000";

test("an agent asks another, whose queue then holds the question", async () => {
  await using api = await Api.start();
  const { planner, weather, dana } = api;
  const room = api.room(planner, weather, dana);
  api.news.length = 0;

  const answer = await api.as(planner, `POST /agent/chats/${room.id}/messages`, {
    message: {
      content: "@dana/weather what is the forecast for Sunday in Lyon?",
      mentions: [{ id: weather.id, handle: "dana/weather", name: "Weather" }],
    },
  });

  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({
    data: {
      id: expect.any(String),
      success: true,
      recipients: [{ id: weather.id, handle: "dana/weather", name: "Weather" }],
    },
  });
  const id = idOf(answer);
  const next = await api.as(weather, `GET /agent/chats/${room.id}/messages/next`);
  expect(next.status).toBe(200);
  expect(next.body).toEqual({
    data: {
      id,
      chat_room_id: room.id,
      thread_id: null,
      content: `@[[${weather.id}]] what is the forecast for Sunday in Lyon?`,
      message_type: "text",
      sender_id: planner.id,
      sender_type: "Agent",
      sender_name: "Planner",
      metadata: { status: "sent", mentions: [{ id: weather.id, handle: "dana/weather", name: "Weather" }] },
      inserted_at: timestamp,
      updated_at: timestamp,
    },
  });
  expect(api.news).toMatchObject([{ type: "message_created", message: { id } }]);
});

test("a person says something, and sees it first in the room", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather, api.miguel);
  const older = await api.say(room, "hello", api.miguel);

  const answer = await api.as(api.dana, `POST /me/chats/${room.id}/messages`, {
    message: { content: "Please check again.", mentions: [{ handle: "dana/weather" }] },
  });

  expect(answer.status).toBe(201);
  const list = await api.as(api.dana, `GET /me/chats/${room.id}/messages`);
  expect(idsOf(list)).toEqual([idOf(answer), older]);
  expect(list.body).toMatchObject({
    data: [
      { content: `@[[${api.weather.id}]] Please check again.`, sender_type: "User", sender_name: "Dana Reyes" },
      { metadata: { mentions: [{ id: api.miguel.id, handle: "miguel", name: "Miguel Soto" }] } },
    ],
  });
});

/** Who is in the room: Weather speaks; Planner and Dana listen; Ledger and Miguel are elsewhere. */
const mentionRules: readonly [what: string, mentions: unknown, expected: string][] = [
  ["no mentions", undefined, "422 mentions_required"],
  ["an empty list", [], "422 mentions_required"],
  ["references only", [{ id: "PLANNER", kind: "reference" }], "422 mentions_required"],
  ["a name alone", [{ name: "Planner" }], "422 mention_missing_identifier"],
  ["a kind alone", [{ kind: "mention" }], "422 mention_missing_identifier"],
  ["a handle nobody has", [{ handle: "dana/nobody" }], "422 handle_not_found"],
  ["a handle of someone elsewhere", [{ handle: "miguel/ledger" }], "422 handle_not_found"],
  ["the sender by id", [{ id: "WEATHER" }], "422 cannot_mention_self"],
  ["the sender by handle", [{ handle: "dana/weather" }], "422 cannot_mention_self"],
  ["the sender beside another", [{ id: "PLANNER" }, { id: "WEATHER" }], "422 cannot_mention_self"],
  ["one twice by id", [{ id: "PLANNER" }, { id: "PLANNER" }], "422 duplicate_mentions"],
  ["one by id and by handle", [{ id: "PLANNER" }, { handle: "dana/planner" }], "422 duplicate_mentions"],
  ["one in both kinds", [{ id: "PLANNER" }, { id: "PLANNER", kind: "reference" }], "422 duplicate_mentions"],
  ["an id of someone elsewhere", [{ id: "LEDGER" }], "422 mentioned_participant_not_in_room"],
  ["an id of nobody", [{ id: nowhere }], "422 mentioned_participant_not_in_room"],
  ["an unknown kind", [{ id: "PLANNER", kind: "shout" }], "422 invalid_mention_kind"],
  ["a null kind", [{ id: "PLANNER", kind: null }], "422 invalid_mention_kind"],
  ["an id and a wrong handle", [{ id: "PLANNER", handle: "dana/nobody" }], "201"],
  ["a handle", [{ handle: "dana/planner" }], "201"],
  ["a person", [{ id: "DANA", kind: "mention" }], "201"],
  ["a mention and a reference", [{ id: "PLANNER" }, { id: "DANA", kind: "reference" }], "201"],
];

test.each(mentionRules)("a text that mentions %s is answered with its code", async (_what, mentions, expected) => {
  await using api = await Api.start();
  const room = api.room(api.planner, api.weather, api.dana);
  const ids = { PLANNER: api.planner.id, WEATHER: api.weather.id, DANA: api.dana.id, LEDGER: api.ledger.id };
  const withIds: unknown = JSON.parse(
    JSON.stringify({ message: { content: "hello", mentions } }).replace(/"(PLANNER|WEATHER|DANA|LEDGER)"/g, (_, name) =>
      JSON.stringify(Object.entries(ids).find(([own]) => own === name)?.[1]),
    ),
  );

  const answer = await api.as(api.weather, `POST /agent/chats/${room.id}/messages`, withIds);

  expect(outcome(answer)).toBe(expected);
  expect(api.world.messages.of(room.id)).toHaveLength(expected === "201" ? 1 : 0);
  if (expected !== "201") expect(Object.keys(detailsOf(answer))[0]).toMatch(/^\/message\/mentions/);
});

test("a person is held to the same mention rules", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const say = (mentions: unknown) =>
    api.as(api.dana, `POST /me/chats/${room.id}/messages`, { message: { content: "hello", mentions } });

  expect(outcome(await say([]))).toBe("422 mentions_required");
  expect(outcome(await say([{ handle: "dana" }]))).toBe("422 cannot_mention_self");
  expect(outcome(await say([{ handle: "dana/weather" }]))).toBe("201");
});

test("a reference is kept and marked, and delivers to no one", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather, api.planner);

  const answer = await api.as(api.dana, `POST /me/chats/${room.id}/messages`, {
    message: {
      content: "ask @dana/planner",
      mentions: [{ handle: "dana/weather" }, { handle: "dana/planner", kind: "reference" }],
    },
  });

  expect(answer.body).toMatchObject({ data: { recipients: [{ handle: "dana/weather" }] } });
  expect((await api.as(api.dana, `GET /me/chats/${room.id}/messages`)).body).toMatchObject({
    data: [
      {
        content: `@[[${api.weather.id}]] ask @[[${api.planner.id}]]`,
        metadata: {
          mentions: [
            { id: api.weather.id, handle: "dana/weather", name: "Weather" },
            { id: api.planner.id, handle: "dana/planner", name: "Planner", kind: "reference" },
          ],
        },
      },
    ],
  });
  expect((await api.as(api.planner, `GET /agent/chats/${room.id}/messages/next`)).status).toBe(204);
  expect((await api.as(api.weather, `GET /agent/chats/${room.id}/messages/next`)).status).toBe(200);
});

test.each([
  ["blank", " \n\t", "422 validation_error"],
  ["invisible", "\u200b\u2060\ufeff\u00ad", "422 validation_error"],
  ["empty", "", "422 validation_error"],
  ["a visible letter among invisible ones", "\u200ba\u200b", "201"],
  ["very long", "x".repeat(200_000), "201"],
  ["very long in emoji", "😀".repeat(50_000), "201"],
])("a text that is %s is answered accordingly", async (_what, content, expected) => {
  await using api = await Api.start();
  const room = api.room(api.planner, api.weather);
  const message = { content, mentions: [{ id: api.weather.id }] };
  const answer = await api.as(api.planner, `POST /agent/chats/${room.id}/messages`, { message });
  expect(outcome(answer)).toBe(expected);
});

test("an agent is never served what it said, nor what does not mention it", async () => {
  await using api = await Api.start();
  const room = api.room(api.planner, api.weather, api.dana);
  const message = { content: "for Dana", mentions: [{ id: api.dana.id }] };
  await api.as(api.planner, `POST /agent/chats/${room.id}/messages`, { message });

  for (const agent of [api.planner, api.weather]) {
    expect((await api.as(agent, `GET /agent/chats/${room.id}/messages/next`)).body).toBeUndefined();
    expect(idsOf(await api.as(agent, `GET /agent/chats/${room.id}/messages?status=all`))).toEqual([]);
  }
});

test("people filter a room by type and time", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const early = await api.say(room, "one", api.weather);
  const event = { event: { content: "hm", message_type: "thought" } };
  const thought = idOf(await api.as(api.weather, `POST /agent/chats/${room.id}/events`, event));
  const late = await api.say(room, "two", api.weather);
  const list = (query: string) => api.as(api.dana, `GET /me/chats/${room.id}/messages?${query}`);
  const since = api.world.messages.message(thought)?.insertedAt ?? "";

  expect(idsOf(await list(""))).toEqual([late, thought, early]);
  expect(idsOf(await list("message_type=text"))).toEqual([late, early]);
  expect(idsOf(await list("message_type=thought"))).toEqual([thought]);
  expect(idsOf(await list(`since=${since}`))).toEqual([late, thought]);
  expect(idsOf(await list(`since=${encodeURIComponent(since.replace("Z", "+00:00"))}&message_type=text`))).toEqual([
    late,
  ]);
  expect(outcome(await list("message_type=system"))).toBe("422 validation_error");
  expect(outcome(await list("since=yesterday"))).toBe("422 validation_error");
  expect(outcome(await list(`since=${since}&cursor=x`))).toBe("422 validation_error");
});
