import { expect, test } from "vitest";
import { Api, idOf, idsOf, outcome } from "./api.ts";

test("an agent with history is deleted only by force, and answers how many executions went with it", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  await api.say(room, "rain?", api.weather);
  const remove = (query = "") => api.as(api.dana, `DELETE /me/agents/${api.weather.id}${query}`);

  expect(outcome(await remove())).toBe("422 validation_error");
  expect(outcome(await remove("?force=false"))).toBe("422 validation_error");
  expect(outcome(await api.as(api.weather, "GET /agent/me"))).toBe("200");

  const answer = await remove("?force=true");
  expect([answer.status, answer.body]).toEqual([
    200,
    {
      data: {
        id: api.weather.id,
        name: "Weather",
        description: "Forecasts for a place and day",
        executions_deleted: 1,
      },
    },
  ]);
  expect(outcome(await remove("?force=true"))).toBe("404 not_found");
});

test("a deleted agent is out of its rooms, its key is dead, its handle free, and what it said stays", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather, api.planner);
  const key = api.keyOf(api.weather);
  const said = await api.as(api.weather, `POST /agent/chats/${room.id}/messages`, {
    message: { content: "It will", mentions: [{ id: api.dana.id }] },
  });
  await api.say(room, "and tomorrow?", api.weather);
  api.news.length = 0;

  await api.as(api.dana, `DELETE /me/agents/${api.weather.id}?force=true`);

  expect(api.news.map(({ type }) => type)).toEqual(["participant_removed", "room_removed", "agent_deleted"]);
  expect(outcome(await api.call("GET /agent/me", { key }))).toBe("401 unauthorized");
  expect(api.world.keys.newest(api.weather.id)).toBeUndefined();
  expect(idsOf(await api.as(api.dana, `GET /me/chats/${room.id}/participants`))).toEqual([api.dana.id, api.planner.id]);
  expect(idsOf(await api.as(api.dana, "GET /me/agents"))).toEqual([api.planner.id]);
  expect(idsOf(await api.as(api.planner, "GET /agent/peers"))).toEqual([api.dana.id]);
  const participant = { participant_id: api.weather.id };
  expect(outcome(await api.as(api.dana, `POST /me/chats/${room.id}/participants`, { participant }))).toBe(
    "404 not_found",
  );
  const messages = await api.as(api.dana, `GET /me/chats/${room.id}/messages`);
  expect(messages.body).toMatchObject({
    data: [{ metadata: { mentions: [{ name: "Weather" }] } }, { id: idOf(said), sender_name: "Weather" }],
  });
  const agent = { name: "Weather", description: "The next forecaster" };
  await api.as(api.dana, "POST /me/agents/register", { agent });
  expect(api.world.accounts.byHandle("dana/weather")?.name).toBe("Weather");
  expect(api.world.accounts.byHandle("dana/weather")?.id).not.toBe(api.weather.id);
});

test("a deleted agent leaves no contact, no pending request, no memory and no task of its own", async () => {
  await using api = await Api.start();
  const { weather, ledger, miguel } = api;
  const room = api.room(api.dana, weather);
  await api.as(weather, "POST /agent/contacts/add", { handle: "miguel/ledger" });
  await api.as(ledger, "POST /agent/contacts/add", { handle: "dana/weather" });
  await api.as(weather, "POST /agent/contacts/add", { handle: "miguel" });
  await api.as(weather, "POST /agent/memories", {
    memory: { content: "c", thought: "t", system: "working", type: "semantic", segment: "user", scope: "organization" },
  });
  await api.as(weather, `POST /agent/chats/${room.id}/tasks`, { subject: "Look" });
  await api.as(weather, `POST /agent/chats/${room.id}/tasks/1`, { status: "in_progress" });
  expect(idsOf(await api.as(ledger, "GET /agent/contacts"))).toHaveLength(1);
  expect(idsOf(await api.as(miguel, "GET /me/contacts/requests"))).toHaveLength(1);

  expect(outcome(await api.as(api.dana, `DELETE /me/agents/${weather.id}?force=true`))).toBe("200");

  expect(idsOf(await api.as(ledger, "GET /agent/contacts"))).toEqual([]);
  expect(idsOf(await api.as(miguel, "GET /me/contacts/requests"))).toEqual([]);
  expect(idsOf(await api.as(ledger, "GET /agent/memories?scope=organization"))).toEqual([]);
  expect(api.world.tasks.get(api.dana, { roomId: room.id, task: "1" })).toMatchObject({ assignments: [] });
});

