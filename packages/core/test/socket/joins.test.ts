import { expect, test, vi } from "vitest";
import { systemEnvironment } from "../../src/internal/environment.ts";
import { defaultTiming } from "../../src/internal/timing.ts";
import type { ChannelEvents } from "../../src/socket/channel.ts";
import { Subscription } from "../../src/socket/subscription.ts";
import { agentTopics, chatRoom, openSocket, Recorder, roomId } from "./listening.ts";
import { ManualClock } from "./manual-clock.ts";
import { type JoinAnswer, RawServer } from "./raw-server.ts";

const soon = { interval: 5, timeout: 5_000 };
const [control = "", ownRooms = "", contacts = ""] = agentTopics;
const granted: JoinAnswer = { status: "ok", response: {} };
const refused = (reason: string): JoinAnswer => ({ status: "error", response: { reason } });
const ids = (count: number) => Array.from({ length: count }, (_, index) => roomId(index));
const participants = (index: number) => `room_participants:${roomId(index)}`;

test.each(["unauthorized", "unmatched topic"])(
  "a room refused as %s is reported, left and not asked for again",
  async (reason) => {
    await using server = await RawServer.start();
    server.answerJoin = (topic) => (topic === chatRoom(1) ? refused(reason) : granted);
    const recorder = new Recorder();
    await using socket = openSocket(server.url, recorder);
    await expect.poll(() => recorder.told, soon).toEqual(["connected"]);

    socket.setRooms([roomId(0), roomId(1), roomId(2)]);
    await expect
      .poll(() => recorder.told.slice(1).sort(), soon)
      .toEqual([`joined ${roomId(0)}`, `joined ${roomId(2)}`, `refused ${roomId(1)} ${reason}`]);
    socket.setRooms([roomId(0), roomId(1), roomId(2), roomId(3)]);
    await expect.poll(() => socket.joinedRooms, soon).toBe(3);
    expect(server.connection.joins.filter((topic) => topic === chatRoom(1))).toHaveLength(1);
    expect(server.connection.leaves).toEqual([chatRoom(1)]);

    server.answerJoin = () => granted;
    socket.addRoom(roomId(1)); // as when we were added to it again
    await expect.poll(() => recorder.told, soon).toContain(`joined ${roomId(1)}`);
  },
);

test("a join that crashes or gets no reply is tried again until it succeeds", async () => {
  await using server = await RawServer.start();
  const answers = {
    [chatRoom(0)]: [refused("join crashed"), refused("join crashed")],
    [chatRoom(1)]: ["silence" as const],
  };
  server.answerJoin = (topic) => answers[topic]?.shift() ?? granted;
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder, { timing: { joinTimeoutMs: 40 } });
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);

  socket.setRooms(ids(3));

  await expect.poll(() => socket.joinedRooms, soon).toBe(3);
  expect(server.connection.joins.filter((topic) => topic === chatRoom(0))).toHaveLength(3);
  expect(server.connection.joins.filter((topic) => topic === chatRoom(1))).toHaveLength(2);
  expect(server.connection.leaves).toContain(chatRoom(1)); // it may have succeeded after all
  expect(recorder.told[1]).toBe(`joined ${roomId(2)}`); // nobody waits for the bad ones
});

test("how long a join may wait is ours to say, not the Phoenix client's", async () => {
  await using server = await RawServer.start();
  server.answerJoin = (topic) => (topic === chatRoom(0) ? "silence" : granted);
  const recorder = new Recorder();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const timing = { joinTimeoutMs: 60_000, heartbeatMs: 600_000, reconnectBaseMs: 1, handshakeTimeoutMs: 600_000 };
    const socket = openSocket(server.url, recorder, { timing });
    await using _closing = socket;
    await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
    socket.setRooms(ids(1));
    await expect.poll(() => server.connection.joins, soon).toContain(chatRoom(0));

    vi.advanceTimersByTime(30_000); // its own default is ten seconds
    socket.addRoom(roomId(1));
    await expect.poll(() => socket.joinedRooms, soon).toBe(1);
    expect(server.connection.leaves).toEqual([]);

    vi.advanceTimersByTime(40_000);
    await expect.poll(() => server.connection.leaves, soon).toEqual([chatRoom(0)]);
  } finally {
    vi.useRealTimers();
  }
});

test("an answer to a join that was given up does not count", async () => {
  await using server = await RawServer.start();
  server.answerJoin = (topic) => (topic === chatRoom(0) ? "silence" : granted);
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder, { timing: { joinTimeoutMs: 40 } });
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  socket.setRooms(ids(1));
  await expect.poll(() => server.connection.joins, soon).toContain(chatRoom(0));
  const first = server.connection.joinRef(chatRoom(0));
  await expect.poll(() => server.connection.joinRef(chatRoom(0)), soon).not.toBe(first);

  server.connection.send([first, first, chatRoom(0), "phx_reply", { status: "ok", response: {} }]);
  server.connection.push(ownRooms, "room_added", { id: roomId(9) });

  await expect.poll(() => recorder.events.length, soon).toBe(1);
  expect(socket.joinedRooms).toBe(0);
});

