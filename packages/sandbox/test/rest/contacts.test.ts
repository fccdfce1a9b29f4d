import { expect, test } from "vitest";
import { z } from "zod";
import type { Agent, User } from "../../src/world/model.ts";
import { Api, detailsOf, idsOf, metadataOf, outcome } from "./api.ts";
import { befriend, contactsOf, nowhere, stranger, time, uuid } from "./contact-calls.ts";

test("contacts are shown to each side by a record of its own, without the account's id to agents", async () => {
  await using api = await Api.start();
  await befriend(api, api.planner, api.miguel);
  await befriend(api, api.planner, api.ledger);
  await befriend(api, api.miguel, api.dana);

  const ofPlanner = await contactsOf(api, api.planner);
  expect(ofPlanner.body).toEqual({
    data: [
      {
        id: uuid,
        handle: "miguel/ledger",
        name: "Ledger",
        type: "Agent",
        description: "Keeps shared expenses",
        is_external: true,
        listed_in_directory: false,
        tags: [],
        inserted_at: time,
      },
      { id: uuid, handle: "miguel", name: "Miguel Soto", type: "User", inserted_at: time },
    ],
    metadata: expect.objectContaining({ page: 1, page_size: 20, total_count: 2, total_pages: 1 }),
  });
  const ofMiguel = await contactsOf(api, api.miguel);
  const shared = { id: uuid, status: "active", source: "request", inserted_at: time };
  expect(ofMiguel.body).toMatchObject({
    data: [
      {
        ...shared,
        contact_id: api.dana.id,
        contact_type: "User",
        user: { id: api.dana.id, handle: "dana", name: "Dana Reyes", email: "dana@example.test" },
      },
      {
        ...shared,
        contact_id: api.planner.id,
        contact_type: "Agent",
        user: { id: api.planner.id, handle: "dana/planner", name: "Planner", tags: [], listed_in_directory: false },
      },
    ],
    metadata: expect.objectContaining({ page: 1, page_size: 20, total_count: 2, total_pages: 1 }),
  });
  expect(idsOf(ofMiguel)).not.toContain(idsOf(ofPlanner)[1]);
});

test.each(["agent", "me"])("contacts under /%s are read page by page, newest first", async (surface) => {
  await using api = await Api.start();
  const caller = surface === "agent" ? api.planner : api.dana;
  for (let number = 1; number <= 5; number++) {
    const agent = stranger(api, `Agent ${number}`);
    await befriend(api, caller, agent);
  }
  const get = (query: string) => api.as(caller, `GET /${surface}/contacts?${query}`);

  const whole = await get("");
  const pages = [await get("page=1&page_size=2"), await get("page=2&page_size=2"), await get("page=3&page_size=2")];

  expect(pages.flatMap(idsOf)).toEqual(idsOf(whole));
  const names = z.object({ data: z.array(z.looseObject({ inserted_at: z.string() })) }).parse(whole.body).data;
  expect(names.map(({ inserted_at: at }) => at)).toEqual(
    names
      .map(({ inserted_at: at }) => at)
      .toSorted()
      .reverse(),
  );
  expect(metadataOf(pages[1] ?? whole)).toMatchObject({ page: 2, page_size: 2, total_count: 5, total_pages: 3 });
  expect(metadataOf(await get("page_size=1000"))).toMatchObject({ page_size: 100 });
});

test.each(["agent", "me"])("under /%s either side parts the two, by handle or by its own record", async (surface) => {
  await using api = await Api.start();
  const [one, other] = surface === "agent" ? [api.planner, api.ledger] : [api.dana, api.miguel];
  const remove = (as: User | Agent, body: object) => api.as(as, `POST /${surface}/contacts/remove`, body);
  await befriend(api, one, other);
  const [ofOne] = idsOf(await contactsOf(api, one));
  const [ofOther] = idsOf(await contactsOf(api, other));

  expect(outcome(await remove(one, { contact_id: ofOther }))).toBe("404 not_found");
  expect(outcome(await remove(one, { contact_id: nowhere }))).toBe("404 not_found");
  expect(outcome(await remove(one, { contact_id: "seven" }))).toBe("422 validation_error");
  expect(outcome(await remove(one, { handle: "nobody" }))).toBe("404 not_found");
  expect(outcome(await remove(one, { handle: "no handle" }))).toBe("400 bad_request");
  expect(outcome(await remove(one, {}))).toBe("400 bad_request");

  const removed = await remove(other, { contact_id: ofOther, handle: "nobody" });
  expect([removed.status, removed.body]).toEqual([200, { data: { status: "removed" } }]);
  expect(idsOf(await contactsOf(api, one))).toEqual([]);
  expect(idsOf(await contactsOf(api, other))).toEqual([]);
  expect(outcome(await remove(one, { contact_id: ofOne }))).toBe("404 not_found");

  await befriend(api, one, other);
  expect(outcome(await remove(one, { handle: `@${other.handle}` }))).toBe("200");
  expect(idsOf(await contactsOf(api, other))).toEqual([]);
});

