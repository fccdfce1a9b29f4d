import { expect, test } from "vitest";
import { Api, detailsOf, idOf, idsOf, outcome } from "./api.ts";
import {
  ask,
  askLedger,
  contactsOf,
  type Ending,
  end,
  nowhere,
  outcomeOf,
  requests,
  respond,
  statusOf,
  time,
} from "./contact-calls.ts";

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
  const id = await askLedger(api);
  const handle = as === "ledger" ? "@dana/planner" : "miguel/ledger";

  const answer = await respond(api, api[as], { action, ...(by === "id" ? { request_id: id } : { handle }) });

  expect(outcomeOf(answer)).toBe(expected);
  if (answer.status === 200) expect(idOf(answer)).toBe(id);
  const approved = expected === "200 approved" ? 1 : 0;
  expect(idsOf(await contactsOf(api, api.planner))).toHaveLength(approved);
  expect(idsOf(await contactsOf(api, api.ledger))).toHaveLength(approved);
});

test.each<Ending>(["approve", "reject", "cancel", "expire"])("a request that ended by %s stays so", async (how) => {
  await using api = await Api.start();
  const id = await askLedger(api);
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
  const first = await askLedger(api);
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
  const ada = api.world.accounts.createUser({ handle: "ada" }).user;
  const id = idOf(await ask(api, api.dana, "miguel"));
  const call = line.replace("ID", `/me/contacts/requests/${id}`);
  const caller = as === "ada" ? ada : api[as];

  const answer = await api.as(caller, call);

  expect(outcomeOf(answer)).toBe(expected);
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
