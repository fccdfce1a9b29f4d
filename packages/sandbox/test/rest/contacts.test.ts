import { expect, test } from "vitest";
import { z } from "zod";
import type { Agent, User } from "../../src/world/model.ts";
import { type Answer, Api, detailsOf, idOf, idsOf, metadataOf, outcome } from "./api.ts";

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
const nowhere = "00000000-0000-4000-8000-000000000000";

/** Asks for a contact as agents or as people do. */
function ask(api: Api, as: User | Agent, handle: string, message?: string | null): Promise<Answer> {
  return as.kind === "Agent"
    ? api.as(as, "POST /agent/contacts/add", { handle, message })
    : api.as(as, "POST /me/contacts/requests", { contact_request: { recipient_handle: handle, message } });
}

function respond(api: Api, as: Agent, body: object): Promise<Answer> {
  return api.as(as, "POST /agent/contacts/requests/respond", body);
}

/** Makes the two each other's contacts. */
async function befriend(api: Api, one: User | Agent, other: User | Agent): Promise<void> {
  await ask(api, one, other.handle);
  expect(statusOf(await ask(api, other, one.handle))).toBe("approved");
}

function statusOf(answer: Answer): string {
  return z.object({ data: z.looseObject({ status: z.string() }) }).parse(answer.body).data.status;
}

const requests = z.object({
  data: z.object({ received: z.array(z.unknown()), sent: z.array(z.looseObject({ id: z.string() })) }),
  metadata: z.unknown(),
});

function contactsOf(api: Api, entity: User | Agent): Promise<Answer> {
  return api.as(entity, entity.kind === "Agent" ? "GET /agent/contacts" : "GET /me/contacts");
}

test.each<[handle: string, agents: string, people: string]>([
  ["miguel/ledger", "201", "201"],
  ["@miguel/ledger", "201", "201"],
  ["@Miguel", "201", "201"],
  ["dana/weather", "201", "201"],
  ["dana", "201", "409 conflict"],
  ["dana/planner", "409 conflict", "201"],
  ["miguel/nobody", "404 not_found", "404 not_found"],
  ["nobody", "404 not_found", "404 not_found"],
  ["", "400 bad_request", "400 bad_request"],
  ["@", "400 bad_request", "400 bad_request"],
  ["miguel soto", "400 bad_request", "400 bad_request"],
  ["miguel/ledger/1", "400 bad_request", "400 bad_request"],
])("asking %j to be a contact is answered %s to dana/planner and %s to dana", async (handle, agents, people) => {
  await using api = await Api.start();
  expect(outcome(await ask(api, api.planner, handle))).toBe(agents);
  expect(outcome(await ask(api, api.dana, handle))).toBe(people);
});

test.each(["planner", "dana"] as const)(
  "%s has one request pending with somebody at a time, and none with a contact",
  async (who) => {
    await using api = await Api.start();
    await ask(api, api[who], "miguel/ledger");

    expect(outcome(await ask(api, api[who], "miguel/ledger"))).toBe("409 conflict");
    await respond(api, api.ledger, { action: "approve", handle: api[who].handle });
    expect(outcome(await ask(api, api[who], "miguel/ledger"))).toBe("409 conflict");
    expect(outcome(await ask(api, api.ledger, api[who].handle))).toBe("409 conflict");
  },
);

test("asking somebody who has asked already approves that request", async () => {
  await using api = await Api.start();
  const toAgent = idOf(await ask(api, api.miguel, "dana/planner", "Hello"));
  const toPerson = idOf(await ask(api, api.ledger, "dana"));

  const byAgent = await ask(api, api.planner, "miguel");
  expect([byAgent.status, byAgent.body]).toEqual([201, { data: { id: toAgent, status: "approved" } }]);
  const byPerson = await ask(api, api.dana, "miguel/ledger");
  expect(byPerson.body).toMatchObject({
    data: {
      id: toPerson,
      status: "approved",
      requester_id: api.ledger.id,
      recipient_id: api.dana.id,
      responded_at: time,
    },
  });
  expect(idsOf(await contactsOf(api, api.planner))).toHaveLength(1);
  expect(idsOf(await contactsOf(api, api.miguel))).toHaveLength(1);
});

