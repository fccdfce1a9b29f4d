import { describe, expect, test } from "vitest";
import * as z from "zod";
import { wireFixture } from "../../test/wire-fixture.ts";
import { WireError } from "../errors.ts";
import { deliveryFor } from "../model/stored-item.ts";
import { parseStoredItem } from "./message.ts";
import { parsePage, parseResource } from "./page.ts";

const planner = "6c1d9be2-0a47-4e0f-b1f3-5ab2c7d9e011";
const weather = "7e8f10a3-2b4c-4d5e-9f60-718293a4b512";
const room = "c4d5e6f7-1829-4a3b-8c4d-5e6f708192a3";
const id = "d0a1b2c3-4d5e-4f60-8172-93a4b5c6d7e8";

const bare = { id, deliveries: {}, mentions: [], senderId: "", senderKind: "agent", senderName: "", insertedAt: "" };

test("the next message becomes a stored item", () => {
  const item = parseStoredItem(parseResource(wireFixture("message-next").data));
  expect(item).toMatchObject({
    id,
    roomId: room,
    type: "text",
    content: `@[[${weather}]] what is the forecast for Sunday in Lyon?`,
    senderId: planner,
    senderKind: "agent",
    senderName: "Planner",
    mentions: [{ id: weather, handle: "dana/weather", name: "Weather", kind: "mention" }],
    deliveries: { [weather]: { status: "delivered", attempts: [] } },
    insertedAt: "2026-08-03T10:01:12.284136Z",
  });
  expect(item.metadata).toMatchObject({ status: "sent" });
});

test("a frame's payload is read by the same rules", () => {
  const frame = z.array(z.unknown()).parse(wireFixture("frame-chat-room-message-updated").data);
  const item = parseStoredItem(frame[4]);
  expect(item).toMatchObject({ roomId: room, senderKind: "user", senderName: "Dana Reyes", type: "text" });
  expect(deliveryFor(item, planner)).toEqual({
    status: "processing",
    attempts: [
      {
        number: 1,
        status: "processing",
        startedAt: "2026-08-03T10:00:32.000000Z",
        completedAt: undefined,
        error: undefined,
      },
    ],
  });
  expect(deliveryFor(item, weather)).toEqual({ status: "new", attempts: [] });
});

test("a context holds texts and the agent's own events", () => {
  const items = parsePage(wireFixture("context").data).rows.map((row) => parseStoredItem(row));
  expect(items.map(({ type, metadata }) => [type, metadata.status])).toEqual([
    ["text", "sent"],
    ["tool_call", undefined],
  ]);
  expect(items[0]?.mentions).toEqual([{ id: weather, handle: undefined, name: undefined, kind: "mention" }]);
});

test("attempts keep their numbers, states and errors", () => {
  const delivery_status = { [weather]: wireFixture("delivery-after-three-attempts").data };
  const item = parseStoredItem({ id, chat_room_id: room, metadata: { delivery_status } });
  const delivery = deliveryFor(item, weather);
  expect(delivery.status).toBe("processed");
  expect(delivery.attempts.map(({ number, status, error }) => [number, status, error])).toEqual([
    [1, "processing", undefined],
    [2, "failed", "forecast provider timed out"],
    [3, "success", undefined],
  ]);
});

describe("whatever can be understood is taken", () => {
  test.each<[string, object, object]>([
    ["nothing but an id", {}, { ...bare, type: "text", content: "", metadata: {} }],
    [
      "nulls everywhere",
      { content: null, sender_name: null, metadata: null, inserted_at: null },
      { content: "", metadata: {} },
    ],
    ["a type from the future", { message_type: "hologram" }, { type: "other" }],
    ["an internal type", { message_type: "system" }, { type: "other" }],
    ["a sender of unknown kind", { sender_type: "Webhook" }, { senderKind: "agent" }],
    ["a room that is no UUID", { chat_room_id: "lobby" }, { roomId: room }],
    ["mentions that are no list", { metadata: { mentions: "all" } }, { mentions: [] }],
    [
      "mentions of all ages",
      {
        metadata: {
          mentions: [
            { id: weather, username: "dana/weather" },
            { id: planner, kind: "reference" },
            { id: room, kind: "echo" },
            { id: id, kind: null },
            { handle: "nobody" },
            7,
          ],
        },
      },
      {
        mentions: [
          { id: weather, handle: "dana/weather", name: undefined, kind: "mention" },
          { id: planner, handle: undefined, name: undefined, kind: "reference" },
          { id: room, handle: undefined, name: undefined, kind: "reference" },
          { id: id, handle: undefined, name: undefined, kind: "mention" },
        ],
      },
    ],
    [
      "deliveries in disorder",
      {
        metadata: {
          delivery_status: {
            [weather]: { status: "pending" },
            [planner]: { status: "failed", attempts: [null, { attempt_number: 2, status: "failed" }] },
            x: 3,
          },
        },
      },
      {
        deliveries: {
          [weather]: { status: "new", attempts: [] },
          [planner]: {
            status: "failed",
            attempts: [{ number: 2, status: "failed", startedAt: undefined, completedAt: undefined, error: undefined }],
          },
        },
      },
    ],
    ["deliveries that are no object", { metadata: { delivery_status: [] } }, { deliveries: {} }],
  ])("%s", (_, body, expected) => {
    expect(parseStoredItem({ id, ...body }, { roomId: room })).toMatchObject(expected);
  });
});

test.each<[string, unknown]>([
  ["no id", { chat_room_id: room }],
  ["an id that is no UUID", { id: "../x", chat_room_id: room }],
  ["no room and no fallback", { id }],
  ["no object", "text"],
  ["nothing", undefined],
])("throws a WireError for %s", (_, body) => {
  expect(() => parseStoredItem(body)).toThrow(WireError);
});

test("a recipient named like a part of an object's prototype does no harm", () => {
  const metadata: unknown = JSON.parse(
    '{"delivery_status":{"__proto__":{"status":"processed"},"constructor":{"status":"processed"}}}',
  );
  const item = parseStoredItem({ id, metadata }, { roomId: room });
  expect(deliveryFor(item, weather).status).toBe("new");
  expect(deliveryFor(item, "toString").status).toBe("new");
});
