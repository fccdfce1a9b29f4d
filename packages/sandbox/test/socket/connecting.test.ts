import { expect, test } from "vitest";
import { startSandbox } from "../../src/index.ts";
import { keyOf, RawClient, refusedUpgrade } from "../support/raw-client.ts";

const joinedOk = { status: "ok", response: {} };

async function withAccounts() {
  const sandbox = await startSandbox();
  await sandbox.room({ users: ["ada", "bob"], agents: ["weather", "bob/planner"] });
  return sandbox;
}

test("an agent's key, an owner's key with agent_id, and a user's key connect as agent, agent and user", async () => {
  await using sandbox = await withAccounts();
  const { agentId } = sandbox.credentials("weather");
  const adaId = sandbox.users.find(({ handle }) => handle === "ada")?.id ?? "";

  await using asAgent = await RawClient.as(sandbox, "weather", { query: { agent_id: agentId } });
  expect((await asAgent.join(`agent_rooms:${agentId}`, "1"))[4]).toEqual(joinedOk);
  await using asOwnedAgent = await RawClient.as(sandbox, "ada", { query: { agent_id: agentId } });
  expect((await asOwnedAgent.join(`agent_rooms:${agentId}`, "1"))[4]).toEqual(joinedOk);
  await using asUser = await RawClient.as(sandbox, "ada");
  expect((await asUser.join(`user_rooms:${adaId}`, "1"))[4]).toEqual(joinedOk);
});

test("the key in the header wins over the key in the query", async () => {
  await using sandbox = await withAccounts();
  const query = { api_key: keyOf(sandbox, "weather") };

  await using byQuery = await RawClient.open(sandbox, { query });
  expect(sandbox.connections("weather")).toHaveLength(1);
  expect(byQuery.webSocket.protocol).toBe("");
  expect(await refusedUpgrade(sandbox, { query, headers: { "x-api-key": "wrong" } })).toMatchObject({ status: 401 });
});

test("the socket is also served below /socket/websocket, and with a slash at the end", async () => {
  await using sandbox = await withAccounts();
  for (const path of ["/socket/websocket", "/api/v1/socket/websocket/"]) {
    await using client = await RawClient.as(sandbox, "ada", { path });
    expect(await client.received()).toEqual([]);
  }
});

test.each([
  { what: "no key", opening: {}, status: 401, code: "unauthorized" },
  { what: "a wrong key", opening: { query: { api_key: "band_a_wrong" } }, status: 401, code: "unauthorized" },
  { what: "another path", opening: { path: "/api/v1/socket" }, status: 404, code: "not_found" },
  {
    what: "a wrong on_conflict",
    opening: { query: { on_conflict: "fight" } },
    status: 400,
    code: "invalid_on_conflict",
  },
])("refuses $what with $status and a JSON body", async ({ opening, status, code }) => {
  await using sandbox = await withAccounts();
  const refused = await refusedUpgrade(sandbox, opening);
  expect(refused).toMatchObject({
    status,
    body: { error: { code, message: expect.any(String), request_id: expect.any(String) } },
  });
  expect(refused.headers["content-type"]).toContain("application/json");
});

test("refuses an agent's key with another agent's id, and a user's key with the id of somebody else's agent", async () => {
  await using sandbox = await withAccounts();
  const agent_id = sandbox.credentials("planner").agentId;
  for (const name of ["weather", "ada"]) {
    const headers = { "x-api-key": keyOf(sandbox, name) };
    const refused = await refusedUpgrade(sandbox, { query: { agent_id }, headers });
    expect(refused).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
  }
});

test("refuses a revoked key, and lets a new one in", async () => {
  await using sandbox = await withAccounts();
  const headers = { "x-api-key": keyOf(sandbox, "weather") };
  sandbox.revoke("weather");
  expect(await refusedUpgrade(sandbox, { headers })).toMatchObject({ status: 401 });
  await using client = await RawClient.as(sandbox, "weather");
  expect(await client.received()).toEqual([]);
});

test("a connection without vsn is opened and closed with 1011", async () => {
  await using sandbox = await withAccounts();
  const client = await RawClient.as(sandbox, "ada", { query: { vsn: "" } });
  expect(await client.untilClosed()).toEqual({ frames: [], code: 1011 });
});

test("a vsn nobody speaks is refused as Phoenix does: 403 without a body", async () => {
  await using sandbox = await withAccounts();
  const headers = { "x-api-key": keyOf(sandbox, "weather") };
  for (const vsn of ["3.0.0", "2.1.7", "2.0", "abc"]) {
    expect(await refusedUpgrade(sandbox, { query: { vsn }, headers })).toMatchObject({ status: 403, body: undefined });
  }
});

test("a page of another site is refused with 403, one of this machine and a program are not", async () => {
  await using sandbox = await withAccounts();
  const key = keyOf(sandbox, "ada");
  for (const origin of ["http://evil.example", "https://localhost.evil.example", "null"]) {
    const refused = await refusedUpgrade(sandbox, { headers: { "x-api-key": key, origin } });
    expect(refused).toMatchObject({ status: 403, body: undefined });
  }
  for (const origin of [sandbox.url, "http://localhost:3000", "http://[::1]:5173"]) {
    await using client = await RawClient.as(sandbox, "ada", { headers: { origin } });
    expect(await client.received()).toEqual([]);
  }
});

test("a plain GET of the socket's path is told what is missing, after its key was looked at; a POST is told nothing", async () => {
  await using sandbox = await withAccounts();
  const url = `${sandbox.url}/api/v1/socket/websocket?vsn=2.0.0`;
  const headers = { "x-api-key": keyOf(sandbox, "ada") };
  const answer = await fetch(url, { headers });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toBe("'connection' header must contain 'upgrade', got [\"keep-alive\"]");
  expect(await (await fetch(url)).json()).toMatchObject({ error: { code: "unauthorized" } });
  const posted = await fetch(url, { method: "POST", headers });
  expect({ status: posted.status, text: await posted.text() }).toEqual({ status: 400, text: "" });
});

test("a client that sends nothing is closed with 1000 after the idle time; heartbeats and pings keep it open", async () => {
  await using sandbox = await startSandbox({ idleTimeoutMs: 300 });
  await sandbox.room({ users: ["ada", "bob"] });
  await using busy = await RawClient.as(sandbox, "ada");
  await using pinging = await RawClient.as(sandbox, "ada");
  const beats = setInterval(() => {
    busy.send(null, "1", "phoenix", "heartbeat", {});
    pinging.webSocket.ping();
  }, 50);
  const idle = await RawClient.as(sandbox, "bob");
  const openedAt = performance.now();
  expect(await idle.closed).toBe(1000);
  expect(performance.now() - openedAt).toBeGreaterThan(250);
  clearInterval(beats);
  expect(sandbox.connections("ada")).toHaveLength(2);
});

test("the code an idle client is closed with is a setting", async () => {
  await using sandbox = await startSandbox({ idleTimeoutMs: 50, idleCloseCode: 1002 });
  sandbox.registerUser("ada");
  const idle = await RawClient.as(sandbox, "ada");
  expect(await idle.closed).toBe(1002);
});
