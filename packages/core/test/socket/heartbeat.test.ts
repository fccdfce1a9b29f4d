import { expect, test } from "vitest";
import { startHeartbeat } from "../../src/socket/heartbeat.ts";
import { agentTopics, openSocket, Recorder } from "./listening.ts";
import { ManualClock } from "./manual-clock.ts";
import { RawServer } from "./raw-server.ts";

const soon = { interval: 5, timeout: 5_000 };

test("heartbeats go out at their interval, whatever else is sent and received", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder, { timing: { heartbeatMs: 30 } });
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);

  const noise = setInterval(() => server.connection.push(agentTopics[1] ?? "", "room_added", {}), 5);
  const beats = () => server.connection.frames.filter(({ event }) => event === "heartbeat").length;
  await expect.poll(beats, soon).toBeGreaterThan(4);
  clearInterval(noise);
  expect(socket.reconnects).toBe(0);
});

test("a server that answers no heartbeat is dropped without a goodbye, although it still talks", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder, { timing: { heartbeatMs: 60 } });
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  const connection = server.connection;
  const connectedAtMs = performance.now();

  server.answersHeartbeats = false;
  const noise = setInterval(() => connection.push(agentTopics[1] ?? "", "room_added", {}), 5);
  await expect.poll(() => connection.closeCode, soon).toBeDefined();
  clearInterval(noise);
  server.answersHeartbeats = true;

  expect(performance.now() - connectedAtMs).toBeLessThan(1_000);
  expect(connection.closeCode).toBe(1006); // terminated: no close frame came
  await expect.poll(() => recorder.told, soon).toEqual(["connected", "disconnected without a code", "connected"]);
  expect(recorder.logged.join()).toContain("a heartbeat was not answered within 60 ms");
});

test("a dead peer is noticed after twice the interval and not before", () => {
  const clock = new ManualClock();
  const seen: string[] = [];
  startHeartbeat({ environment: clock, everyMs: 12_000, ping: () => seen.push("ping"), lost: () => seen.push("lost") });

  clock.advance(11_999);
  expect(seen).toEqual([]);
  clock.advance(1);
  expect(seen).toEqual(["ping"]);
  clock.advance(11_999);
  expect(seen).toEqual(["ping"]);
  clock.advance(2);
  expect(seen).toEqual(["ping", "lost"]);
});

test("an answer that is only read after its deadline still counts, when this process was what was late", () => {
  const clock = new ManualClock();
  const answers: (() => void)[] = [];
  let lost = 0;
  startHeartbeat({
    environment: clock,
    everyMs: 12_000,
    ping: (answered) => answers.push(answered),
    lost: () => {
      lost += 1;
    },
  });

  clock.advance(12_000);
  clock.jump(20_000); // the process was busy: the deadline comes first, then what the network holds
  clock.runDue();
  answers[0]?.();
  clock.advance(10);

  expect(lost).toBe(0);
  clock.advance(12_000);
  expect(answers).toHaveLength(2);
});

test("while connected no timer holds the process: the connection alone does", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const connected = new Promise<void>((resolve) => {
    recorder.onConnected = resolve;
  });
  await using _socket = openSocket(server.url, recorder);

  await connected;
  expect(timers()).toBeLessThanOrEqual(before);
});
