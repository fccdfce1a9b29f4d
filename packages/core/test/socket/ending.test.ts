import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { agentTopics, chatRoom, countingEnvironment, openSocket, Recorder, roomId } from "./listening.ts";
import { RawServer } from "./raw-server.ts";

const soon = { interval: 5, timeout: 5_000 };
const [control = "", ownRooms = ""] = agentTopics;
const supersede = { reason: "session.already_connected", message: "Another connection took over", retryable: false };

test("an agent that is superseded stays away, also when the connection is then closed", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);

  server.connection.push(control, "supersede", supersede);
  server.connection.socket.close(1000);

  await expect.poll(() => recorder.told, soon).toEqual(["connected", "ended socket.superseded"]);
  expect(recorder.events).toEqual([{ type: "superseded", message: supersede.message }]);
  expect(recorder.errors[0]?.message).toContain("another process connected with this agent's key");
  await expect.poll(() => server.connection.closeCode, soon).toBeDefined();
  await socket.close();
  expect(socket.state).toBe("ended");
  expect(server.upgrades).toHaveLength(1);
});

test("an agent that is superseded closes the connection itself and hears nothing more on it", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);

  server.connection.push(control, "supersede", "garbled");
  server.connection.push(ownRooms, "room_added", { id: roomId(1) });

  await expect.poll(() => server.connection.closeCode, soon).toBe(1000);
  expect(recorder.events).toEqual([{ type: "superseded", message: "the platform gave no reason" }]);
});

test("two processes with one key, where nobody can be told of a take-over, come to an end: one stays, one is superseded", async () => {
  await using server = await RawServer.start();
  server.answerJoin = (topic) =>
    topic === control ? { status: "error", response: { reason: "unauthorized" } } : { status: "ok", response: {} };
  const recorders = [new Recorder(), new Recorder()];
  const takeOver = () => {
    for (const { socket } of server.connections.slice(0, -1)) socket.close(1000); // the last one wins, without notice
  };
  for (const recorder of recorders) recorder.onConnected = takeOver;
  await using first = openSocket(server.url, recorders[0] ?? new Recorder());
  await using second = openSocket(server.url, recorders[1] ?? new Recorder());

  const ends = () => recorders.flatMap(({ told }) => told.filter((line) => line.startsWith("ended")));
  await expect.poll(ends, soon).toEqual(["ended socket.superseded"]);
  const upgrades = server.upgrades.length;
  expect(upgrades).toBeLessThanOrEqual(12);
  expect([first.state, second.state].toSorted()).toEqual(["connected", "ended"]);
  expect(recorders.flatMap(({ errors }) => errors)[0]?.message).toContain("it seems that another process connected");
  await new Promise((resolve) => setTimeout(resolve, 200)); // ten times the longest wait for a further try
  expect(server.upgrades).toHaveLength(upgrades);
});

test("close ends in good order, tells nothing and is not followed by a reconnect", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  const socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);

  await Promise.all([socket.close(), socket.close()]);

  await expect.poll(() => server.connection.closeCode, soon).toBe(1000);
  expect(recorder.told).toEqual(["connected"]);
  expect(socket.state).toBe("ended");
  socket.open();
  expect(socket.state).toBe("ended");
});

test("close does not wait for a peer that never says goodbye", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  const socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  server.connection.socket.pause(); // reads nothing from now on, so the close frame neither

  const startedAtMs = performance.now();
  await socket.close();
  expect(performance.now() - startedAtMs).toBeLessThan(2_000); // `ws` by itself waits thirty seconds
});

test("nothing is left to happen after a close, whatever was under way", async () => {
  await using server = await RawServer.start();
  server.answerJoin = (topic) => (topic === chatRoom(1) ? "silence" : { status: "ok", response: {} });
  const { environment, pending } = countingEnvironment();
  const recorder = new Recorder();
  const timing = { reconnectBaseMs: 60_000, reconnectCapMs: 60_000 };
  const socket = openSocket(server.url, recorder, { environment, timing });
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  socket.setRooms([roomId(0), roomId(1)]);
  await expect.poll(() => socket.joinedRooms, soon).toBe(1);
  server.connection.crash(chatRoom(0));
  await expect.poll(() => socket.joinedRooms, soon).toBe(0);
  expect(pending()).toBe(3); // a heartbeat, a join without a reply, a rejoin

  await socket.close();
  expect(pending()).toBe(0);
});

