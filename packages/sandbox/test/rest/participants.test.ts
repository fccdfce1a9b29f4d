import { expect, test } from "vitest";
import type { Role } from "../../src/world/model.ts";
import { Api, idsOf, metadataOf, outcome } from "./api.ts";

const nowhere = "00000000-0000-4000-8000-000000000000";

test("an agent adds a sibling, and those concerned are told", async () => {
  await using api = await Api.start();
  const room = api.room(api.planner);
  api.news.length = 0;

  const answer = await api.as(api.planner, `POST /agent/chats/${room.id}/participants`, {
    participant: { participant_id: api.weather.id, role: "member" },
  });

  expect(answer.status).toBe(201);
  const weather = {
    id: api.weather.id,
    type: "Agent",
    name: "Weather",
    handle: "dana/weather",
    role: "member",
    status: "inactive",
  };
  expect(answer.body).toEqual({ data: weather });
  expect(api.news).toMatchObject([
    { type: "participant_added", roomId: room.id, participant: { entity: { id: api.weather.id } } },
    { type: "room_added", to: { id: api.weather.id }, room: { id: room.id } },
  ]);
  expect((await api.as(api.weather, `GET /agent/chats/${room.id}/participants`)).body).toEqual({
    data: [
      { id: api.planner.id, type: "Agent", name: "Planner", handle: "dana/planner", role: "owner", status: "inactive" },
      weather,
    ],
  });
});

test("an id is read in any case", async () => {
  await using api = await Api.start();
  const room = api.room(api.planner);
  const shouted = { participant: { participant_id: api.weather.id.toUpperCase() } };

  const path = `/agent/chats/${room.id.toUpperCase()}/participants`;
  expect(outcome(await api.as(api.planner, `POST ${path}`, shouted))).toBe("201");
});

test("an agent is active while it listens or has work waiting", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const status = () => api.world.participants.of(room.id).find(({ entity }) => entity.id === api.weather.id)?.status;

  expect(status()).toBe("inactive");
  api.world.listening.set(api.weather.id, room.id, true);
  expect(status()).toBe("active");
  api.world.listening.set(api.weather.id, room.id, false);
  expect(status()).toBe("inactive");
  const id = await api.say(room, "rain?", api.weather);
  expect(status()).toBe("active");
  await api.as(api.weather, `POST /agent/chats/${room.id}/messages/${id}/processing`);
  await api.as(api.weather, `POST /agent/chats/${room.id}/messages/${id}/processed`);
  expect(status()).toBe("inactive");
});

/** Who may add whom, with which role. `weather` acts for agents, `miguel` for people, both with the role given. */
test.each<[as: "agent" | "me", Role, whom: "dana" | "planner" | "ledger" | "itself" | "nobody", Role, string]>([
  ["agent", "member", "dana", "member", "201"],
  ["agent", "member", "planner", "member", "201"],
  ["agent", "member", "planner", "admin", "403 forbidden"],
  ["agent", "member", "planner", "owner", "403 forbidden"],
  ["agent", "admin", "planner", "admin", "201"],
  ["agent", "admin", "dana", "owner", "201"],
  ["agent", "owner", "planner", "owner", "201"],
  ["agent", "owner", "ledger", "member", "403 forbidden"],
  ["agent", "owner", "itself", "member", "409 conflict"],
  ["agent", "owner", "nobody", "member", "404 not_found"],
  ["me", "member", "dana", "member", "201"],
  ["me", "member", "ledger", "member", "201"],
  ["me", "member", "ledger", "admin", "403 forbidden"],
  ["me", "owner", "dana", "owner", "201"],
  ["me", "owner", "planner", "member", "403 forbidden"],
  ["me", "owner", "itself", "member", "409 conflict"],
  ["me", "owner", "nobody", "member", "404 not_found"],
])("under /%s, a caller who is %s and adds %s as %s is answered %s", async (surface, own, whom, role, expected) => {
  await using api = await Api.start();
  const caller = surface === "agent" ? api.weather : api.miguel;
  const room = api.world.rooms.create(api.world.accounts.createUser({ handle: "host" }).user, {});
  api.world.participants.add(undefined, { roomId: room.id, entityId: caller.id, role: own });
  const ids = {
    dana: api.dana.id,
    planner: api.planner.id,
    ledger: api.ledger.id,
    itself: caller.id,
    nobody: nowhere,
  };

  const participant = { participant_id: ids[whom], role };
  const answer = await api.as(caller, `POST /${surface}/chats/${room.id}/participants`, { participant });

  expect(outcome(answer)).toBe(expected);
  if (expected === "201") expect(api.world.participants.isIn(room.id, ids[whom])).toBe(true);
});

