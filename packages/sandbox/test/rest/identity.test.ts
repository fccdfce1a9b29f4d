import { expect, test } from "vitest";
import { Api, idsOf, metadataOf } from "./api.ts";

const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

test("an agent reads who it is", async () => {
  await using api = await Api.start();
  const { planner, dana } = api;

  const answer = await api.as(planner, "GET /agent/me");

  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    data: {
      id: planner.id,
      name: "Planner",
      handle: "dana/planner",
      description: "Breaks goals into steps and asks specialists",
      owner_uuid: dana.id,
      listed_in_directory: false,
      tags: [],
      inserted_at: timestamp,
      updated_at: timestamp,
    },
  });
});

test("an agent's peers are its owner, its siblings and the global agents, never itself", async () => {
  await using api = await Api.start();
  const { planner, dana, weather } = api;
  const helper = api.world.accounts.registerAgent({
    ownerId: api.miguel.id,
    name: "Helper",
    description: "Helps anyone who asks",
    isGlobal: true,
  }).agent;

  const answer = await api.as(planner, "GET /agent/peers?page=1&page_size=2");

  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    data: [
      { id: dana.id, type: "User", name: "Dana Reyes", handle: "dana", is_contact: false, source: "registry" },
      {
        id: weather.id,
        type: "Agent",
        name: "Weather",
        handle: "dana/weather",
        description: "Forecasts for a place and day",
        is_external: true,
        listed_in_directory: false,
        tags: [],
        is_contact: false,
        source: "registry",
      },
    ],
    metadata: expect.objectContaining({ page: 1, page_size: 2, total_count: 3, total_pages: 2 }),
  });
  expect(idsOf(await api.as(planner, "GET /agent/peers?page=2&page_size=2"))).toEqual([helper.id]);
});

test("peers who are in a room already can be left out", async () => {
  await using api = await Api.start();
  const { planner, dana, weather } = api;
  const room = api.room(planner, weather);

  const answer = await api.as(planner, `GET /agent/peers?not_in_chat=${room.id}`);

  expect(idsOf(answer)).toEqual([dana.id]);
  expect(metadataOf(answer)).toMatchObject({ page: 1, page_size: 20, total_count: 1, total_pages: 1 });
  expect((await api.as(planner, "GET /agent/peers?not_in_chat=nowhere")).status).toBe(422);
});

test("a person's peers are the other people, their own agents and the global ones", async () => {
  await using api = await Api.start();
  const { dana, miguel, planner, weather } = api;

  expect(idsOf(await api.as(dana, "GET /me/peers"))).toEqual([miguel.id, planner.id, weather.id]);
  expect(idsOf(await api.as(dana, "GET /me/peers?type=Agent"))).toEqual([planner.id, weather.id]);
  expect(idsOf(await api.as(dana, "GET /me/peers?type=User"))).toEqual([miguel.id]);
  expect((await api.as(dana, "GET /me/peers?type=Robot")).status).toBe(422);
});

test("a credential can be tried with either kind of key", async () => {
  await using api = await Api.start();

  for (const entity of [api.dana, api.weather]) {
    const answer = await api.as(entity, "GET /test");
    expect([answer.status, answer.body]).toEqual([200, { data: { ok: true } }]);
  }
  expect((await api.call("GET /test")).status).toBe(401);
});
