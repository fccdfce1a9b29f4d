import { expect, test } from "vitest";
import { Api, detailsOf, outcome } from "./api.ts";

const nowhere = "00000000-0000-4000-8000-000000000000";

const agentCalls = [
  "GET /agent/me",
  "GET /agent/peers",
  "GET /agent/chats",
  "POST /agent/chats",
  "GET /agent/chats/ROOM",
  "PATCH /agent/chats/ROOM",
  "GET /agent/chats/ROOM/participants",
  "POST /agent/chats/ROOM/participants",
  "DELETE /agent/chats/ROOM/participants/ID",
  "GET /agent/chats/ROOM/messages",
  "POST /agent/chats/ROOM/messages",
  "GET /agent/chats/ROOM/messages/next",
  "POST /agent/chats/ROOM/messages/ID/processing",
  "POST /agent/chats/ROOM/messages/ID/processed",
  "POST /agent/chats/ROOM/messages/ID/failed",
  "POST /agent/chats/ROOM/events",
  "GET /agent/chats/ROOM/context",
  "POST /agent/chats/ROOM/activity",
  "GET /agent/chats/ROOM/tasks",
  "POST /agent/chats/ROOM/tasks",
  "GET /agent/chats/ROOM/tasks/ID",
  "POST /agent/chats/ROOM/tasks/ID",
  "GET /agent/chats/ROOM/tasks/ID/history",
  "GET /agent/chats/ROOM/board",
  "PUT /agent/chats/ROOM/board",
  "GET /agent/contacts",
  "POST /agent/contacts/add",
  "POST /agent/contacts/remove",
  "GET /agent/contacts/requests",
  "POST /agent/contacts/requests/respond",
  "GET /agent/memories",
  "POST /agent/memories",
  "GET /agent/memories/ID",
  "POST /agent/memories/ID/supersede",
  "POST /agent/memories/ID/archive",
];

const userCalls = [
  "GET /me/profile",
  "PUT /me/profile",
  "POST /me/agents/register",
  "GET /me/agents",
  "GET /me/peers",
  "GET /me/chats",
  "POST /me/chats",
  "GET /me/chats/ROOM",
  "PATCH /me/chats/ROOM",
  "DELETE /me/chats/ROOM",
  "GET /me/chats/ROOM/messages",
  "POST /me/chats/ROOM/messages",
  "GET /me/chats/ROOM/participants",
  "POST /me/chats/ROOM/participants",
  "DELETE /me/chats/ROOM/participants/ID",
  "POST /me/chats/ROOM/agents/stop",
  "POST /me/chats/ROOM/agents/play",
  "POST /me/chats/ROOM/agents/interrupt",
  "POST /me/agents/ID/stop",
  "GET /me/agents/ID/executions",
  "GET /me/contacts",
  "POST /me/contacts/remove",
  "POST /me/contacts/resolve",
  "GET /me/contacts/requests",
  "POST /me/contacts/requests",
  "GET /me/contacts/requests/sent",
  "POST /me/contacts/requests/ID/approve",
  "POST /me/contacts/requests/ID/reject",
  "DELETE /me/contacts/requests/ID",
  "GET /me/memories",
  "GET /me/memories/ID",
  "DELETE /me/memories/ID",
  "POST /me/memories/ID/supersede",
  "POST /me/memories/ID/archive",
  "POST /me/memories/ID/restore",
];

/** A body that the call accepts, so that what is refused is the room and not the body. */
function acceptable(line: string): unknown {
  if (line.startsWith("GET") || line.startsWith("DELETE")) return undefined;
  if (line.endsWith("/participants")) return { participant: { participant_id: nowhere } };
  if (line.endsWith("/messages")) return { message: { content: "hello", mentions: [{ id: nowhere }] } };
  if (line.endsWith("/events")) return { event: { content: "hm", message_type: "thought" } };
  if (line.endsWith("/activity")) return { working: true };
  if (line.endsWith("/failed")) return { error: "no" };
  if (line.endsWith("/tasks")) return { subject: "Choose the place" };
  if (line.endsWith("/tasks/ID")) return { comment: "Near the lake" };
  if (line.endsWith("/board")) return { goal_title: "A relaxed Sunday" };
  if (line.startsWith("PATCH")) return { chat: { title: "Picnic" } };
  return {};
}

