import { expect, test } from "vitest";
import { agentId, agentTopics, apiKey, chatRoom, openSocket, Recorder, roomId } from "./listening.ts";
import { RawServer } from "./raw-server.ts";

const soon = { interval: 5, timeout: 5_000 };

test("the key goes into a header and never into the URL", async () => {
  await using server = await RawServer.start();
  await using _socket = openSocket(server.url, new Recorder());

  await expect.poll(() => server.upgrades.length, soon).toBe(1);
  const [upgrade] = server.upgrades;
  expect(upgrade?.headers["x-api-key"]).toBe(apiKey);
  expect(upgrade?.url).toBe(`/api/v1/socket/websocket?agent_id=${agentId}&on_conflict=supersede&vsn=2.0.0`);
  expect(upgrade?.headers["sec-websocket-extensions"]).toBeUndefined(); // no compression
});

test("control, rooms and contacts are joined in this order before anything is told", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  server.holdJoins = true;
  await using socket = openSocket(server.url, recorder);

  await expect.poll(() => server.heldJoins, soon).toBe(3);
  expect(server.connection.joins).toEqual(agentTopics);
  server.releaseJoins(2);
  expect(socket.state).toBe("connecting");
  server.releaseJoins();
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  expect(socket.state).toBe("connected");
});

test("rooms are joined in the order given, 32 at a time, and each is told", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  server.holdJoins = true;

  socket.setRooms(Array.from({ length: 50 }, (_, index) => roomId(index)));
  await expect.poll(() => server.heldJoins, soon).toBe(32);
  socket.addRoom(roomId(99));
  server.releaseJoins(1);
  await expect.poll(() => server.heldJoins, soon).toBe(32);
  expect(server.connection.joins.at(-1)).toBe(chatRoom(99));
  server.holdJoins = false;
  server.releaseJoins();

  await expect.poll(() => socket.joinedRooms, soon).toBe(51);
  const rooms = server.connection.joins.filter((topic) => topic !== chatRoom(99)).slice(3);
  expect(rooms).toEqual(Array.from({ length: 50 }, (_, index) => chatRoom(index)));
  expect(recorder.told.filter((line) => line.startsWith("joined"))).toHaveLength(51);
});

test.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 4000])(
  "a server that closes with %i is connected to again",
  async (code) => {
    await using server = await RawServer.start();
    const recorder = new Recorder();
    await using socket = openSocket(server.url, recorder);
    await expect.poll(() => recorder.told, soon).toEqual(["connected"]);

    server.connection.socket.close(code);

    await expect.poll(() => recorder.told, soon).toEqual(["connected", `disconnected ${code}`, "connected"]);
    expect(socket.reconnects).toBe(1);
  },
);

test("a connection cut without a word is had again", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);

  server.connection.socket.terminate();

  await expect.poll(() => recorder.told, soon).toEqual(["connected", "disconnected without a code", "connected"]);
});