test("a contact is a peer after those of the registry, and can be brought into a room", async () => {
  await using api = await Api.start();
  const { planner, ledger, dana, weather, miguel } = api;
  const room = api.room(planner);
  const bring = () =>
    api.as(planner, `POST /agent/chats/${room.id}/participants`, { participant: { participant_id: ledger.id } });
  const late = api.world.accounts.registerAgent({
    ownerId: dana.id,
    name: "Late",
    description: "Came after all others",
  }).agent;
  expect(idsOf(await api.as(planner, "GET /agent/peers"))).toEqual([dana.id, weather.id, late.id]);
  expect(outcome(await bring())).toBe("403 forbidden");

  await befriend(api, planner, ledger);
  await befriend(api, planner, weather);
  const peers = await api.as(planner, "GET /agent/peers");
  expect(peers.body).toMatchObject({
    data: [
      { id: dana.id, is_contact: false, source: "registry" },
      { id: weather.id, is_contact: true, source: "registry" },
      { id: late.id, is_contact: false, source: "registry" },
      { id: ledger.id, is_contact: true, source: "contact" },
    ],
    metadata: { total_count: 4 },
  });
  expect(outcome(await bring())).toBe("201");
  expect(idsOf(await api.as(planner, `GET /agent/peers?not_in_chat=${room.id}`))).not.toContain(ledger.id);

  await befriend(api, miguel, planner);
  expect(idsOf(await api.as(miguel, "GET /me/peers?type=Agent"))).toEqual([ledger.id, planner.id]);
  await api.as(planner, "POST /agent/contacts/remove", { handle: "miguel/ledger" });
  expect(idsOf(await api.as(planner, "GET /agent/peers"))).toEqual([dana.id, weather.id, late.id, miguel.id]);
});

test.each([
  [{ handle: "@miguel/ledger" }, { type: "Agent", name: "Ledger", handle: "miguel/ledger" }],
  [{ handle: "Miguel" }, { type: "User", name: "Miguel Soto", handle: "miguel" }],
  [{ handle: "dana" }, { type: "User", name: "Dana Reyes", handle: "dana" }],
])("the handle in %j is resolved to %j, without an id", async (body, data) => {
  await using api = await Api.start();
  const answer = await api.as(api.dana, "POST /me/contacts/resolve", body);
  expect([answer.status, answer.body]).toEqual([200, { data }]);
});

test("a handle that nobody has, or that is none, is not resolved", async () => {
  await using api = await Api.start();
  const resolve = (handle: unknown) => api.as(api.dana, "POST /me/contacts/resolve", { handle });
  expect(outcome(await resolve("nobody"))).toBe("404 not_found");
  expect(outcome(await resolve("no/such/handle"))).toBe("400 bad_request");
  expect(outcome(await resolve(7))).toBe("422 validation_error");
});

test.each<[as: "planner" | "dana", line: string, body: unknown, details: Record<string, string[]>]>([
  ["planner", "POST /agent/contacts/add", {}, { "/handle": ["Missing field: handle"] }],
  ["planner", "POST /agent/contacts/add", { handle: null }, { "/handle": ["null value where string expected"] }],
  ["planner", "POST /agent/contacts/add", { handle: "miguel", note: 1 }, { "/note": ["Unexpected field: note"] }],
  [
    "planner",
    "POST /agent/contacts/add",
    { handle: "miguel", message: 7 },
    { "/message": ["Invalid string. Got: integer"] },
  ],
  ["planner", "POST /agent/contacts/remove", { handle: 7 }, { "/handle": ["Invalid string. Got: integer"] }],
  ["dana", "POST /me/contacts/requests", {}, { "/contact_request": ["Missing field: contact_request"] }],
  [
    "dana",
    "POST /me/contacts/requests",
    { contact_request: { handle: "miguel" } },
    {
      "/contact_request/recipient_handle": ["Missing field: recipient_handle"],
      "/contact_request/handle": ["Unexpected field: handle"],
    },
  ],
  ["dana", "POST /me/contacts/resolve", {}, { "/handle": ["Missing field: handle"] }],
  ["dana", "POST /me/contacts/remove", { id: nowhere }, { "/id": ["Unexpected field: id"] }],
])("%s is refused %s with %j, and told where it is wrong", async (as, line, body, details) => {
  await using api = await Api.start();
  const answer = await api.as(api[as], line, body);
  expect(outcome(answer)).toBe("422 validation_error");
  expect(detailsOf(answer)).toEqual(details);
  expect(api.news).toEqual([]);
});