test("a message may have 500 characters, and is shown to both sides", async () => {
  await using api = await Api.start();
  const longest = "🧺".repeat(500);

  expect(detailsOf(await ask(api, api.planner, "miguel/ledger", `${longest}!`))).toEqual({
    "/message": ["String length is larger than maxLength: 500"],
  });
  expect(detailsOf(await ask(api, api.dana, "miguel", `${longest}!`))).toEqual({
    "/contact_request/message": ["String length is larger than maxLength: 500"],
  });
  await ask(api, api.planner, "miguel/ledger", longest);
  await ask(api, api.planner, "miguel", null);
  const sent = await api.as(api.planner, "GET /agent/contacts/requests");
  expect(requests.parse(sent.body).data.sent).toMatchObject([{ message: null }, { message: longest }]);
  const received = await api.as(api.ledger, "GET /agent/contacts/requests");
  expect(requests.parse(received.body).data.received).toMatchObject([
    { from_handle: "dana/planner", message: longest },
  ]);
});

type Ending = "approve" | "reject" | "cancel" | "expire";

/** Ends the request that Planner made to Ledger. */
async function end(api: Api, requestId: string, how: Ending): Promise<void> {
  if (how === "expire") expect(api.world.contactRequests.expire()).toBe(1);
  else await respond(api, how === "cancel" ? api.planner : api.ledger, { action: how, request_id: requestId });
}

test.each<[as: "ledger" | "planner" | "weather", action: string, by: "id" | "handle", expected: string]>([
  ["ledger", "approve", "id", "200 approved"],
  ["ledger", "approve", "handle", "200 approved"],
  ["ledger", "reject", "id", "200 rejected"],
  ["ledger", "reject", "handle", "200 rejected"],
  ["planner", "cancel", "id", "200 cancelled"],
  ["planner", "cancel", "handle", "200 cancelled"],
  ["planner", "approve", "id", "403 forbidden"],
  ["planner", "approve", "handle", "404 not_found"],
  ["planner", "reject", "id", "403 forbidden"],
  ["planner", "reject", "handle", "404 not_found"],
  ["ledger", "cancel", "id", "403 forbidden"],
  ["ledger", "cancel", "handle", "404 not_found"],
  ["weather", "approve", "id", "404 not_found"],
  ["weather", "cancel", "id", "404 not_found"],
])("of the request planner → ledger, %s may %s by %s: %s", async (as, action, by, expected) => {
  await using api = await Api.start();
  const id = idOf(await ask(api, api.planner, "miguel/ledger"));
  const handle = as === "ledger" ? "@dana/planner" : "miguel/ledger";

  const answer = await respond(api, api[as], { action, ...(by === "id" ? { request_id: id } : { handle }) });

  expect(answer.status === 200 ? `200 ${statusOf(answer)}` : outcome(answer)).toBe(expected);
  if (answer.status === 200) expect(idOf(answer)).toBe(id);
  const approved = expected === "200 approved" ? 1 : 0;
  expect(idsOf(await contactsOf(api, api.planner))).toHaveLength(approved);
  expect(idsOf(await contactsOf(api, api.ledger))).toHaveLength(approved);
});

test.each<Ending>(["approve", "reject", "cancel", "expire"])("a request that ended by %s stays so", async (how) => {
  await using api = await Api.start();
  const id = idOf(await ask(api, api.planner, "miguel/ledger"));
  await end(api, id, how);

  for (const [as, action] of [
    [api.ledger, "approve"],
    [api.ledger, "reject"],
    [api.planner, "cancel"],
  ] as const) {
    expect(outcome(await respond(api, as, { action, request_id: id }))).toBe("409 conflict");
    const handle = as === api.ledger ? "dana/planner" : "miguel/ledger";
    expect(outcome(await respond(api, as, { action, handle }))).toBe("404 not_found");
  }
  expect(api.world.contactRequests.expire()).toBe(0);
});

test.each<Ending>(["reject", "cancel", "expire"])("after a request ended by %s, another may be made", async (how) => {
  await using api = await Api.start();
  const first = idOf(await ask(api, api.planner, "miguel/ledger"));
  await end(api, first, how);

  const second = await ask(api, api.planner, "miguel/ledger");
  expect(outcome(second)).toBe("201");
  expect(idOf(second)).not.toBe(first);
  expect(statusOf(await respond(api, api.ledger, { action: "approve", handle: "dana/planner" }))).toBe("approved");
});

