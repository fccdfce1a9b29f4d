import { expect, test } from "vitest";
import type { Agent, User } from "../../src/world/model.ts";
import { type Answer, Api, detailsOf, idsOf, metadataOf, outcome } from "./api.ts";

/** Seven of everything, and each list that is read in both styles with what it then holds. */
const lists = ["work", "context", "my messages", "my chats", "my participants", "my agents", "tasks"] as const;

async function sevenOf(list: (typeof lists)[number], api: Api): Promise<{ as: User | Agent; path: string }> {
  const room = api.room(api.dana, api.weather);
  if (list === "work" || list === "context" || list === "my messages") {
    for (let number = 1; number <= 7; number++) await api.say(room, `question ${number}`, api.weather);
  }
  for (let number = 1; number <= 6; number++) if (list === "my chats") api.room(api.dana);
  for (let number = 1; number <= 7; number++) {
    if (list === "tasks") api.world.tasks.create(api.weather, { roomId: room.id, subject: `task ${number}` });
  }
  for (let number = 1; number <= 5; number++) {
    const name = `Agent ${number}`;
    const { agent } = api.world.accounts.registerAgent({
      ownerId: api.dana.id,
      name,
      description: "One of several agents",
    });
    if (list === "my participants") api.world.participants.add(undefined, { roomId: room.id, entityId: agent.id });
  }
  switch (list) {
    case "work":
      return { as: api.weather, path: `/agent/chats/${room.id}/messages` };
    case "context":
      return { as: api.weather, path: `/agent/chats/${room.id}/context` };
    case "my messages":
      return { as: api.dana, path: `/me/chats/${room.id}/messages` };
    case "my chats":
      return { as: api.dana, path: "/me/chats" };
    case "my participants":
      return { as: api.dana, path: `/me/chats/${room.id}/participants` };
    case "tasks":
      return { as: api.weather, path: `/agent/chats/${room.id}/tasks` };
    case "my agents":
      return { as: api.dana, path: "/me/agents" };
  }
}

test.each(lists)("%s can be walked by cursor and by page, each entry once and in the same order", async (list) => {
  await using api = await Api.start();
  const { as, path } = await sevenOf(list, api);
  const get = (query: string) => api.as(as, `GET ${path}?${query}`);
  const whole = await get("");
  expect(new Set(idsOf(whole)).size).toBe(7);
  expect(metadataOf(whole)).toMatchObject({
    has_more: false,
    next_cursor: null,
    page: 1,
    total_count: 7,
    total_pages: 1,
  });

  const byCursor: Answer[] = [await get("limit=3")];
  for (let cursor = metadataOf(byCursor[0] ?? whole).next_cursor; typeof cursor === "string"; ) {
    const answer = await get(`limit=3&cursor=${encodeURIComponent(cursor)}`);
    byCursor.push(answer);
    cursor = metadataOf(answer).next_cursor;
  }
  expect(byCursor.flatMap(idsOf)).toEqual(idsOf(whole));
  expect(byCursor.map((answer) => metadataOf(answer).has_more)).toEqual([true, true, false]);
  expect(byCursor.map((answer) => answer.headers.get("deprecation"))).toEqual([null, null, null]);

  const byPage = [await get("page=1&page_size=3"), await get("page=2&page_size=3"), await get("page=3&page_size=3")];
  expect(byPage.flatMap(idsOf)).toEqual(idsOf(whole));
  for (const [index, answer] of byPage.entries()) {
    expect(metadataOf(answer)).toMatchObject({ page: index + 1, page_size: 3, total_count: 7, total_pages: 3 });
    expect(answer.headers.get("deprecation")).toBe("true");
    expect(answer.headers.get("sunset")).toBe("Thu, 01 Oct 2026 00:00:00 GMT");
  }
  expect(idsOf(await get("page=4&page_size=3"))).toEqual([]);
});

test.each(lists)(
  "%s clamps sizes, and refuses mixed styles, numbers that are none and foreign cursors",
  async (list) => {
    await using api = await Api.start();
    const { as, path } = await sevenOf(list, api);
    const get = (query: string) => api.as(as, `GET ${path}?${query}`);

    expect(metadataOf(await get("limit=1000"))).toMatchObject({ limit: 100 });
    expect(metadataOf(await get("limit=0"))).toMatchObject({ limit: 1 });
    expect(metadataOf(await get("page_size=1000"))).toMatchObject({ page: 1, page_size: 100 });
    expect(metadataOf(await get("page=0&page_size=-1"))).toMatchObject({ page: 1, page_size: 1 });
    expect(idsOf(await get("page=99999999999999999999"))).toEqual([]);
    expect(detailsOf(await get("limit=ten"))).toEqual({ "/limit": ["Invalid integer. Got: string"] });
    for (const mixed of ["cursor=x&page=1", "limit=5&page_size=5", "cursor=x&page_size=5", "limit=5&page=1"]) {
      expect(outcome(await get(mixed))).toBe("422 validation_error");
    }
    expect(detailsOf(await get("cursor=x"))).toEqual({ "/cursor": ["is not a cursor of this list"] });
  },
);

test("a cursor holds for its sort order only", async () => {
  await using api = await Api.start();
  const { as } = await sevenOf("my agents", api);
  const cursor = metadataOf(await api.as(as, "GET /me/agents?limit=2&sort=name&order=asc")).next_cursor;

  const next = `GET /me/agents?limit=2&cursor=${String(cursor)}`;
  expect(outcome(await api.as(as, `${next}&sort=name&order=asc`))).toBe("200");
  expect(outcome(await api.as(as, `${next}&sort=name&order=desc`))).toBe("422 validation_error");
  expect(outcome(await api.as(as, next))).toBe("422 validation_error");
});

