import { expect, test } from "vitest";
import { Api, idsOf, outcome } from "./api.ts";

test("an archived room is left out of lists of active ones, and works as before", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const other = api.room(api.dana, api.weather);
  const archive = () => api.as(api.dana, `POST /me/chats/${room.id}/archive`);
  api.news.length = 0;

  expect((await archive()).body).toMatchObject({ data: { id: room.id, status: "archived", type: "direct" } });
  expect(outcome(await archive())).toBe("200");

  expect(idsOf(await api.as(api.weather, "GET /agent/chats"))).toEqual([other.id]);
  expect(idsOf(await api.as(api.dana, "GET /me/chats"))).toEqual([other.id]);
  expect(idsOf(await api.as(api.dana, "GET /me/chats?status=archived"))).toEqual([room.id]);
  expect(outcome(await api.as(api.weather, `GET /agent/chats/${room.id}`))).toBe("200");
  const id = await api.say(room, "rain?", api.weather);
  expect((await api.as(api.weather, `GET /agent/chats/${room.id}/messages/next`)).body).toMatchObject({ data: { id } });

  expect((await api.as(api.dana, `POST /me/chats/${room.id}/unarchive`)).body).toMatchObject({
    data: { status: "active" },
  });
  expect(new Set(idsOf(await api.as(api.weather, "GET /agent/chats")))).toEqual(new Set([room.id, other.id]));
  expect(api.news.map(({ type }) => type)).toEqual(["message_created"]);
});

test("only an owner archives a room", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.miguel);
  for (const action of ["archive", "unarchive"])
    expect(outcome(await api.as(api.miguel, `POST /me/chats/${room.id}/${action}`))).toBe("403 forbidden");
  expect(api.world.rooms.room(room.id)?.status).toBe("active");
});
