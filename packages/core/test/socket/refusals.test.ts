import { expect, test } from "vitest";
import { agentTopics, apiKey, openSocket, Recorder } from "./listening.ts";
import { RawServer } from "./raw-server.ts";

const soon = { interval: 5, timeout: 5_000 };

test.each([400, 409])("an upgrade refused with %i is not tried again", async (status) => {
  await using server = await RawServer.start();
  server.answerUpgrade = () => ({
    status,
    body: JSON.stringify({ error: { code: "no_way", message: "Not like this" } }),
  });
  const recorder = new Recorder();
  await using socket = openSocket(server.url, recorder);

  await expect.poll(() => recorder.told, soon).toEqual(["ended socket.refused"]);
  expect(socket.state).toBe("ended");
  expect(server.upgrades).toHaveLength(1);
  expect(recorder.errors[0]?.status).toBe(status);
  expect(recorder.errors[0]?.message).toContain(`${status} no_way, Not like this; `);
});

test.each([401, 403])("an upgrade refused with %i is tried three times", async (status) => {
  await using server = await RawServer.start();
  server.answerUpgrade = () => ({ status });
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder);

  await expect.poll(() => recorder.told, soon).toEqual(["ended socket.refused"]);
  expect(server.upgrades).toHaveLength(3);
  expect(recorder.errors[0]?.status).toBe(status);
  expect(recorder.errors[0]?.message).toContain("check that the API key is this agent's");
});

test("a 401 said by a server that is starting costs nothing once it is up", async () => {
  await using server = await RawServer.start();
  server.answerUpgrade = (index) => (index < 2 ? { status: 401 } : undefined);
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder);
  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);

  server.answerUpgrade = (index) => (index < 5 ? { status: 401 } : undefined);
  server.connection.socket.terminate();

  await expect.poll(() => recorder.count("connected"), soon).toBe(2);
});

test.each([404, 500, 502, 302])("an upgrade answered with %i is tried again without an end", async (status) => {
  await using server = await RawServer.start();
  server.answerUpgrade = (index) =>
    index < 6 ? { status, headers: { location: `${server.url}/elsewhere` }, body: "<h1>Sorry</h1>" } : undefined;
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder);

  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  expect(server.upgrades).toHaveLength(7);
  expect(recorder.logged.filter((line) => line.startsWith("warn"))).toHaveLength(1); // said once, not six times
});

test.each([
  [
    "503 by its body",
    { status: 503, body: '{"error":{"code":"tracking_failed","message":"later","retry_after":0.3}}' },
  ],
  [
    "429 by its body",
    { status: 429, body: '{"error":{"code":"too_many_requests","message":"slow","retry_after":0.3}}' },
  ],
  ["429 by its header", { status: 429, headers: { "Retry-After": "0.3" } }],
])("a %s is waited out", async (_, answer) => {
  await using server = await RawServer.start();
  server.answerUpgrade = (index) => (index === 0 ? answer : undefined);
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder);

  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  const [first, second] = server.upgrades.map(({ atMs }) => atMs);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(299);
});

test("a key repeated by the platform stays out of errors and logs", async () => {
  await using server = await RawServer.start();
  const message = `${apiKey} is not ${encodeURIComponent(apiKey)}`;
  server.answerUpgrade = () => ({ status: 403, body: JSON.stringify({ error: { code: "bad_key", message } }) });
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder);

  await expect.poll(() => recorder.errors.length, soon).toBe(1);
  expect(recorder.errors[0]?.message).toContain("bad_key, [redacted] is not [redacted]");
  expect(`${recorder.errors[0]?.stack}${recorder.logged.join()}`).not.toContain(apiKey);
});

test("a status counts although the body that should follow never comes", async () => {
  await using server = await RawServer.start();
  server.answerUpgrade = () => ({ status: 409, body: "wait for it", unfinished: true });
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder, { timing: { handshakeTimeoutMs: 200 } });

  await expect.poll(() => recorder.told, soon).toEqual(["ended socket.refused"]);
});

test("a handshake that is never answered is given up and tried again", async () => {
  await using server = await RawServer.start();
  server.answerUpgrade = (index) => (index < 2 ? "silence" : undefined);
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder, { timing: { handshakeTimeoutMs: 50 } });

  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
  expect(server.upgrades).toHaveLength(3);
  expect(recorder.logged[0]).toContain("the handshake was not finished within 50 ms");
});

test("a server that is not there yet is connected to once it is", async () => {
  const away = await RawServer.start();
  const { port } = new URL(away.url);
  await away[Symbol.asyncDispose]();
  const recorder = new Recorder();
  await using _socket = openSocket(away.url, recorder);
  await expect.poll(() => recorder.logged.join(), soon).toContain("ECONNREFUSED");

  await using _server = await RawServer.start(Number(port));

  await expect.poll(() => recorder.told, soon).toEqual(["connected"]);
});

test("a key that no header can carry ends at once and is not repeated", async () => {
  await using server = await RawServer.start();
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder, { apiKey: "two\nlines" });

  await expect.poll(() => recorder.told, soon).toEqual(["ended socket.refused"]);
  expect(recorder.errors[0]?.message).not.toContain("lines");
});

test("an agent whose own rooms are refused three times has the wrong key or id", async () => {
  await using server = await RawServer.start();
  server.answerJoin = (topic) =>
    topic === agentTopics[1]
      ? { status: "error", response: { reason: "unauthorized" } }
      : { status: "ok", response: {} };
  const recorder = new Recorder();
  await using _socket = openSocket(server.url, recorder);

  await expect.poll(() => recorder.told, soon).toEqual(["ended socket.refused"]);
  expect(server.upgrades).toHaveLength(3);
  expect(recorder.errors[0]?.message).toContain(`${agentTopics[1]} was refused (unauthorized); check`);
});
