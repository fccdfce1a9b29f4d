import { expect, test } from "vitest";
import { z } from "zod";
import { Api, detailsOf, idsOf, metadataOf, outcome } from "./api.ts";

const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

test("a person reads and changes their profile", async () => {
  await using api = await Api.start();

  const answer = await api.as(api.dana, "GET /me/profile");
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    data: {
      id: api.dana.id,
      email: "dana@example.test",
      handle: "dana",
      first_name: "Dana",
      last_name: "Reyes",
      role: "user",
      listed_in_directory: false,
    },
  });

  const changed = await api.as(api.dana, "PUT /me/profile", { user: { last_name: "Soto" } });
  expect(changed.body).toMatchObject({ data: { first_name: "Dana", last_name: "Soto" } });
  expect((await api.as(api.dana, "GET /me/profile")).body).toEqual(changed.body);
  expect(api.world.user(api.dana.id)?.name).toBe("Dana Soto");
  expect(detailsOf(await api.as(api.dana, "PUT /me/profile", { user: { handle: "d" } }))).toEqual({
    "/user/handle": ["Unexpected field: handle"],
  });
});

test("a registered agent can use its key at once", async () => {
  await using api = await Api.start();
  const agent = { name: "Café Guide", description: "Knows where to drink coffee" };

  const answer = await api.as(api.dana, "POST /me/agents/register", { agent });

  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({
    data: {
      agent: { id: expect.any(String), ...agent, owner_id: api.dana.id, inserted_at: timestamp },
      credentials: { api_key: expect.stringMatching(/^band_a_\d+_[\w-]{32}$/) },
    },
  });
  const key = z.object({ data: z.object({ credentials: z.object({ api_key: z.string() }) }) }).parse(answer.body).data
    .credentials.api_key;
  expect((await api.call("GET /agent/me", { key })).body).toMatchObject({ data: { handle: "dana/cafe-guide" } });
});

test("two agents of one name have two handles", async () => {
  await using api = await Api.start();
  const agent = { name: "Weather", description: "Another forecaster" };

  await api.as(api.dana, "POST /me/agents/register", { agent });
  await api.as(api.miguel, "POST /me/agents/register", { agent });

  expect(api.world.accounts.agents().map(({ handle }) => handle)).toEqual([
    "dana/planner",
    "dana/weather",
    "miguel/ledger",
    "dana/weather-2",
    "miguel/weather",
  ]);
});

test.each([
  [{ name: "ab", description: "long enough" }, { "/agent/name": ["String length is smaller than minLength: 3"] }],
  [
    { name: "a".repeat(101), description: "long enough" },
    { "/agent/name": ["String length is larger than maxLength: 100"] },
  ],
  [{ name: "abc", description: "short" }, { "/agent/description": ["String length is smaller than minLength: 10"] }],
  [
    { name: "abc", description: "d".repeat(501) },
    { "/agent/description": ["String length is larger than maxLength: 500"] },
  ],
  [{}, { "/agent/name": ["Missing field: name"], "/agent/description": ["Missing field: description"] }],
])("registering %j is refused", async (agent, details) => {
  await using api = await Api.start();
  const answer = await api.as(api.dana, "POST /me/agents/register", { agent });
  expect(outcome(answer)).toBe("422 validation_error");
  expect(detailsOf(answer)).toEqual(details);
});

test("a person lists their agents, filtered and sorted", async () => {
  await using api = await Api.start();
  const list = (query: string) => api.as(api.dana, `GET /me/agents?${query}`);

  const all = await list("");
  expect(all.body).toMatchObject({
    data: [
      {
        id: api.weather.id,
        name: "Weather",
        description: "Forecasts for a place and day",
        is_external: true,
        slug: "weather",
        model_type: null,
        tags: [],
        listed_in_directory: false,
        registry_access: true,
        shared_with_organization: false,
        system_prompt_id: null,
      },
      { id: api.planner.id },
    ],
  });
  expect(metadataOf(all)).toMatchObject({
    available_filters: expect.arrayContaining([{ param: "name", label: "Name", type: "string" }]),
    sortable_fields: expect.arrayContaining([{ param: "inserted_at", label: "Created" }]),
  });
  expect(idsOf(await list("name=PLAN"))).toEqual([api.planner.id]);
  expect(idsOf(await list("name=%25"))).toEqual([]);
  expect(idsOf(await list("sort=name&order=asc"))).toEqual([api.planner.id, api.weather.id]);
  expect(idsOf(await list("is_external=false"))).toEqual([]);
  expect(idsOf(await list("listed_in_directory=false&is_external=true"))).toHaveLength(2);
  expect(detailsOf(await list("is_external=perhaps"))).toEqual({ "/is_external": ["Invalid boolean. Got: string"] });
  expect(outcome(await list("sort=age"))).toBe("422 validation_error");
});