test("a room that a deleted agent alone owned goes to its owner, else to whoever came first; an empty one ends", async () => {
  await using api = await Api.start();
  const withOwner = api.room(api.weather, api.planner, api.dana);
  const without = api.room(api.weather, api.planner, api.miguel);
  const alone = api.room(api.weather);
  const shared = api.room(api.weather, api.planner);
  api.world.participants.add(undefined, { roomId: shared.id, entityId: api.miguel.id, role: "owner" });

  await api.as(api.dana, `DELETE /me/agents/${api.weather.id}?force=true`);

  const ownersOf = (roomId: string) =>
    api.world.participants.of(roomId).flatMap(({ entity, role }) => (role === "owner" ? [entity.handle] : []));
  expect([withOwner, without, shared].map(({ id }) => ownersOf(id))).toEqual([["dana"], ["dana/planner"], ["miguel"]]);
  expect(api.world.rooms.room(alone.id)).toBeUndefined();
});

test("an agent is its owner's to read, rename and delete, and nobody else's", async () => {
  await using api = await Api.start();
  const path = `/me/agents/${api.weather.id}`;

  expect((await api.as(api.dana, `GET ${path}`)).body).toMatchObject({ data: { name: "Weather", slug: "weather" } });
  const agent = { name: "Forecaster", tags: ["sky"], listed_in_directory: true };
  const changed = await api.as(api.dana, `PATCH ${path}`, { agent });
  expect(changed.body).toMatchObject({ data: { ...agent, slug: "weather", description: api.weather.description } });
  expect((await api.as(api.dana, `GET ${path}`)).body).toEqual(changed.body);
  expect((await api.as(api.weather, "GET /agent/me")).body).toMatchObject({
    data: { name: "Forecaster", handle: "dana/weather", tags: ["sky"] },
  });
  expect(outcome(await api.as(api.dana, `PATCH ${path}`, { agent: { name: "F" } }))).toBe("422 validation_error");
  for (const line of [`GET ${path}`, `DELETE ${path}?force=true`])
    expect(outcome(await api.as(api.miguel, line))).toBe("404 not_found");
  expect(outcome(await api.as(api.miguel, `PATCH ${path}`, { agent: {} }))).toBe("404 not_found");
});

test("a deleted message is gone from the room, the queue and every context", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const first = await api.say(room, "rain?", api.weather);
  const second = await api.say(room, "sun?", api.weather);
  await api.as(api.weather, `POST /agent/chats/${room.id}/messages/${first}/processing`);
  const message = api.world.messages.message(first);
  if (message === undefined) throw new Error("nothing was said");
  api.news.length = 0;

  api.world.messages.delete(message);

  expect(api.news).toEqual([{ type: "message_deleted", roomId: room.id, messageId: first }]);
  const chat = `/agent/chats/${room.id}`;
  expect((await api.as(api.weather, `GET ${chat}/messages/next`)).body).toMatchObject({ data: { id: second } });
  for (const list of ["messages?status=all", "context"])
    expect(idsOf(await api.as(api.weather, `GET ${chat}/${list}`))).toEqual([second]);
  expect(idsOf(await api.as(api.dana, `GET /me/chats/${room.id}/messages`))).toEqual([second]);
  expect(outcome(await api.as(api.weather, `POST ${chat}/messages/${first}/processed`))).toBe("404 not_found");
});
