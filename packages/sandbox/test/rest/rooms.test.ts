import { expect, test } from "vitest";
import { Api, detailsOf, idOf, idsOf, metadataOf, outcome } from "./api.ts";

const nowhere = "00000000-0000-4000-8000-000000000000";
const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

test("an agent creates a room, owns it, and is told that it was added", async () => {
  await using api = await Api.start();

  const answer = await api.as(api.planner, "POST /agent/chats", { chat: { title: " Picnic plan " } });

  expect(answer.status).toBe(201);
  const shape = { title: "Picnic plan", task_id: null, inserted_at: timestamp, updated_at: timestamp };
  expect(answer.body).toEqual({ data: { id: expect.any(String), ...shape } });
  const id = idOf(answer);
  expect((await api.as(api.planner, `GET /agent/chats/${id}`)).body).toEqual(answer.body);
  expect((await api.as(api.planner, `GET /agent/chats/${id}/participants`)).body).toMatchObject({
    data: [{ id: api.planner.id, role: "owner" }],
  });
  expect(api.news).toMatchObject([{ type: "room_added", to: { id: api.planner.id }, room: { id } }]);
});

test("a person's room tells more", async () => {
  await using api = await Api.start();

  const answer = await api.as(api.dana, "POST /me/chats", { chat: {} });

  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({
    data: {
      id: expect.any(String),
      title: "New chat",
      task_id: null,
      type: "direct",
      status: "active",
      last_message_at: null,
      inserted_at: timestamp,
      updated_at: timestamp,
    },
  });
  expect((await api.as(api.dana, `GET /me/chats/${idOf(answer)}`)).body).toEqual(answer.body);
});

test.each([
  [{ title: "x".repeat(120) }, "201"],
  [{ title: "😀".repeat(120) }, "201"],
  [{ title: "x".repeat(121) }, "422 validation_error"],
  [{ title: "two\nlines" }, "422 validation_error"],
  [{ title: "two\rlines" }, "422 validation_error"],
  [{ title: "nul\u0000" }, "422 validation_error"],
  [{ title: "   " }, "201"],
  [{ title: null }, "201"],
  [{ task_id: null }, "201"],
  [{ task_id: nowhere }, "422 validation_error"],
])("a room with %j is answered %s", async (chat, expected) => {
  await using api = await Api.start();
  expect(outcome(await api.as(api.planner, "POST /agent/chats", { chat }))).toBe(expected);
  expect(outcome(await api.as(api.dana, "POST /me/chats", { chat }))).toBe(expected);
});

test("rooms are listed newest first, to those in them only", async () => {
  await using api = await Api.start();
  const rooms = [api.room(api.planner), api.room(api.dana, api.planner), api.room(api.planner, api.dana)];
  api.room(api.weather);
  const newestFirst = rooms.map(({ id }) => id).reverse();

  const mine = await api.as(api.planner, "GET /agent/chats?page=1&page_size=100");
  expect(idsOf(mine)).toEqual(newestFirst);
  expect(metadataOf(mine)).toMatchObject({ page: 1, page_size: 100, total_count: 3, total_pages: 1 });
  expect(idsOf(await api.as(api.dana, "GET /me/chats"))).toEqual(newestFirst.slice(0, 2));
  expect(idsOf(await api.as(api.dana, "GET /me/chats?order=asc"))).toEqual(newestFirst.slice(0, 2).reverse());
  expect(idsOf(await api.as(api.dana, "GET /me/chats?status=archived"))).toEqual([]);
  expect(idsOf(await api.as(api.dana, "GET /me/chats?type=group"))).toEqual([]);
  expect(outcome(await api.as(api.dana, "GET /me/chats?status=lost"))).toBe("422 validation_error");
});

test("rooms can be listed by when they last changed", async () => {
  await using api = await Api.start();
  const [first, second] = [api.room(api.dana), api.room(api.dana)];
  await api.as(api.dana, `PATCH /me/chats/${first.id}`, { chat: { title: "Changed" } });

  expect(idsOf(await api.as(api.dana, "GET /me/chats?sort_by=updated_at"))).toEqual([first.id, second.id]);
  expect(idsOf(await api.as(api.dana, "GET /me/chats?sort_by=inserted_at"))).toEqual([second.id, first.id]);
});

test.each(["agent", "me"] as const)("under /%s, an owner renames its room and nobody else does", async (surface) => {
  await using api = await Api.start();
  const [owner, member] = surface === "agent" ? [api.planner, api.weather] : [api.dana, api.miguel];
  const room = api.room(owner, member);
  const rename = (as: typeof owner, title: string) =>
    api.as(as, `PATCH /${surface}/chats/${room.id}`, { chat: { title } });

  const renamed = await rename(owner, "Picnic on Sunday");
  expect(renamed.status).toBe(200);
  expect(renamed.body).toMatchObject({ data: { id: room.id, title: "Picnic on Sunday" } });
  expect((await rename(owner, " Picnic on Sunday ")).body).toEqual(renamed.body);
  expect(outcome(await rename(member, "Mine"))).toBe("403 forbidden");
  expect(detailsOf(await rename(owner, "  "))).toEqual({ "/chat/title": ["can't be blank"] });
});

test("the first text names a room that nobody named, later texts don't", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);

  await api.say(room, `@dana/weather will it\n rain in ${"L".repeat(80)}?`, api.weather);
  const named = await api.as(api.dana, `GET /me/chats/${room.id}`);
  expect(named.body).toMatchObject({ data: { title: `Weather will it rain in ${"L".repeat(36)}` } });

  await api.say(room, "another topic", api.weather);
  expect((await api.as(api.dana, `GET /me/chats/${room.id}`)).body).toMatchObject({
    data: { title: `Weather will it rain in ${"L".repeat(36)}` },
  });
});

test("a chosen title stays", async () => {
  await using api = await Api.start();
  const room = api.world.rooms.create(api.dana, { title: "Picnic" });
  api.world.participants.add(undefined, { roomId: room.id, entityId: api.weather.id });

  await api.say(room, "rain?", api.weather);

  expect((await api.as(api.dana, `GET /me/chats/${room.id}`)).body).toMatchObject({ data: { title: "Picnic" } });
});

test("texts and events move last_message_at, renaming does not", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const lastMessageAt = () => api.world.rooms.room(room.id)?.lastMessageAt;
  const insertedAt = (id: string) => api.world.messages.message(id)?.insertedAt;

  const text = await api.say(room, "rain?", api.weather);
  expect(lastMessageAt()).toBe(insertedAt(text));
  const event = { event: { content: "hm", message_type: "thought" } };
  const thought = idOf(await api.as(api.weather, `POST /agent/chats/${room.id}/events`, event));
  expect(lastMessageAt()).toBe(insertedAt(thought));
  await api.as(api.dana, `PATCH /me/chats/${room.id}`, { chat: { title: "Rain" } });
  expect(lastMessageAt()).toBe(insertedAt(thought));
});

test("an owner deletes a room for everyone; nobody else can", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.miguel, api.weather);
  api.news.length = 0;

  expect(outcome(await api.as(api.miguel, `DELETE /me/chats/${room.id}`))).toBe("403 forbidden");
  const answer = await api.as(api.dana, `DELETE /me/chats/${room.id}`);

  expect(answer.status).toBe(200);
  expect(idsOf(await api.as(api.weather, "GET /agent/chats"))).toEqual([]);
  expect(outcome(await api.as(api.dana, `GET /me/chats/${room.id}`))).toBe("404 not_found");
  expect(api.news.map(({ type }) => type)).toEqual(["room_deleted", "room_removed", "room_removed", "room_removed"]);
});
