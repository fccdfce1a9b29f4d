import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { wireFixture } from "../../test/wire-fixture.ts";
import { parseSocketEvent } from "./socket-event.ts";
import { parseTopic, roomNamedIn, roomOfTopic, topicName } from "./topics.ts";

const agent = "7e8f10a3-2b4c-4d5e-9f60-718293a4b512";
const room = "c4d5e6f7-1829-4a3b-8c4d-5e6f708192a3";
const person = "0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f";
const id = "d0a1b2c3-4d5e-4f60-8172-93a4b5c6d7e8";
const control = (payload: unknown) => ({ topic: `agent_control:${agent}`, event: "agent.control", payload });
const frame = z.tuple([z.unknown(), z.unknown(), z.string(), z.string(), z.unknown()]);
const message = {
  id,
  content: "hi",
  message_type: "text",
  sender_id: person,
  sender_type: "User",
  inserted_at: "2026-08-03T10:01:12.284136Z",
};

test("a message names the room of its topic when it does not say one itself", () => {
  const event = parseSocketEvent({ topic: `chat_room:${room}`, event: "message_created", payload: message });
  expect(event).toMatchObject({ type: "message_created", roomId: room, message: { id, roomId: room, content: "hi" } });
});

test.each([
  [
    "frame-agent-contacts-contact-request-received",
    { type: "contact.requested", request: { handle: "miguel/ledger" } },
  ],
  ["frame-agent-contacts-contact-request-updated", { type: "contact.request-closed", status: "approved" }],
  ["frame-agent-contacts-contact-added", { type: "contact.added", contact: { name: "Ledger", tags: ["finance"] } }],
  ["frame-agent-contacts-contact-removed", { type: "contact.removed" }],
])("news of contacts: %s", (fixture, news) => {
  const [, , topic, event, payload] = frame.parse(wireFixture(fixture).data);
  expect(parseSocketEvent({ topic, event, payload })).toMatchObject({ type: "contacts", news });
});

test.each(["event_created", "message_updated"] as const)("%s carries the whole item", (event) => {
  const read = parseSocketEvent({
    topic: `chat_room:${room}`,
    event,
    payload: { ...message, message_type: "thought" },
  });
  expect(read).toMatchObject({ type: event, roomId: room, message: { id, type: "thought", content: "hi" } });
});

test("a participant who came is read as one", () => {
  const payload = { id: person, type: "User", name: "Ada", handle: "ada" };
  const event = parseSocketEvent({ topic: `room_participants:${room}`, event: "participant_added", payload });
  expect(event).toMatchObject({
    type: "participant_added",
    roomId: room,
    participant: { id: person, kind: "user", handle: "ada" },
  });
});

test.each([
  ["room_added", `agent_rooms:${agent}`, { id: room, title: "New chat" }, { type: "room_added", roomId: room }],
  ["room_added", `user_rooms:${person}`, { id: room, title: "New chat" }, { type: "room_added", roomId: room }],
  ["message_deleted", `chat_room:${room}`, { id }, { type: "message_deleted", roomId: room, messageId: id }],
  ["room_removed", `agent_rooms:${agent}`, { id: room }, { type: "room_removed", roomId: room }],
  ["room_deleted", `room_participants:${room}`, { id: room }, { type: "room_deleted", roomId: room }],
  [
    "participant_removed",
    `room_participants:${room}`,
    { id: person, type: "User" },
    { type: "participant_removed", roomId: room, participantId: person },
  ],
  [
    "supersede",
    `agent_control:${agent}`,
    { reason: "session.already_connected", message: "Replaced" },
    { type: "superseded", message: "Replaced" },
  ],
  [
    "supersede",
    `agent_control:${agent}`,
    { reason: "session.already_connected" },
    { type: "superseded", message: "session.already_connected" },
  ],
  ["supersede", `agent_control:${agent}`, null, { type: "superseded", message: "the platform gave no reason" }],
  [
    "agent.control",
    `agent_control:${agent}`,
    { mode: "stop", scope: "agent", agent_id: agent, room_id: null, correlation_id: "c" },
    { type: "control", mode: "stop", roomId: undefined, correlationId: "c" },
  ],
  [
    "agent.control",
    `agent_control:${agent}`,
    { mode: "play", scope: "room", agent_id: agent, room_id: room, correlation_id: null },
    { type: "control", mode: "play", roomId: room, correlationId: undefined },
  ],
])("%s of %s", (event, topic, payload, expected) => {
  expect(parseSocketEvent({ topic, event, payload })).toEqual(expected);
});

