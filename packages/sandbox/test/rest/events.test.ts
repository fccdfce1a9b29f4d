import { expect, test } from "vitest";
import { Api, detailsOf, idOf, idsOf, outcome } from "./api.ts";

const nowhere = "00000000-0000-4000-8000-000000000000";

test.each([
  {
    message_type: "tool_call",
    content: '{"name":"get_forecast","args":{"city":"Lyon"},"tool_call_id":"call_41"}',
  },
  {
    message_type: "tool_result",
    content: "Forecast found",
    metadata: { success: true, message: "ok", temperature_c: 21 },
  },
  { message_type: "thought", content: "I should compare Saturday and Sunday first.", metadata: null },
  {
    message_type: "error",
    content: "Error: timed out",
    metadata: { error_code: "provider_timeout", details: { ms: 8 } },
  },
  { message_type: "task", content: "Planner state saved", metadata: { conversation_ref: "pl-7731" } },
  { message_type: "attention", content: "May I book the table?", metadata: { kind: "question", blocking: true } },
])("a $message_type is kept as it was reported", async (event) => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  api.news.length = 0;

  const answer = await api.as(api.weather, `POST /agent/chats/${room.id}/events`, { event });

  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({
    data: { id: expect.any(String), message_type: event.message_type, success: true },
  });
  const id = idOf(answer);
  expect(api.news).toMatchObject([{ type: "event_created", message: { id } }]);
  expect((await api.as(api.dana, `GET /me/chats/${room.id}/messages`)).body).toMatchObject({
    data: [{ id, content: event.content, metadata: event.metadata ?? null, sender_id: api.weather.id }],
  });
});

test.each<[what: string, event: unknown, details: Record<string, string[]>]>([
  ["blank content", { content: " ", message_type: "thought" }, { "/event/content": ["can't be blank"] }],
  [
    "long content",
    { content: "x".repeat(16_385), message_type: "thought" },
    { "/event/content": ["String length is larger than maxLength: 16384"] },
  ],
  [
    "large metadata",
    { content: "x", message_type: "thought", metadata: { text: "é".repeat(32_763) } },
    { "/event/metadata": ["must not be larger than 65536 bytes"] },
  ],
  [
    "a list as metadata",
    { content: "x", message_type: "thought", metadata: [] },
    { "/event/metadata": ["Invalid object. Got: array"] },
  ],
  ["a text", { content: "x", message_type: "text" }, { "/event/message_type": ["Invalid value for enum"] }],
  [
    "mentions",
    { content: "x", message_type: "thought", mentions: [] },
    { "/event/mentions": ["Unexpected field: mentions"] },
  ],
  [
    "attention of no kind",
    { content: "x", message_type: "attention" },
    { "/event/metadata/kind": ["Missing field: kind"] },
  ],
  [
    "attention of an unknown kind",
    { content: "x", message_type: "attention", metadata: { kind: "shout" } },
    { "/event/metadata/kind": ["Invalid value for enum"] },
  ],
  [
    "attention with a task of no board",
    { content: "x", message_type: "attention", metadata: { kind: "review", task_id: nowhere } },
    { "/event/metadata/task_id": ["is not a task of this chat room"] },
  ],
  [
    "attention that resolves nothing",
    { content: "x", message_type: "attention", metadata: { kind: "question", resolves: nowhere } },
    { "/event/metadata/resolves": ["is not an attention event of this chat room"] },
  ],
  [
    "attention that blocks somehow",
    { content: "x", message_type: "attention", metadata: { kind: "question", blocking: "yes" } },
    { "/event/metadata/blocking": ["Invalid boolean"] },
  ],
])("an event with %s is refused", async (_what, event, details) => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);

  const answer = await api.as(api.weather, `POST /agent/chats/${room.id}/events`, { event });

  expect(outcome(answer)).toBe("422 validation_error");
  expect(detailsOf(answer)).toEqual(details);
  expect(api.world.messages.of(room.id)).toEqual([]);
});

test("content and metadata may be as large as the limits", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const metadata = { text: "é".repeat(32_762) };
  expect(Buffer.byteLength(JSON.stringify(metadata))).toBe(65_535);
  const event = { content: "x".repeat(16_384), message_type: "thought", metadata };

  expect(outcome(await api.as(api.weather, `POST /agent/chats/${room.id}/events`, { event }))).toBe("201");
});

test("an attention event resolves an earlier one", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const report = (metadata: Record<string, unknown>) =>
    api.as(api.weather, `POST /agent/chats/${room.id}/events`, {
      event: { content: "May I?", message_type: "attention", metadata },
    });

  const asked = idOf(await report({ kind: "question", blocking: true }));
  const resolved = await report({ kind: "question", resolves: asked, resolution: "approved" });

  expect(outcome(resolved)).toBe("201");
});

test("the context of an agent is what mentions it and what it wrote, oldest first", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather, api.planner);
  const question = await api.say(room, "@dana/weather rain?", api.weather);
  const event = { content: '{"name":"get_forecast"}', message_type: "tool_call" };
  const call = idOf(await api.as(api.weather, `POST /agent/chats/${room.id}/events`, { event }));
  await api.as(api.planner, `POST /agent/chats/${room.id}/events`, { event });
  await api.say(room, "and you?", api.planner);
  const message = { content: "It will.", mentions: [{ handle: "dana" }] };
  const reply = idOf(await api.as(api.weather, `POST /agent/chats/${room.id}/messages`, { message }));

  const answer = await api.as(api.weather, `GET /agent/chats/${room.id}/context`);

  expect(idsOf(answer)).toEqual([question, call, reply]);
  const metadata = {
    limit: 50,
    has_more: false,
    next_cursor: null,
    page: 1,
    page_size: 50,
    total_count: 3,
    total_pages: 1,
  };
  expect(answer.body).toMatchObject({ metadata, meta: metadata });
  expect(answer.body).toMatchObject({ data: [{}, { message_type: "tool_call", metadata: null }, {}] });
});

test("people are told whether an agent is at work", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  api.news.length = 0;

  for (const working of [true, false]) {
    const answer = await api.as(api.weather, `POST /agent/chats/${room.id}/activity`, { working });
    expect([answer.status, answer.body]).toEqual([200, { data: { working } }]);
  }
  expect(api.news).toEqual(
    [true, false].map((working) => ({ type: "agent_activity", roomId: room.id, agentId: api.weather.id, working })),
  );
});
