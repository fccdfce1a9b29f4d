import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SandboxError, startSandbox } from "../../src/index.ts";

test("the demo seed has dana and her two agents, with keys that never change", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  expect(sandbox.users).toMatchObject([{ handle: "dana", apiKey: "band_u_demo_dana" }]);
  expect(sandbox.agents).toMatchObject([
    { handle: "dana/planner", name: "Planner", apiKey: "band_a_demo_planner" },
    { handle: "dana/weather", name: "Weather", apiKey: "band_a_demo_weather" },
  ]);
  const me = await fetch(`${sandbox.url}/api/v1/agent/me`, { headers: { "x-api-key": "band_a_demo_weather" } });
  expect(await me.json()).toMatchObject({ data: { handle: "dana/weather" } });
});

test("credentials are those the platform takes, and say where it is", async () => {
  await using sandbox = await startSandbox();
  await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const { apiKey, agentId, baseUrl } = sandbox.credentials("weather");
  expect(apiKey).toMatch(/^band_a_/);
  expect(baseUrl).toBe(sandbox.url);
  expect(sandbox.socketUrl).toBe(`${baseUrl.replace("http", "ws")}/api/v1/socket/websocket`);
  const me = await fetch(`${baseUrl}/api/v1/agent/me`, { headers: { "x-api-key": apiKey } });
  expect(await me.json()).toMatchObject({ data: { id: agentId, handle: "ada/weather" } });
});

test("a room makes the accounts it names; a plain agent belongs to the first user of the sandbox", async () => {
  await using sandbox = await startSandbox();
  await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const room = await sandbox.room({
    users: ["bob", "ada"],
    agents: ["planner", "bob/cook", "weather"],
    title: "Picnic",
  });
  expect(sandbox.users.map(({ handle }) => handle)).toEqual(["ada", "bob"]);
  expect(sandbox.agents.map(({ handle }) => handle)).toEqual(["ada/weather", "ada/planner", "bob/cook"]);
  expect(sandbox.roomsOf("bob").map(({ id }) => id)).toEqual([room.id]);
  expect(sandbox.roomsOf("weather")).toHaveLength(2);
  expect(room.picture()).toContain('Room "Picnic"');
});

test("a name nobody has is an error that lists those there are, a name of two is one that tells them apart", async () => {
  await using sandbox = await startSandbox();
  await sandbox.room({ users: ["ada", "bob"], agents: ["weather", "bob/weather"] });
  expect(() => sandbox.credentials("wether")).toThrow(
    'No agent "wether" in this sandbox; there are ada/weather, bob/weather',
  );
  expect(() => sandbox.credentials("weather")).toThrow('"weather" could be "ada/weather" or "bob/weather"');
  expect(() => sandbox.as("eve")).toThrow('No user "eve" in this sandbox; there are ada, bob');
});

test("an agent that is stopped is served nothing, and goes on when told to play", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  sandbox.script("weather", ["No."]);
  sandbox.control("weather", "stop", { room });
  await room.as("ada").say("@weather rain?");
  await expect(room.settled({ timeoutMs: 50 })).rejects.toThrow();
  sandbox.control("weather", "play", { room });
  await room.settled();
  expect(room.said()).toEqual(["@weather rain?", "@ada No."]);
});

test("a revoked key is refused, and credentials then give another", async () => {
  await using sandbox = await startSandbox();
  await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const before = sandbox.credentials("weather").apiKey;
  sandbox.revoke("weather");
  const status = async (apiKey: string) =>
    (await fetch(`${sandbox.url}/api/v1/agent/me`, { headers: { "x-api-key": apiKey } })).status;
  expect(await status(before)).toBe(401);
  const { apiKey } = sandbox.credentials("weather");
  expect(apiKey).not.toBe(before);
  expect(await status(apiKey)).toBe(200);
});

test("requests are logged with their caller, can be picked by pattern, and forgotten", async () => {
  await using sandbox = await startSandbox();
  await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const headers = { "x-api-key": sandbox.credentials("weather").apiKey };
  await fetch(`${sandbox.url}/api/v1/agent/me`, { headers });
  await fetch(`${sandbox.url}/api/v1/agent/chats?page=1`, { headers });
  await fetch(`${sandbox.url}/api/v1/agent/me`);
  expect(sandbox.requests()).toMatchObject([
    { method: "GET", path: "/api/v1/agent/me", status: 200, by: "ada/weather", at: expect.any(Number) },
    { method: "GET", path: "/api/v1/agent/chats", status: 200, by: "ada/weather" },
    { method: "GET", path: "/api/v1/agent/me", status: 401, by: undefined },
  ]);
  expect(sandbox.requests("GET me")).toHaveLength(2);
  expect(sandbox.requests({ request: "GET me", agent: "weather" })).toHaveLength(1);
  sandbox.clearRequests();
  expect(sandbox.requests()).toEqual([]);
});

test("a data file keeps accounts, keys, rooms and what was said; without one nothing stays", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  const data = join(folder, "state.db");
  try {
    let roomId: string;
    let before: unknown;
    {
      await using sandbox = await startSandbox({ data, seed: "demo" });
      const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
      await room.as("dana").say("@weather will it rain?");
      roomId = room.id;
      before = [sandbox.users, sandbox.agents];
    }
    await using again = await startSandbox({ data, seed: "demo" });
    expect([again.users, again.agents]).toEqual(before);
    const room = again.roomById(roomId);
    expect(room.said()).toEqual(["@weather will it rain?"]);
    again.script("weather", ["No."]);
    await room.settled();
    expect(room.said()).toEqual(["@weather will it rain?", "@dana No."]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a taken port and a data file that is none are one sentence each", async () => {
  await using sandbox = await startSandbox();
  const port = Number(new URL(sandbox.url).port);
  await expect(startSandbox({ port })).rejects.toThrow(
    new SandboxError(`port ${port} on 127.0.0.1 is taken; choose another port, or 0 for a free one`),
  );
  await expect(startSandbox({ data: tmpdir() })).rejects.toThrow(SandboxError);
});

test("two sandboxes live side by side, and stopping twice is stopping once", async () => {
  await using one = await startSandbox();
  const two = await startSandbox();
  expect(one.url).not.toBe(two.url);
  await two.stop();
  await two.stop();
  await expect(fetch(two.url)).rejects.toThrow();
  expect((await fetch(`${one.url}/api/v1/agent/me`)).status).toBe(401);
});