test.each([...agentCalls, ...userCalls])("%s is refused without a key, and with a key nobody has", async (line) => {
  await using api = await Api.start();
  const call = line.replace("ROOM", nowhere).replace("ID", nowhere);

  expect(outcome(await api.call(call))).toBe("401 unauthorized");
  expect(outcome(await api.call(call, { key: "band_a_1_nobody" }))).toBe("401 unauthorized");
  const bearer = { Authorization: `Bearer ${api.keyOf(api.weather)}` };
  expect(outcome(await api.call(call, { headers: bearer }))).toBe("401 unauthorized");
});

test.each(agentCalls)("%s is refused with a person's key", async (line) => {
  await using api = await Api.start();
  const answer = await api.as(api.dana, line.replace("ROOM", nowhere).replace("ID", nowhere));
  expect([answer.status, answer.body]).toEqual([
    403,
    { error: { code: "forbidden", message: "Agent authentication required", request_id: expect.any(String) } },
  ]);
});

test.each(userCalls)("%s is refused with an agent's key", async (line) => {
  await using api = await Api.start();
  const answer = await api.as(api.weather, line.replace("ROOM", nowhere).replace("ID", nowhere));
  expect([answer.status, answer.body]).toEqual([
    403,
    { error: { code: "forbidden", message: "Agent authentication not allowed", request_id: expect.any(String) } },
  ]);
});

test.each([...agentCalls, ...userCalls].filter((line) => line.includes("ROOM")))(
  "%s answers alike for a room that is not there, a room one is not in, a deleted one and a malformed id",
  async (line) => {
    await using api = await Api.start();
    const caller = line.includes("/agent/") ? api.weather : api.dana;
    const hidden = api.room(api.miguel, api.ledger);
    const deleted = api.room(api.dana, api.weather);
    api.world.deleteRoom(deleted.id);

    for (const roomId of [nowhere, hidden.id, deleted.id, "no-uuid"]) {
      const call = line.replace("ROOM", roomId).replace("ID", api.ledger.id);
      const answer = await api.as(caller, call, acceptable(line));
      expect([answer.status, answer.body]).toEqual([
        404,
        { error: { code: "not_found", message: "Chat room not found", request_id: expect.any(String) } },
      ]);
    }
  },
);

test("a revoked key no longer works, a new one does", async () => {
  await using api = await Api.start();
  const key = api.keyOf(api.weather);

  api.world.keys.revoke(key);
  expect(outcome(await api.call("GET /agent/me", { key }))).toBe("401 unauthorized");

  api.world.issueKey(api.weather.id);
  expect(outcome(await api.as(api.weather, "GET /agent/me"))).toBe("200");
});

test("an unknown path and a method a path does not have are a 404 in the envelope", async () => {
  await using api = await Api.start();

  expect(outcome(await api.call("GET /nothing"))).toBe("404 not_found");
  expect(outcome(await api.as(api.weather, "PUT /agent/me", {}))).toBe("404 not_found");
  expect(outcome(await api.as(api.dana, "GET /me/nothing"))).toBe("404 not_found");
});

test("each answer has a request id of its own, and a caller's id is taken over", async () => {
  await using api = await Api.start();

  const first = await api.call("GET /agent/me");
  const second = await api.call("GET /agent/me");
  expect(first.body).toMatchObject({ error: { request_id: first.headers.get("x-request-id") } });
  expect(first.headers.get("x-request-id")).not.toBe(second.headers.get("x-request-id"));

  const own = "0123456789abcdef0123";
  const traced = await api.call("GET /agent/me", { headers: { "X-Request-Id": own } });
  expect(traced.body).toMatchObject({ error: { request_id: own } });
});