test("a close while waiting to connect again is not followed by a connection", async () => {
  await using server = await RawServer.start();
  const { environment, pending } = countingEnvironment();
  const recorder = new Recorder();
  const socket = openSocket(server.url, recorder, { environment, timing: { firstReconnectMs: 1_000_000 } });
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  server.connection.socket.terminate();
  await expect.poll(() => socket.state, soon).toBe("waiting");
  expect(pending()).toBe(1);

  await socket.close();
  expect(pending()).toBe(0);
  expect(socket.state).toBe("ended");
});

test("a listener that closes when it is told of the loss is not connected again", async () => {
  await using server = await RawServer.start();
  const { environment, pending } = countingEnvironment();
  class Closing extends Recorder {
    override disconnected(reason: Parameters<Recorder["disconnected"]>[0]): void {
      super.disconnected(reason);
      void socket.close();
    }
  }
  const recorder = new Closing();
  const socket = openSocket(server.url, recorder, { environment });
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  server.connection.socket.close(1001);

  await expect.poll(() => recorder.told, soon).toEqual(["connected", "disconnected 1001"]);
  await socket.close();
  expect(socket.state).toBe("ended");
  expect(pending()).toBe(0);
});

test.each(["silence", "refusal"] as const)("close while connecting meets %s and settles", async (answer) => {
  await using server = await RawServer.start();
  server.answerUpgrade = () => (answer === "silence" ? answer : { status: 503, headers: { "retry-after": "60" } });
  const recorder = new Recorder();
  const socket = openSocket(server.url, recorder);
  await expect.poll(() => socket.state, soon).toBe(answer === "silence" ? "connecting" : "waiting");
  await expect.poll(() => server.upgrades.length, soon).toBe(1);

  await socket.close();
  expect(recorder.told).toEqual([]);
});

test("a socket closed right after it was opened never connects", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  const socket = openSocket(server.url, recorder);
  await socket.close();
  expect(server.connections).toHaveLength(0);
});

test("a listener that closes from inside a call is told nothing more", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  const socket = openSocket(server.url, recorder);
  recorder.onConnected = () => {
    socket.setRooms([roomId(1)]);
    void socket.close();
  };

  await expect.poll(() => socket.state, soon).toBe("ended");
  await socket.close();
  expect(recorder.told).toEqual(["connected"]);
  expect(server.upgrades).toHaveLength(1);
});

test.each(["close", "supersede"])("a process ends by itself after %s, whatever was still unanswered", async (how) => {
  await using server = await RawServer.start();
  server.answerJoin = (topic) => (topic === chatRoom(2) ? "silence" : { status: "ok", response: {} });
  const program = fileURLToPath(new URL("./closing-process.ts", import.meta.url));
  const child = spawn(process.execPath, [program, server.url], { stdio: ["ignore", "inherit", "inherit"] });
  const exited = once(child, "exit");
  try {
    await expect.poll(() => server.connections[0]?.joins, { interval: 10, timeout: 20_000 }).toContain(chatRoom(2));
    server.connection.crash(chatRoom(1)); // a rejoin is waiting as well
    server.answersHeartbeats = false;
    const beats = server.connection.frames.length;
    await expect.poll(() => server.connection.frames.length, soon).toBeGreaterThan(beats);

    if (how === "close") server.connection.push(ownRooms, "room_removed", { id: roomId(1) });
    else server.connection.push(control, "supersede", supersede);

    const toldAtMs = performance.now();
    expect(await exited).toEqual([0, null]);
    expect(performance.now() - toldAtMs).toBeLessThan(3_000);
  } finally {
    child.kill("SIGKILL");
  }
});
