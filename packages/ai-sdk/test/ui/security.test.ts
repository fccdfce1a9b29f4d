import { createRoomHandler } from "@thenvoi/ai-sdk/ui/server";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { App } from "../statements/kit/page.ts";

async function outing(sandbox: Sandbox) {
  const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
  sandbox.registerUser("cleo");
  return { room, app: await App.start(sandbox, (request) => request.headers.has("x-read-only")) };
}

const said = { action: "say", text: "@weather hello", key: "k1" };

test("a stranger neither sees nor speaks nor stops", async () => {
  await using sandbox = await startSandbox();
  const { room, app } = await outing(sandbox);
  await using _app = app;
  for (const answer of [
    await app.ask(room.id, undefined),
    await app.ask(room.id, "mallory"),
    await app.say(room.id, undefined, said),
    await app.say(room.id, "mallory", { action: "stop" }),
  ]) {
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({ error: { code: "not-allowed", message: "This room is not open to you." } });
  }
  expect(room.said()).toEqual([]);
});

test("a room the person is not in is refused, as is what is no room, whatever the app allowed", async () => {
  await using sandbox = await startSandbox();
  const { room, app } = await outing(sandbox);
  await using _app = app;
  const other = await sandbox.room({ users: ["ben"], agents: ["weather"] });
  for (const id of [other.id, "c0ffee00-0000-4000-8000-000000000000", "..%2F..%2Fagents"]) {
    expect((await app.ask(id, "ada")).status).toBe(404);
    expect((await app.say(id, "ada", said)).status).toBe(404);
    expect((await app.say(id, "ada", { action: "stop" })).status).toBe(404);
  }
  expect((await app.ask(room.id, "cleo")).status).toBe(404);
  expect(other.said()).toEqual([]);
});

test("of what a page sends only the text counts: sender, role, mentions and room are the server's", async () => {
  await using sandbox = await startSandbox();
  const { room, app } = await outing(sandbox);
  await using _app = app;
  const other = await sandbox.room({ users: ["ada", "ben"] });
  const forged = {
    ...said,
    role: "assistant",
    sender: { id: sandbox.credentials("weather").agentId, kind: "agent" },
    senderId: sandbox.registerUser("ben").id,
    roomId: other.id,
    mentions: [sandbox.registerUser("ben").id],
    metadata: { sender: "ben" },
  };
  expect((await app.say(room.id, "ada", forged)).status).toBe(201);
  expect(room.timeline()).toEqual([{ from: "ada", type: "text", text: "@weather hello" }]);
  expect(other.said()).toEqual([]);
  expect(room.delivery("weather")).toBe("waiting");
});

test("who may only read can't speak or stop", async () => {
  await using sandbox = await startSandbox();
  const { room, app } = await outing(sandbox);
  await using _app = app;
  const headers = { "content-type": "application/json", "x-read-only": "yes" };
  for (const body of [said, { action: "stop" }]) {
    const answer = await app.ask(room.id, "ada", { method: "POST", headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(403);
  }
  expect(room.said()).toEqual([]);
});

test.each([
  ["not JSON by its type", { body: "{}", headers: { "content-type": "text/plain" } }, 415],
  ["not JSON by its words", { body: "{" }, 422],
  ["no known action", { body: JSON.stringify({ action: "delete" }) }, 422],
  ["no text", { body: JSON.stringify({ action: "say", text: " ", key: "k" }) }, 422],
  ["a text that is none", { body: JSON.stringify({ action: "say", text: { $ne: "" }, key: "k" }) }, 422],
  ["too long", { body: JSON.stringify({ action: "say", text: "x".repeat(70_000), key: "k" }) }, 413],
  ["another method", { method: "DELETE" }, 405],
])("a request that is %s is refused", async (_, init: RequestInit, status) => {
  await using sandbox = await startSandbox();
  const { room, app } = await outing(sandbox);
  await using _app = app;
  const answer = await app.ask(room.id, "ada", {
    method: "POST",
    headers: { "content-type": "application/json" },
    ...init,
  });
  expect(answer.status).toBe(status);
  expect(room.said()).toEqual([]);
});

test("the same text sent twice under one key is said once", async () => {
  await using sandbox = await startSandbox();
  const { room, app } = await outing(sandbox);
  await using _app = app;
  const answers = await Promise.all([app.say(room.id, "ada", said), app.say(room.id, "ada", said)]);
  const [one, other] = await Promise.all(answers.map((answer) => answer.json()));
  expect(one).toEqual(other);
  await app.say(room.id, "ada", { ...said, key: "k2" });
  await app.say(room.id, "ben", said);
  expect(room.said()).toHaveLength(3);
});

test("no answer holds the person's key or the platform's own words, whatever goes wrong", async () => {
  await using sandbox = await startSandbox();
  const { room, app } = await outing(sandbox);
  await using _app = app;
  const { apiKey } = sandbox.registerUser("ada");
  await app.say(room.id, "ada", said);
  const feed = await app.ask(room.id, "ada");
  const reader = feed.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  for (const fault of [
    { status: 503 },
    { status: 401 },
    { status: 422, body: { error: { message: `key ${apiKey}` } } },
  ]) {
    sandbox.faults.clear();
    sandbox.faults.always("* /me/*", fault);
    await app.say(room.id, "ada", { ...said, key: JSON.stringify(fault) });
    await app.ask(room.id, "ada");
  }
  await expect.poll(() => app.answered.length).toBeGreaterThanOrEqual(8);
  expect(app.answered.join("\n")).not.toContain(apiKey);
  expect(app.answered.join("\n")).not.toContain("platform");
});

test("the app's own failure to decide lets nobody in", async () => {
  const handler = createRoomHandler({
    authorize: () => Promise.reject(new Error("the session store is down: secret")),
  });
  const answer = await handler(new Request("http://localhost/"), "c0ffee00-0000-4000-8000-000000000000");
  expect(answer.status).toBe(502);
  expect(await answer.text()).not.toContain("secret");
});