test.each([
  [{ action: "approve" }, "400 bad_request"],
  [{ action: "approve", handle: "not a handle" }, "400 bad_request"],
  [{ action: "approve", handle: "miguel/nobody" }, "404 not_found"],
  [{ action: "approve", request_id: nowhere }, "404 not_found"],
  [{ action: "approve", request_id: "seven" }, "422 validation_error"],
  [{ action: "approve", handle: null, request_id: nowhere }, "422 validation_error"],
  [{ action: "delete", request_id: nowhere }, "422 validation_error"],
  [{ request_id: nowhere }, "422 validation_error"],
])("the response %j is answered %s", async (body, expected) => {
  await using api = await Api.start();
  expect(outcome(await respond(api, api.planner, body))).toBe(expected);
});

test.each<[as: "miguel" | "dana" | "ada", line: string, expected: string]>([
  ["miguel", "POST ID/approve", "200 approved"],
  ["miguel", "POST ID/reject", "200 rejected"],
  ["dana", "DELETE ID", "200 cancelled"],
  ["dana", "POST ID/approve", "403 forbidden"],
  ["dana", "POST ID/reject", "403 forbidden"],
  ["miguel", "DELETE ID", "403 forbidden"],
  ["ada", "POST ID/approve", "404 not_found"],
  ["ada", "POST ID/reject", "404 not_found"],
  ["ada", "DELETE ID", "404 not_found"],
])("of the request dana → miguel, %s may %s: %s", async (as, line, expected) => {
  await using api = await Api.start();
  const ada = api.world.createUser({ handle: "ada" }).user;
  const id = idOf(await ask(api, api.dana, "miguel"));
  const call = line.replace("ID", `/me/contacts/requests/${id}`);
  const caller = as === "ada" ? ada : api[as];

  const answer = await api.as(caller, call);

  expect(answer.status === 200 ? `200 ${statusOf(answer)}` : outcome(answer)).toBe(expected);
  if (answer.status === 200) expect(outcome(await api.as(caller, call))).toBe("409 conflict");
});

test.each([
  "POST /me/contacts/requests/ID/approve",
  "POST /me/contacts/requests/ID/reject",
  "DELETE /me/contacts/requests/ID",
])("%s of no request is a 404, and takes no fields", async (line) => {
  await using api = await Api.start();
  expect(outcome(await api.as(api.dana, line.replace("ID", nowhere)))).toBe("404 not_found");
  expect(outcome(await api.as(api.dana, line.replace("ID", "seven")))).toBe("404 not_found");
  expect(outcome(await api.as(api.dana, line.replace("ID", nowhere), { why: "so" }))).toBe("422 validation_error");
});

test("a person sees requests whole, received ones while they are pending, sent ones by status", async () => {
  await using api = await Api.start();
  const asked = await ask(api, api.dana, "miguel", "Picnic?");
  const request = {
    id: idOf(asked),
    status: "pending",
    message: "Picnic?",
    requester_id: api.dana.id,
    requester_type: "User",
    requester: { id: api.dana.id, handle: "dana", name: "Dana Reyes" },
    recipient_id: api.miguel.id,
    recipient_type: "User",
    recipient: { id: api.miguel.id, handle: "miguel", name: "Miguel Soto" },
    inserted_at: time,
    responded_at: null,
  };
  const onePage = { limit: 20, has_more: false, next_cursor: null, page: 1, page_size: 20, total_pages: 1 };
  const metadata = { ...onePage, total_count: 1 };
  expect([asked.status, asked.body]).toEqual([201, { data: request }]);
  expect((await api.as(api.miguel, "GET /me/contacts/requests")).body).toEqual({ data: [request], metadata });
  expect((await api.as(api.dana, "GET /me/contacts/requests/sent")).body).toEqual({ data: [request], metadata });

  await api.as(api.miguel, `POST /me/contacts/requests/${idOf(asked)}/reject`);
  expect(idsOf(await api.as(api.miguel, "GET /me/contacts/requests"))).toEqual([]);
  const sent = await api.as(api.dana, "GET /me/contacts/requests/sent");
  expect(sent.body).toMatchObject({ data: [{ status: "rejected", responded_at: time }] });
});

