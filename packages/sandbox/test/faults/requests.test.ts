import { expect, test } from "vitest";
import { type RoomHandle, type Sandbox, startSandbox } from "../../src/index.ts";
import { keyOf, RawClient, refusedUpgrade } from "../support/raw-client.ts";

async function scene() {
  const sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
  const { id } = await room.as("ada").say("@weather will it rain?");
  return { sandbox, room, messageId: id };
}

function call(sandbox: Sandbox, request: string, options: { as?: string; body?: object; signal?: AbortSignal } = {}) {
  const [method = "GET", path = ""] = request.split(" ");
  const { as = "weather", body, signal } = options;
  return fetch(`${sandbox.url}/api/v1/agent/${path}`, {
    method,
    headers: { "x-api-key": keyOf(sandbox, as), "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
}

function say(sandbox: Sandbox, room: RoomHandle, text: string) {
  const [ada] = sandbox.users;
  return call(sandbox, `POST chats/${room.id}/messages`, {
    body: { message: { content: text, mentions: [{ id: ada?.id }] } },
  });
}

test("a refusal has its status, headers and body, strikes once, and has no effect", async () => {
  const { sandbox, room, messageId } = await scene();
  await using _sandbox = sandbox;
  const fault = sandbox.faults.once("POST messages/:id/processing", {
    status: 429,
    retryAfterSeconds: 3,
    headers: { "x-note": "scripted" },
    body: { error: { code: "slow_down" } },
  });
  const claim = `POST chats/${room.id}/messages/${messageId}/processing`;
  const refused = await call(sandbox, claim);
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("3");
  expect(refused.headers.get("x-note")).toBe("scripted");
  expect(await refused.json()).toEqual({ error: { code: "slow_down" } });
  expect(room.delivery("weather")).toBe("waiting");
  expect(fault.hits).toBe(1);

  expect((await call(sandbox, claim)).status).toBe(200);
  expect(room.delivery("weather")).toBe("processing");
});

test("without a body of its own a refusal looks like the platform's", async () => {
  const { sandbox } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.once("GET me", { status: 503 });
  const refused = await call(sandbox, "GET me");
  expect(await refused.json()).toEqual({
    error: { code: expect.any(String), message: "Service Unavailable", request_id: expect.any(String) },
  });
});

test("times strikes so many times, always until removed, and clear takes all back", async () => {
  const { sandbox } = await scene();
  await using _sandbox = sandbox;
  const status = async () => (await call(sandbox, "GET me")).status;
  sandbox.faults.times(2, "GET me", { status: 500 });
  expect([await status(), await status(), await status()]).toEqual([500, 500, 200]);
  const fault = sandbox.faults.always("* me", { status: 502 });
  expect([await status(), await status(), await status()]).toEqual([502, 502, 502]);
  fault.remove();
  expect(await status()).toBe(200);
  sandbox.faults.always("GET /api/v1/agent/me", { status: 504 });
  expect(await status()).toBe(504);
  sandbox.faults.clear();
  expect(await status()).toBe(200);
});

test("a fault can be for one room, one agent, and the n-th call", async () => {
  const { sandbox, room } = await scene();
  await using _sandbox = sandbox;
  const other = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const status = async (as: string, { id }: RoomHandle) =>
    (await call(sandbox, `GET chats/${id}/messages/next`, { as })).status;
  sandbox.faults.once({ request: "GET messages/next", room: room.id, agent: "weather", call: 2 }, { status: 500 });
  expect(await status("weather", room)).toBe(200);
  expect(await status("planner", room)).toBe(204);
  expect(await status("weather", other)).toBe(204);
  expect(await status("weather", room)).toBe(500);
  expect(await status("weather", room)).toBe(200);
});

test("a pattern is for its own path only", async () => {
  const { sandbox, room } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.always("POST messages", { status: 500 });
  expect((await call(sandbox, `GET chats/${room.id}/messages`)).status).toBe(200);
  expect((await call(sandbox, `GET chats/${room.id}/messages/next`)).status).toBe(200);
  expect((await say(sandbox, room, "No.")).status).toBe(500);
  sandbox.faults.clear();
  sandbox.faults.always("GET chats/*", { status: 500 });
  expect((await call(sandbox, `GET chats/${room.id}/messages/next`)).status).toBe(500);
  expect((await call(sandbox, "GET me")).status).toBe(200);
});

test("cut before: the connection breaks and nothing happened; cut after: it breaks and it happened", async () => {
  const { sandbox, room } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.once("POST messages", { cut: "before" });
  await expect(say(sandbox, room, "lost")).rejects.toThrow();
  expect(room.said()).toEqual(["@weather will it rain?"]);
  sandbox.faults.once("POST messages", { cut: "after" });
  await expect(say(sandbox, room, "kept")).rejects.toThrow();
  expect(room.said()).toEqual(["@weather will it rain?", "@ada kept"]);
  expect(sandbox.requests("POST messages").map(({ status }) => status)).toEqual([0, 0]);
});

test("refused after: the effect happened, the answer says otherwise", async () => {
  const { sandbox, room } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.once("POST messages", { status: 500, after: true });
  expect((await say(sandbox, room, "kept")).status).toBe(500);
  expect(room.said()).toEqual(["@weather will it rain?", "@ada kept"]);
});

test("a request that hangs is never answered and has no effect", async () => {
  const { sandbox, room } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.once("POST messages", { hang: true });
  const hanging = say(sandbox, room, "lost");
  await expect.poll(() => sandbox.requests("POST messages")).toHaveLength(1);
  expect((await say(sandbox, room, "later")).status).toBe(201);
  expect(await Promise.race([hanging.catch(() => "ended"), Promise.resolve("still waiting")])).toBe("still waiting");
  expect(room.said()).toEqual(["@weather will it rain?", "@ada later"]);
  await sandbox.stop();
  await expect(hanging).rejects.toThrow();
});

test.each(["cut", "hang"] as const)("a late commit happens after the client (%s) has heard nothing", async (client) => {
  const { sandbox, room } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.once("POST messages", { lateCommitMs: 150, client });
  const gaveUp = new AbortController();
  const [ada] = sandbox.users;
  const body = { message: { content: "late", mentions: [{ id: ada?.id }] } };
  const posting = call(sandbox, `POST chats/${room.id}/messages`, { body, signal: gaveUp.signal });
  const outcome = posting.then(
    () => "answered",
    () => "no answer",
  );
  await expect.poll(() => sandbox.requests("POST messages")).toHaveLength(1);
  expect(room.said()).toEqual(["@weather will it rain?"]);
  if (client === "hang") gaveUp.abort();
  expect(await outcome).toBe("no answer");
  await expect.poll(() => room.said()).toEqual(["@weather will it rain?", "@ada late"]);
});

test("a delay holds back the effect, a delayed answer only the answer", async () => {
  const { sandbox, room } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.once("POST messages", { delayMs: 100 });
  const startedAt = performance.now();
  const delayed = say(sandbox, room, "first");
  expect(room.said()).toHaveLength(1);
  expect((await delayed).status).toBe(201);
  expect(performance.now() - startedAt).toBeGreaterThan(95);

  sandbox.faults.once("POST messages", { delayAnswerMs: 60_000 });
  const late = say(sandbox, room, "second").then(
    () => "answered",
    () => "ended",
  );
  await expect.poll(() => room.said()).toEqual(["@weather will it rain?", "@ada first", "@ada second"]);
  expect(await Promise.race([late, Promise.resolve("still waiting")])).toBe("still waiting");
  await sandbox.stop();
  await late;
});

test("latency is added each way to every request, to all in flight at once", async () => {
  const { sandbox } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.latency(100);
  const startedAt = performance.now();
  const answers = await Promise.all(Array.from({ length: 20 }, () => call(sandbox, "GET me")));
  const tookMs = performance.now() - startedAt;
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(tookMs).toBeGreaterThanOrEqual(199);
  expect(tookMs).toBeLessThan(1000); // one after another they would take four seconds
});

test("an upgrade can be refused, cut, delayed and left hanging", async () => {
  const { sandbox } = await scene();
  await using _sandbox = sandbox;
  const headers = { "x-api-key": keyOf(sandbox, "weather") };
  sandbox.faults.once("UPGRADE", { status: 429, retryAfterSeconds: 2 });
  const refused = await refusedUpgrade(sandbox, { headers });
  expect(refused).toMatchObject({ status: 429, body: { error: { code: "too_many_requests", retry_after: 2 } } });
  expect(refused.headers["retry-after"]).toBe("2");

  sandbox.faults.once(
    { request: "UPGRADE", agent: "weather" },
    { status: 503, body: { error: { code: "tracking_failed" } } },
  );
  await using ada = await RawClient.as(sandbox, "ada");
  expect(await ada.received()).toEqual([]);
  expect(await refusedUpgrade(sandbox, { headers })).toMatchObject({
    status: 503,
    body: { error: { code: "tracking_failed" } },
  });

  sandbox.faults.once("UPGRADE", { cut: "before" });
  await expect(RawClient.as(sandbox, "weather")).rejects.toThrow();

  sandbox.faults.once("UPGRADE", { hang: true });
  const hanging = RawClient.as(sandbox, "weather").catch(() => "gave up");
  sandbox.faults.once("UPGRADE", { delayMs: 80 });
  const startedAt = performance.now();
  await using late = await RawClient.as(sandbox, "weather");
  expect(performance.now() - startedAt).toBeGreaterThan(75);
  expect(await late.received()).toEqual([]);
  await sandbox.stop();
  expect(await hanging).toBe("gave up");
  expect(sandbox.requests("UPGRADE").map(({ status }) => status)).toEqual([429, 101, 503, 101]);
});