test("my chats asked by cursor leaves the page numbers out", async () => {
  await using api = await Api.start();
  await sevenOf("my chats", api);

  const metadata = metadataOf(await api.as(api.dana, "GET /me/chats?limit=3"));

  expect(Object.keys(metadata).toSorted()).toEqual(["has_more", "limit", "next_cursor"]);
});

test("what comes in during a walk neither repeats nor hides an entry", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  const before: string[] = [];
  for (let number = 1; number <= 4; number++) before.unshift(await api.say(room, `question ${number}`, api.weather));
  const path = `/me/chats/${room.id}/messages`;

  const first = await api.as(api.dana, `GET ${path}?limit=2`);
  await api.say(room, "one more", api.weather);
  const cursor = String(metadataOf(first).next_cursor);
  const second = await api.as(api.dana, `GET ${path}?limit=2&cursor=${cursor}`);

  expect([...idsOf(first), ...idsOf(second)]).toEqual(before);
});

test("an agent walks its rooms by page, and is not told to stop doing so", async () => {
  await using api = await Api.start();
  for (let number = 1; number <= 5; number++) api.room(api.weather);

  const pages = [];
  for (const page of [1, 2, 3]) pages.push(await api.as(api.weather, `GET /agent/chats?page=${page}&page_size=2`));

  expect(new Set(pages.flatMap(idsOf)).size).toBe(5);
  expect(pages.map(metadataOf)).toMatchObject(
    [1, 2, 3].map((page) => ({ page, page_size: 2, total_count: 5, total_pages: 3 })),
  );
  expect(pages.map(({ headers }) => headers.get("deprecation"))).toEqual([null, null, null]);
});

test("the sample of an empty list of failures", async () => {
  await using api = await Api.start();
  const room = api.room(api.weather);

  const answer = await api.as(api.weather, `GET /agent/chats/${room.id}/messages?status=failed&limit=20`);

  expect(answer.body).toEqual({
    data: [],
    metadata: {
      status_filter: "failed",
      limit: 20,
      has_more: false,
      next_cursor: null,
      page: 1,
      page_size: 20,
      total_count: 0,
      total_pages: 0,
    },
  });
});

/** Every list, and whether the platform documents cursors for it, so that numbers are on their way out there. */
test.each<[as: "weather" | "dana", list: string, isDeprecated: boolean]>([
  ["weather", "/agent/chats", false],
  ["weather", "/agent/peers", false],
  ["weather", "/agent/contacts", false],
  ["weather", "/agent/contacts/requests", false],
  ["weather", "/agent/memories", true],
  ["weather", "/agent/chats/ROOM/messages", true],
  ["weather", "/agent/chats/ROOM/context", true],
  ["weather", "/agent/chats/ROOM/tasks", true],
  ["weather", "/agent/chats/ROOM/tasks/1/history", true],
  ["dana", "/me/agents", true],
  ["dana", "/me/agents/AGENT/executions", true],
  ["dana", "/me/peers", false],
  ["dana", "/me/contacts", false],
  ["dana", "/me/contacts/requests", false],
  ["dana", "/me/contacts/requests/sent", false],
  ["dana", "/me/memories", true],
  ["dana", "/me/chats", true],
  ["dana", "/me/chats/ROOM/messages", true],
  ["dana", "/me/chats/ROOM/participants", true],
])("to %s, numbers in %s are deprecated: %s", async (as, list, isDeprecated) => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather);
  api.world.tasks.create(api.weather, { roomId: room.id, subject: "Look" });
  const path = list.replace("ROOM", room.id).replace("AGENT", api.weather.id);
  const headers = isDeprecated ? ["true", "Thu, 01 Oct 2026 00:00:00 GMT"] : [null, null];

  for (const query of ["page=1", "page_size=5", "page=1&page_size=5"]) {
    const answer = await api.as(api[as], `GET ${path}?${query}`);
    expect([answer.status, answer.headers.get("deprecation"), answer.headers.get("sunset")]).toEqual([200, ...headers]);
  }
  for (const query of ["", "?limit=5"]) {
    const answer = await api.as(api[as], `GET ${path}${query}`);
    expect([answer.status, answer.headers.get("deprecation"), answer.headers.get("sunset")]).toEqual([200, null, null]);
  }
});

test.each([
  ["weather", "/agent/chats"],
  ["weather", "/agent/peers"],
  ["dana", "/me/peers"],
] as const)("to %s, %s can be walked by cursor too", async (as, path) => {
  await using api = await Api.start();
  for (let number = 1; number <= 5; number++) {
    api.room(api.weather);
    api.world.accounts.registerAgent({
      ownerId: api.dana.id,
      name: `Agent ${number}`,
      description: "One of several agents",
    });
  }
  const whole = idsOf(await api.as(api[as], `GET ${path}`));
  const seen: string[] = [];
  for (let cursor: unknown = ""; typeof cursor === "string"; ) {
    const next = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await api.as(api[as], `GET ${path}?limit=2${next}`);
    seen.push(...idsOf(answer));
    cursor = metadataOf(answer).next_cursor;
  }
  expect(whole.length).toBeGreaterThanOrEqual(5);
  expect(seen).toEqual(whole);
});
