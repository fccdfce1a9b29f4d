import { expect, test } from "vitest";
import { agentTopics, chatRoom, openSocket, Recorder, roomId } from "./listening.ts";
import { RawServer } from "./raw-server.ts";

const soon = { interval: 5, timeout: 5_000 };
const messageId = "d0000000-0000-4000-8000-000000000001";
const message = { id: messageId, content: "hello", message_type: "text", sender_id: "b", sender_type: "User" };

/** A connected socket in room 1. */
async function inRoom(server: RawServer, recorder: Recorder) {
  recorder.onConnected = () => socket.setRooms([roomId(1)]);
  const socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toContain(`joined ${roomId(1)}`);
  return socket;
}

test.each([
  ["text that is not JSON", `[null,null,"${chatRoom(1)}","message_cre`, roomId(1)],
  ["no JSON and no room", "hello?", undefined],
  ["an empty frame", "", undefined],
  ["four elements", [null, null, chatRoom(1), "message_created"], roomId(1)],
  ["six elements", [null, null, chatRoom(1), "message_created", message, 6], roomId(1)],
  ["an object", { topic: `room_participants:${roomId(1)}`, event: "x", payload: {}, ref: null }, roomId(1)],
  [
    "a binary frame",
    Buffer.concat([Buffer.from([2, 46, 15]), Buffer.from(`${chatRoom(1)}message_created{}`)]),
    roomId(1),
  ],
  ["a numeric reference", [1, null, chatRoom(1), "message_created", message], roomId(1)],
  ["a reply without an object", [null, "1", chatRoom(1), "phx_reply", null], roomId(1)],
  ["nesting without end", `[null,null,"${chatRoom(1)}","x",${"[".repeat(5_000)}${"]".repeat(5_000)}]`, roomId(1)],
])("%s costs one frame, and its room is told", async (_, frame, room) => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using socket = await inRoom(server, recorder);

  server.connection.send(frame);
  server.connection.push(chatRoom(1), "message_created", message);

  await expect.poll(() => recorder.events.length, soon).toBe(2);
  expect(recorder.events[0]).toEqual({ type: "malformed", roomId: room, event: "" });
  expect(recorder.events[1]).toMatchObject({ type: "message_created", roomId: roomId(1) });
  expect(socket.reconnects).toBe(0);
});

test("a frame with another join's reference is dropped, one without a reference is not", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using _socket = await inRoom(server, recorder);

  server.connection.send(["stale", null, chatRoom(1), "message_created", { ...message, content: "stale" }]);
  server.connection.send([null, null, chatRoom(1), "message_created", { ...message, content: "broadcast" }]);
  server.connection.push(chatRoom(1), "message_created", { ...message, content: "pushed" });

  await expect.poll(() => recorder.events.length, soon).toBe(2);
  const texts = recorder.events.map((event) => event.type === "message_created" && event.message.content);
  expect(texts).toEqual(["broadcast", "pushed"]);
});

test("a frame of a topic that is left, closed or was never joined is dropped", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using socket = await inRoom(server, recorder);
  socket.addRoom(roomId(2));
  await expect.poll(() => socket.joinedRooms, soon).toBe(2);

  socket.removeRoom(roomId(1));
  const joinRef = server.connection.joinRef(chatRoom(2));
  server.connection.send([joinRef, joinRef, chatRoom(2), "phx_close", {}]);
  for (const room of [1, 2, 3]) server.connection.send([null, null, chatRoom(room), "message_created", message]);
  server.connection.push(agentTopics[1] ?? "", "room_added", { id: roomId(4) });

  await expect.poll(() => recorder.events, soon).toEqual([{ type: "room_added", roomId: roomId(4) }]);
});

test("a listener that throws, now or later, does not make the connection deaf", async () => {
  await using server = await RawServer.start();
  class Failing extends Recorder {
    override event(event: Parameters<Recorder["event"]>[0]): void {
      super.event(event);
      throw new Error("thrown at once");
    }
    override async joined(room: string): Promise<void> {
      super.joined(room);
      await Promise.resolve();
      throw new Error("thrown later");
    }
    override connected(): void {
      super.connected();
      throw new Error("thrown on connect");
    }
    override disconnected(reason: Parameters<Recorder["disconnected"]>[0]): void {
      super.disconnected(reason);
      throw new Error("thrown on disconnect");
    }
  }
  const recorder = new Failing();
  await using _socket = await inRoom(server, recorder);

  server.connection.push(chatRoom(1), "message_created", message);
  server.connection.push(chatRoom(1), "message_created", message);
  await expect.poll(() => recorder.events.length, soon).toBe(2);
  server.connection.socket.terminate();
  await expect.poll(() => recorder.count(`joined ${roomId(1)}`), soon).toBe(2);

  for (const text of ["at once", "later", "on connect", "on disconnect"]) {
    expect(recorder.logged.filter((line) => line.startsWith("error ")).join()).toContain(`thrown ${text}`);
  }
});

test("a frame over 1 MiB ends that connection and no more", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using _socket = await inRoom(server, recorder);

  const content = "x".repeat(1024 * 1024 - 1_000);
  server.connection.push(chatRoom(1), "message_created", { ...message, content });
  await expect.poll(() => recorder.events.length, soon).toBe(1);
  server.connection.push(chatRoom(1), "message_created", { ...message, content: `${content}${"x".repeat(1_000)}` });

  await expect.poll(() => recorder.count(`joined ${roomId(1)}`), soon).toBe(2);
  expect(recorder.events).toHaveLength(1);
});

test("events nobody here knows are passed on as unrecognised", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using _socket = await inRoom(server, recorder);

  server.connection.push(chatRoom(1), "message_sung", {});
  server.connection.push(chatRoom(1), "message_created", { content: "no id" });

  await expect
    .poll(() => recorder.events, soon)
    .toEqual([
      { type: "unrecognised", topic: chatRoom(1), event: "message_sung" },
      { type: "malformed", roomId: roomId(1), event: "message_created" },
    ]);
});