test("a channel that crashes is joined again, alone, and told again", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  socket.setRooms(ids(2));
  await expect.poll(() => socket.joinedRooms, soon).toBe(2);

  server.connection.crash(chatRoom(0));

  await expect.poll(() => recorder.count(`joined ${roomId(0)}`), soon).toBe(2);
  expect(recorder.count(`joined ${roomId(1)}`)).toBe(1);
  expect(server.connections).toHaveLength(1);
  server.connection.push(chatRoom(0), "message_sung", {});
  await expect.poll(() => recorder.events.length, soon).toBe(1);
});

test.each(["its join is refused", "it crashes"])(
  "joins after %s are spread at random over a window that doubles",
  async (how) => {
    await using server = await RawServer.start();
    server.answerJoin = (topic, connection) => {
      if (topic !== chatRoom(0)) return granted;
      if (how === "its join is refused") return refused("join crashed");
      setImmediate(() => connection.crash(topic));
      return granted;
    };
    const recorder = new Recorder();
    const waits: number[] = [];
    const environment = {
      ...systemEnvironment,
      random: () => 0.5,
      schedule: (delayMs: number, run: () => void) => {
        if (delayMs < 1_000) waits.push(delayMs);
        return systemEnvironment.schedule(delayMs, run);
      },
    };
    await using socket = openSocket(server.url, recorder, {
      environment,
      timing: { reconnectBaseMs: 4, reconnectCapMs: 30 },
    });
    await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
    socket.setRooms(ids(1));

    await expect.poll(() => waits.slice(0, 6), soon).toEqual([2, 4, 8, 15, 15, 15]);
  },
);

test("a channel that crashes after each join slows down, until it has stayed joined for long enough", () => {
  const clock = new ManualClock();
  const tries: ChannelEvents[] = [];
  const join = (_: string, events: ChannelEvents) => {
    tries.push(events);
    return { leave() {} };
  };
  const subscription = new Subscription(
    { kind: "chat_room", id: roomId(0) },
    { join, environment: clock, timing: defaultTiming, closedIsFinal: true },
    { joined() {}, refused() {}, failed() {}, event() {}, due: () => subscription.start() },
  );
  subscription.start();
  const crashAfter = (joinedMs: number): number => {
    const before = tries.length;
    tries.at(-1)?.joined();
    clock.advance(joinedMs);
    tries.at(-1)?.failed("the channel crashed");
    const crashedAtMs = clock.monotonicMs();
    while (tries.length === before) clock.advance(100);
    return clock.monotonicMs() - crashedAtMs;
  };

  expect([0, 29_999, 0, 0, 0, 0, 0].map(crashAfter)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  expect([30_000, 0].map(crashAfter)).toEqual([500, 1_000]);

  tries.at(-1)?.failed("join crashed");
  const before = tries.length;
  subscription.stop();
  clock.advance(60_000);
  expect(tries).toHaveLength(before); // the wait ended with the connection
});

test("a channel that the server closes is reported and left alone", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  socket.setRooms(ids(2));
  await expect.poll(() => socket.joinedRooms, soon).toBe(2);

  const joinRef = server.connection.joinRef(chatRoom(0));
  server.connection.send([joinRef, joinRef, chatRoom(0), "phx_close", {}]);

  await expect.poll(() => recorder.told, soon).toContain(`refused ${roomId(0)} closed`);
  expect(socket.joinedRooms).toBe(1);
  expect(server.connection.joins.filter((topic) => topic === chatRoom(0))).toHaveLength(1);
});

test.each([control, contacts])("an agent whose %s is refused goes on without it", async (topic) => {
  await using server = await RawServer.start();
  server.answerJoin = (asked) => (asked === topic ? refused("unauthorized") : granted);
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder);

  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  expect(recorder.logged).toHaveLength(1);
  expect(recorder.logged[0]).toMatch(new RegExp(`^warn ${topic} was refused \\(unauthorized\\): .+ not heard$`));
});

test("an agent whose control fails for now goes on, and joins it later", async () => {
  await using server = await RawServer.start();
  let tries = 0;
  server.answerJoin = (topic) => (topic === control && ++tries < 3 ? refused("join crashed") : granted);
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder);

  await expect.poll(() => tries, soon).toBe(3);
  server.connection.push(control, "agent.control", { mode: "stop", scope: "agent", agent_id: "x" });
  await expect
    .poll(() => recorder.events, soon)
    .toEqual([{ type: "control", mode: "stop", roomId: undefined, correlationId: undefined }]);
  expect(recorder.told).toEqual(["connected"]);
});

test("rooms are to be listed again after the topic that tells about them had crashed", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  socket.setRooms(ids(1));
  await expect.poll(() => socket.joinedRooms, soon).toBe(1);

  server.connection.crash(ownRooms);

  await expect.poll(() => recorder.told, soon).toEqual(["connected", `joined ${roomId(0)}`, "connected"]);
  expect(socket.joinedRooms).toBe(1);
  expect(socket.reconnects).toBe(0);
});

