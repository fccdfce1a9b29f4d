import { expect, test } from "vitest";
import { chatRoom, openSocket, Recorder, roomId } from "./listening.ts";
import { RawServer } from "./raw-server.ts";

const soon = { interval: 5, timeout: 20_000 };
const rooms = 1_000;

test("a thousand rooms are joined, heard, left and joined again after a reconnect", async () => {
  await using server = await RawServer.start();
  const ids = Array.from({ length: rooms }, (_, index) => roomId(index));
  const recorder = new Recorder();
  recorder.onConnected = () => socket.setRooms(ids);
  const socket = openSocket(server.url, recorder);
  await using _closing = socket;
  await expect.poll(() => socket.joinedRooms, soon).toBe(rooms);

  for (let index = 0; index < rooms; index += 1) server.connection.push(chatRoom(index), "message_sung", {});
  await expect.poll(() => recorder.events.length, soon).toBe(rooms);

  server.connection.socket.terminate();
  await expect.poll(() => recorder.count("connected"), soon).toBe(2);
  await expect.poll(() => socket.joinedRooms, soon).toBe(rooms);
  expect(server.connection.joins.slice(3)).toEqual(Array.from({ length: rooms }, (_, index) => chatRoom(index)));

  socket.setRooms([]);
  await expect.poll(() => server.connection.leaves.length, soon).toBe(rooms);
  expect(socket.joinedRooms).toBe(0);
});

test("two hundred reconnects leave no timer behind", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  recorder.onConnected = () => {
    socket.setRooms([roomId(1)]);
    if (server.connections.length < 200) server.connection.socket.terminate();
  };
  const socket = openSocket(server.url, recorder, {
    timing: { firstReconnectMs: 1, reconnectBaseMs: 1, reconnectCapMs: 1 },
  });
  await using _closing = socket;
  await expect.poll(() => socket.joinedRooms, soon).toBe(1);
  expect(server.connections.length).toBe(200);

  await socket.close();
  const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout");
  expect(timers.length).toBeLessThan(20); // those of the test runner
});