test.each([
  ["POST /agent/chats", {}, { "/chat": ["Missing field: chat"] }],
  ["POST /agent/chats", undefined, { "/chat": ["Missing field: chat"] }],
  ["POST /agent/chats", { chat: {}, reason: 1 }, { "/reason": ["Unexpected field: reason"] }],
  ["POST /agent/chats", { chat: { colour: 1 } }, { "/chat/colour": ["Unexpected field: colour"] }],
  ["POST /agent/chats", { chat: { "a/b~c": 1 } }, { "/chat/a~1b~0c": ["Unexpected field: a/b~c"] }],
  ["POST /agent/chats", { chat: [] }, { "/chat": ["Invalid object. Got: array"] }],
  ["POST /agent/chats", { chat: null }, { "/chat": ["null value where object expected"] }],
  ["POST /agent/chats", { chat: { title: 7 } }, { "/chat/title": ["Invalid string. Got: integer"] }],
  ["POST /agent/chats", { chat: { task_id: "x" } }, { "/chat/task_id": ["Invalid format. Expected :uuid"] }],
  ["POST /agent/chats", [], { "/": ["Invalid object. Got: array"] }],
  [
    "POST /agent/chats/ROOM/participants",
    { participant: { agent_id: nowhere } },
    {
      "/participant/participant_id": ["Missing field: participant_id"],
      "/participant/agent_id": ["Unexpected field: agent_id"],
    },
  ],
  [
    "POST /agent/chats/ROOM/participants",
    { participant: { participant_id: nowhere, role: "moderator" } },
    { "/participant/role": ["Invalid value for enum"] },
  ],
  [
    "POST /agent/chats/ROOM/participants",
    { participant: { participant_id: nowhere, role: null } },
    { "/participant/role": ["null value where string expected"] },
  ],
  ["POST /agent/chats/ROOM/messages", { message: {} }, { "/message/content": ["Missing field: content"] }],
  [
    "POST /agent/chats/ROOM/messages",
    { message: { content: "hi", mentions: "all" } },
    { "/message/mentions": ["Invalid array. Got: string"] },
  ],
  [
    "POST /agent/chats/ROOM/messages",
    { message: { content: "hi", mentions: [{ id: "dana" }] } },
    { "/message/mentions/0/id": ["Invalid format. Expected :uuid"] },
  ],
  [
    "POST /agent/chats/ROOM/messages",
    { message: { content: "hi", message_type: "text" } },
    { "/message/message_type": ["Unexpected field: message_type"] },
  ],
  [
    "POST /agent/chats/ROOM/events",
    { event: { content: "x", message_type: "system" } },
    { "/event/message_type": ["Invalid value for enum"] },
  ],
  ["POST /agent/chats/ROOM/activity", { working: "yes" }, { "/working": ["Invalid boolean. Got: string"] }],
  ["POST /agent/chats/ROOM/activity", {}, { "/working": ["Missing field: working"] }],
  ["POST /agent/chats/ROOM/messages/ID/processing", { at: 1 }, { "/at": ["Unexpected field: at"] }],
  [
    "POST /agent/chats/ROOM/messages/ID/failed",
    { reason: "no" },
    { "/error": ["Missing field: error"], "/reason": ["Unexpected field: reason"] },
  ],
  ["POST /agent/chats/ROOM/messages/ID/failed", { error: {} }, { "/error": ["Invalid string. Got: object"] }],
  ["POST /agent/chats/ROOM/messages/ID/failed", { error: "" }, { "/error": ["can't be blank"] }],
  ["PATCH /agent/chats/ROOM", { chat: {} }, { "/chat/title": ["Missing field: title"] }],
  ["PATCH /agent/chats/ROOM", { chat: { title: null } }, { "/chat/title": ["null value where string expected"] }],
])("%s refuses the body %j and points at what is wrong", async (line, body, details) => {
  await using api = await Api.start();
  const room = api.room(api.weather);

  const answer = await api.as(api.weather, line.replace("ROOM", room.id).replace("ID", nowhere), body);

  expect(outcome(answer)).toBe("422 validation_error");
  expect(detailsOf(answer)).toEqual(details);
});

test("a body that is no JSON is a 400, and one that is not declared as JSON is not read", async () => {
  await using api = await Api.start();
  const key = api.keyOf(api.weather);

  expect(outcome(await api.call("POST /agent/chats", { key, body: "{chat" }))).toBe("400 bad_request");
  const plain = { "Content-Type": "text/plain" };
  const unread = await api.call("POST /agent/chats", { key, body: '{"chat":{}}', headers: plain });
  expect(detailsOf(unread)).toEqual({ "/chat": ["Missing field: chat"] });
});

test("pages on this machine may call the API from a browser, others may not", async () => {
  await using api = await Api.start();
  const preflight = (origin: string) =>
    api.call("OPTIONS /me/chats", {
      headers: {
        Origin: origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-api-key",
      },
    });

  const local = await preflight("http://localhost:5173");
  expect(local.status).toBe(204);
  expect(local.headers.get("access-control-allow-origin")).toBe("http://localhost:5173");
  expect(local.headers.get("access-control-allow-headers")).toContain("X-API-Key");
  const foreign = await preflight("http://localhost.example.test");
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
});