test("sent requests can be narrowed to a status; expired ones are among all only", async () => {
  await using api = await Api.start();
  const { dana, planner } = api;
  const ids: Record<string, string> = {};
  const endings: [string, Ending][] = [
    ["approved", "approve"],
    ["rejected", "reject"],
    ["cancelled", "cancel"],
    ["expired", "expire"],
  ];
  for (const [status, how] of endings) {
    const name = `Agent ${status}`;
    const { agent } = api.world.registerAgent({ ownerId: api.miguel.id, name, description: "Somebody to know" });
    for (const from of [dana, planner]) {
      const id = idOf(await ask(api, from, agent.handle));
      ids[`${from.handle} ${status}`] = id;
      if (how === "expire") api.world.contactRequests.expire();
      else api.world.contactRequests.respond(how === "cancel" ? from : agent, how, { requestId: id });
    }
  }
  ids["dana pending"] = idOf(await ask(api, dana, "miguel"));
  ids["dana/planner pending"] = idOf(await ask(api, planner, "miguel"));

  const newestFirst = (handle: string) =>
    ["pending", "expired", "cancelled", "rejected", "approved"].map((status) => ids[`${handle} ${status}`]);
  const sentBy = async (query: string) => {
    const answer = await api.as(planner, `GET /agent/contacts/requests${query}`);
    return requests.parse(answer.body).data.sent.map(({ id }) => id);
  };
  for (const status of ["pending", "approved", "rejected", "cancelled"]) {
    const answer = await api.as(dana, `GET /me/contacts/requests/sent?status=${status}`);
    expect(idsOf(answer)).toEqual([ids[`dana ${status}`]]);
    expect(await sentBy(`?sent_status=${status}`)).toEqual([ids[`dana/planner ${status}`]]);
  }
  expect(await sentBy("")).toEqual([ids["dana/planner pending"]]);
  expect(await sentBy("?sent_status=all")).toEqual(newestFirst("dana/planner"));
  for (const query of ["", "?status=all"]) {
    expect(idsOf(await api.as(dana, `GET /me/contacts/requests/sent${query}`))).toEqual(newestFirst("dana"));
  }
  expect(outcome(await api.as(dana, "GET /me/contacts/requests/sent?status=expired"))).toBe("422 validation_error");
  const expired = await api.as(planner, "GET /agent/contacts/requests?sent_status=expired");
  expect(outcome(expired)).toBe("422 validation_error");
});

test("an agent's requests are paged in each direction by itself", async () => {
  await using api = await Api.start();
  for (let number = 1; number <= 5; number++) {
    const name = `Agent ${number}`;
    const { agent } = api.world.registerAgent({ ownerId: api.miguel.id, name, description: "Somebody to know" });
    if (number <= 3) await ask(api, api.planner, agent.handle);
    else await ask(api, agent, "dana/planner");
  }
  const page = async (number: number) =>
    requests.parse((await api.as(api.planner, `GET /agent/contacts/requests?page=${number}&page_size=2`)).body);

  const [first, second] = [await page(1), await page(2)];

  expect([first.data.sent.length, first.data.received.length]).toEqual([2, 2]);
  expect([second.data.sent.length, second.data.received.length]).toEqual([1, 0]);
  expect(first.metadata).toEqual({
    page: 1,
    page_size: 2,
    received: { total: 2, total_pages: 1 },
    sent: { total: 3, total_pages: 2 },
  });
  const none = await api.as(api.ledger, "GET /agent/contacts/requests");
  const nothing = { total: 0, total_pages: 0 };
  expect(none.body).toEqual({
    data: { received: [], sent: [] },
    metadata: { page: 1, page_size: 20, received: nothing, sent: nothing },
  });
});

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
    const name = `Agent ${number}`;
    const { agent } = api.world.registerAgent({ ownerId: api.miguel.id, name, description: "Somebody to know" });
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
  const late = api.world.registerAgent({ ownerId: dana.id, name: "Late", description: "Came after all others" }).agent;
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
