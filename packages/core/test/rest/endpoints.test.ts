import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportActivity } from "../../src/rest/activity.ts";
import type { RestClient } from "../../src/rest/client.ts";
import { postEvent } from "../../src/rest/events.ts";
import { claim, markFailed, markProcessed } from "../../src/rest/marks.ts";
import { postMessage } from "../../src/rest/messages.ts";
import { addParticipant, removeParticipant } from "../../src/rest/participants.ts";
import { createRoom, renameRoom } from "../../src/rest/rooms.ts";
import { wireFixture } from "../wire-fixture.ts";
import { bench, messageId, roomId } from "./client-under-test.ts";
import { json, plain, UnreliableServer } from "./unreliable-server.ts";

const weather = "7e8f10a3-2b4c-4d5e-9f60-718293a4b512";
const room = `/api/v1/agent/chats/${roomId}`;
const message = `${room}/messages/${messageId}`;
const toolCall = { name: "get_forecast", args: { city: "Lyon" }, tool_call_id: "call_41" };

let server: UnreliableServer;
beforeAll(async () => {
  server = await UnreliableServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

describe("what is sent is what the platform's description shows", () => {
  test.each<[string, (client: RestClient) => Promise<unknown>, string, string | undefined, string]>([
    [
      "a room with a title",
      (client) => createRoom(client, { title: "Picnic plan" }),
      "POST /api/v1/agent/chats",
      "room-create-request",
      "room",
    ],
    ["a room without", (client) => createRoom(client), "POST /api/v1/agent/chats", "my-room-create-request", "room"],
    [
      "a new title",
      (client) => renameRoom(client, { roomId, title: "Picnic on Sunday" }),
      `PATCH ${room}`,
      "room-rename-request",
      "room",
    ],
    [
      "a new participant",
      (client) => addParticipant(client, { roomId, participantId: weather }),
      `POST ${room}/participants`,
      "participant-add-request",
      "participant",
    ],
    [
      "a participant less",
      (client) => removeParticipant(client, { roomId, participantId: weather }),
      `DELETE ${room}/participants/${weather}`,
      undefined,
      "participant",
    ],
    [
      "a message",
      (client) =>
        postMessage(client, {
          roomId,
          content: "@dana/weather what is the forecast for Sunday in Lyon?",
          mentions: [{ id: weather, handle: "dana/weather", name: "Weather" }],
        }),
      `POST ${room}/messages`,
      "message-post-request",
      "message-posted",
    ],
    [
      "a claim",
      (client) => claim(client, { roomId, messageId }),
      `POST ${message}/processing`,
      undefined,
      "mark-processing",
    ],
    [
      "a success",
      (client) => markProcessed(client, { roomId, messageId }),
      `POST ${message}/processed`,
      undefined,
      "mark-processed",
    ],
    [
      "a failure",
      (client) => markFailed(client, { roomId, messageId, error: "forecast provider timed out" }),
      `POST ${message}/failed`,
      "mark-failed-request",
      "mark-failed",
    ],
    [
      "an event",
      (client) => postEvent(client, { roomId, type: "tool_call", content: JSON.stringify(toolCall) }),
      `POST ${room}/events`,
      "event-tool-call-request",
      "event-posted",
    ],
    [
      "an event with metadata",
      (client) =>
        postEvent(client, {
          roomId,
          type: "attention",
          content: "May I book the table?",
          metadata: { kind: "question", blocking: true },
        }),
      `POST ${room}/events`,
      "event-attention-request",
      "event-posted",
    ],
    [
      "activity",
      (client) => reportActivity(client, { roomId, working: true }),
      `POST ${room}/activity`,
      "activity-request",
      "activity",
    ],
  ])("%s", async (_, call, request, body, answer) => {
    server.meet(json(200, wireFixture(answer).data));
    await call(bench(server.origin).client);
    const [received] = server.received;
    expect(`${received?.method} ${received?.target}`).toBe(request);
    if (body === undefined) expect(received?.body).toBe("");
    else expect(JSON.parse(received?.body ?? "")).toEqual(wireFixture(body).data);
    expect(server.received).toHaveLength(1);
  });

  test("a failure is never reported without a reason", async () => {
    server.meet(json(200, wireFixture("mark-failed").data));
    await markFailed(bench(server.origin).client, { roomId, messageId, error: " \n" });
    expect(JSON.parse(server.received[0]?.body ?? "")).toEqual({ error: "no reason given" });
  });
});

test.each([claim, markProcessed])("a mark that is answered 204 says that the room is stopped", async (mark) => {
  server.meet(plain(204, ""));
  expect(await mark(bench(server.origin).client, { roomId, messageId })).toEqual({ kind: "stopped" });
});

test("a mark tells the number of its attempt", async () => {
  server.meet(json(200, { data: { id: messageId, success: true, status: "processing", attempt_number: 4 } }));
  expect(await claim(bench(server.origin).client, { roomId, messageId })).toEqual({ kind: "marked", attemptNumber: 4 });
});