test("setRooms leaves what it does not name, and a left room can be joined again", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  socket.setRooms(ids(3));
  await expect.poll(() => socket.joinedRooms, soon).toBe(3);

  socket.setRooms([roomId(2), roomId(3)]);
  await expect.poll(() => server.connection.leaves, soon).toEqual([chatRoom(0), chatRoom(1)]);
  socket.addRoom(roomId(0));
  socket.removeRoom(roomId(0));
  socket.addRoom(roomId(0));

  await expect.poll(() => socket.joinedRooms, soon).toBe(3);
  server.connection.push(chatRoom(0), "message_sung", {});
  await expect.poll(() => recorder.events.length, soon).toBe(1);
});

test("once the server allows no further topic, the other rooms are reported without asking for each", async () => {
  await using server = await RawServer.start();
  server.answerJoin = (_, { joins, leaves }) =>
    joins.length - leaves.length > 60 ? refused("too many channels joined") : granted;
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);

  socket.setRooms(ids(500));

  await expect.poll(() => recorder.told.length, soon).toBe(1 + 500);
  expect(socket.joinedRooms).toBe(57);
  expect(recorder.told.filter((line) => line.endsWith("too many channels joined"))).toHaveLength(443);
  expect(server.connection.joins.length).toBeLessThanOrEqual(60 + 32);

  socket.removeRoom(roomId(0)); // makes room for one
  socket.addRoom(roomId(400));
  await expect.poll(() => recorder.told, soon).toContain(`joined ${roomId(400)}`);
  socket.addRoom(roomId(401));
  await expect.poll(() => recorder.count(`refused ${roomId(401)} too many channels joined`), soon).toBe(2);
});

test("participants are watched once no room is left to join, and again after a reconnect", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  recorder.onConnected = () => socket.setRooms(ids(40));
  const socket = openSocket(server.url, recorder);
  await using _closing = socket;
  socket.watchParticipants(roomId(0));
  await expect.poll(() => server.connections[0]?.joins.at(-1), soon).toBe(participants(0));
  expect(server.connection.joins).toHaveLength(3 + 40 + 1);

  server.connection.push(participants(0), "participant_removed", { id: roomId(7), type: "User" });
  await expect
    .poll(() => recorder.events, soon)
    .toEqual([{ type: "participant_removed", roomId: roomId(0), participantId: roomId(7) }]);
  server.connection.socket.terminate();
  await expect.poll(() => server.connections[1]?.joins.at(-1), soon).toBe(participants(0));

  socket.unwatchParticipants(roomId(0));
  await expect.poll(() => server.connection.leaves, soon).toEqual([participants(0)]);
  expect(socket.joinedRooms).toBe(40);
});

test("participants wait for the last room to be answered, not only to be asked for", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  server.holdJoins = true;
  socket.watchParticipants(roomId(0));
  socket.setRooms(ids(2));
  await expect.poll(() => server.heldJoins, soon).toBe(2);

  server.releaseJoins(1);
  await expect.poll(() => socket.joinedRooms, soon).toBe(1);
  socket.addRoom(roomId(2)); // asked for after it, so what came before it would have arrived
  await expect.poll(() => server.connection.joins.at(-1), soon).toBe(chatRoom(2));
  expect(server.connection.joins).not.toContain(participants(0));

  server.releaseJoins();
  await expect.poll(() => server.connection.joins.at(-1), soon).toBe(participants(0));
});

test("watched participants give way to a room that finds no place", async () => {
  await using server = await RawServer.start();
  server.answerJoin = (_, { joins, leaves }) =>
    joins.length - leaves.length > 6 ? refused("too many channels joined") : granted;
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  socket.setRooms(ids(2));
  socket.watchParticipants(roomId(0));
  await expect.poll(() => socket.joinedRooms, soon).toBe(2);
  socket.watchParticipants(roomId(0));
  await expect.poll(() => server.connection.joins, soon).toContain(participants(0));

  socket.addRoom(roomId(2));

  await expect.poll(() => recorder.told, soon).toContain(`joined ${roomId(2)}`);
  expect(server.connection.leaves).toContain(participants(0));
  expect(recorder.told.join()).not.toContain("refused");
});

test("rooms count for one connection: on the next they wait to be named", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  socket.setRooms(ids(2));
  await expect.poll(() => socket.joinedRooms, soon).toBe(2);

  server.connection.socket.terminate();
  await expect.poll(() => recorder.count("connected"), soon).toBe(2);
  expect(socket.joinedRooms).toBe(0);
  socket.setRooms([roomId(1)]);

  await expect.poll(() => recorder.count(`joined ${roomId(1)}`), soon).toBe(2);
  expect(server.connection.joins).toEqual([...agentTopics, chatRoom(1)]);
});