test.each([
  [
    "a message without an id",
    { topic: `chat_room:${room}`, event: "message_created", payload: { content: "hi" } },
    room,
  ],
  ["a message that is null", { topic: `chat_room:${room}`, event: "message_created", payload: null }, room],
  [
    "a participant without an id",
    { topic: `room_participants:${room}`, event: "participant_added", payload: {} },
    room,
  ],
  ["a room without an id", { topic: `agent_rooms:${agent}`, event: "room_added", payload: { title: "x" } }, undefined],
  [
    "a room whose id could lead elsewhere",
    { topic: `agent_rooms:${agent}`, event: "room_added", payload: { id: "../me" } },
    undefined,
  ],
  ["a mode nobody knows", control({ mode: "explode", scope: "agent" }), undefined],
  [
    "a contact without an id",
    { topic: `agent_contacts:${agent}`, event: "contact_added", payload: { handle: "dana" } },
    undefined,
  ],
  [
    "a request in a state nobody knows",
    { topic: `agent_contacts:${agent}`, event: "contact_request_updated", payload: { id, status: "lost" } },
    undefined,
  ],
  ["one room's signal that names none", control({ mode: "stop", scope: "room" }), undefined],
])("%s is malformed", (_, frame, roomId) => {
  expect(parseSocketEvent(frame)).toEqual({ type: "malformed", roomId, event: frame.event });
});

test.each([
  { topic: `chat_room:${room}`, event: "message_pinned", payload: message },
  { topic: `agent_rooms:${agent}`, event: "message_created", payload: message },
  { topic: `agent_contacts:${agent}`, event: "contact_request_updated", payload: { id, status: "pending" } },
  { topic: `room_tasks:${room}`, event: "task_created", payload: {} },
  { topic: "phoenix", event: "heartbeat", payload: {} },
])("$event of $topic is unrecognised", (frame) => {
  expect(parseSocketEvent(frame)).toEqual({ type: "unrecognised", topic: frame.topic, event: frame.event });
});

test("reading an event never throws", () => {
  const topics = fc.oneof(
    fc
      .constantFrom("chat_room", "room_participants", "agent_rooms", "user_rooms", "agent_control", "agent_contacts")
      .map((kind) => `${kind}:${room}`),
    fc.string(),
  );
  const events = fc.oneof(
    fc.constantFrom(
      "message_created",
      "message_updated",
      "message_deleted",
      "event_created",
      "participant_added",
      "participant_removed",
      "room_added",
      "room_removed",
      "room_deleted",
      "agent.control",
      "supersede",
    ),
    fc.string(),
  );
  const payloads = fc.oneof(
    fc.anything(),
    fc.record({ id: fc.anything(), metadata: fc.anything(), mode: fc.anything() }),
  );
  fc.assert(
    fc.property(topics, events, payloads, (topic, event, payload) => {
      expect(parseSocketEvent({ topic, event, payload }).type).toBeTypeOf("string");
    }),
    { numRuns: 500 },
  );
});

test("topic names are built and read back", () => {
  const kinds = [
    "agent_control",
    "agent_rooms",
    "agent_contacts",
    "user_rooms",
    "chat_room",
    "room_participants",
  ] as const;
  for (const kind of kinds) expect(parseTopic(topicName({ kind, id: room }))).toEqual({ kind, id: room });
  for (const name of ["chat_room", "chat_room:", ":x", "", "phoenix", `tasks:${room}`])
    expect(parseTopic(name)).toBeUndefined();
  expect(roomOfTopic(`agent_rooms:${agent}`)).toBeUndefined();
  expect(roomOfTopic(`room_participants:${room}`)).toBe(room);
  expect(roomNamedIn(`{"topic":"chat_room:${room}","ev`)).toBe(room);
  expect(roomNamedIn(`agent_rooms:${agent}`)).toBeUndefined();
});