/** Who may remove whom. The room has another owner, so that nobody is the sole one. */
test.each<[as: "agent" | "me", Role, whom: "agent" | "person" | "itself" | "stranger", Role, string]>([
  ["agent", "owner", "agent", "member", "200"],
  ["agent", "owner", "agent", "admin", "200"],
  ["agent", "owner", "agent", "owner", "200"],
  ["agent", "owner", "person", "member", "403 forbidden"],
  ["agent", "admin", "agent", "member", "200"],
  ["agent", "admin", "agent", "owner", "403 forbidden"],
  ["agent", "member", "agent", "member", "403 forbidden"],
  ["agent", "member", "agent", "owner", "403 forbidden"],
  ["agent", "owner", "itself", "owner", "200"],
  ["agent", "admin", "itself", "admin", "200"],
  ["agent", "member", "itself", "member", "200"],
  ["agent", "owner", "stranger", "member", "404 not_found"],
  ["me", "owner", "person", "member", "200"],
  ["me", "owner", "agent", "member", "200"],
  ["me", "admin", "agent", "owner", "403 forbidden"],
  ["me", "member", "agent", "member", "403 forbidden"],
  ["me", "member", "itself", "member", "200"],
  ["me", "owner", "stranger", "member", "404 not_found"],
])(
  "under /%s, a caller who is %s and removes %s who is %s is answered %s",
  async (surface, own, whom, role, expected) => {
    await using api = await Api.start();
    const caller = surface === "agent" ? api.weather : api.miguel;
    const room = api.world.rooms.create(api.world.accounts.createUser({ handle: "host" }).user, {});
    const join = (entityId: string, as: Role) =>
      api.world.participants.add(undefined, { roomId: room.id, entityId, role: as });
    join(caller.id, own);
    const ids = { agent: api.planner.id, person: api.dana.id, itself: caller.id, stranger: api.ledger.id };
    if (whom === "agent" || whom === "person") join(ids[whom], role);
    api.news.length = 0;

    const answer = await api.as(caller, `DELETE /${surface}/chats/${room.id}/participants/${ids[whom]}`);

    expect(outcome(answer)).toBe(expected);
    if (expected !== "200") return;
    expect(answer.body).toMatchObject({ data: { id: ids[whom], role } });
    expect(api.world.participants.isIn(room.id, ids[whom])).toBe(false);
    expect(api.news).toMatchObject([
      { type: "participant_removed", participant: { entity: { id: ids[whom] } } },
      { type: "room_removed", from: { id: ids[whom] }, room: { id: room.id } },
    ]);
  },
);

test("the sole owner cannot leave, and can once there is another", async () => {
  await using api = await Api.start();
  const room = api.room(api.planner, api.weather);
  const leave = () => api.as(api.planner, `DELETE /agent/chats/${room.id}/participants/${api.planner.id}`);

  expect(outcome(await leave())).toBe("403 cannot_remove_sole_owner");
  api.world.participants.add(undefined, { roomId: room.id, entityId: api.dana.id, role: "owner" });
  expect(outcome(await leave())).toBe("200");
});

test("a removed agent no longer sees the room, and cannot add itself again", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  await api.as(api.dana, `DELETE /me/chats/${room.id}/participants/${api.weather.id}`);

  const participant = { participant_id: api.weather.id };
  const answer = await api.as(api.weather, `POST /agent/chats/${room.id}/participants`, { participant });
  expect(outcome(answer)).toBe("404 not_found");
});

test("a person sees more of an agent, and can page and filter", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather, api.planner);

  const answer = await api.as(api.dana, `GET /me/chats/${room.id}/participants?participant_type=Agent&limit=1`);

  expect(answer.body).toMatchObject({
    data: [
      {
        id: api.weather.id,
        type: "Agent",
        name: "Weather",
        handle: "dana/weather",
        role: "member",
        status: "inactive",
        is_external: true,
        description: "Forecasts for a place and day",
      },
    ],
  });
  expect(metadataOf(answer)).toMatchObject({ has_more: true, limit: 1, total_count: 2 });
  expect(idsOf(await api.as(api.dana, `GET /me/chats/${room.id}/participants`))).toEqual([
    api.dana.id,
    api.weather.id,
    api.planner.id,
  ]);
});
