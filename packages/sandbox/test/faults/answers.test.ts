import { get } from "node:http";
import { expect, test } from "vitest";
import type { Sandbox } from "../../src/index.ts";
import { keyOf, RawClient, refusedUpgrade } from "../support/raw-client.ts";
import { call, say, scene } from "./scene.ts";

test.each([
  ["html", "text/html; charset=utf-8"],
  ["invalid json", "application/json"],
  ["empty", "application/json"],
  ["wrong envelope", "application/json"],
] as const)(
  "an answer spoiled as %s keeps its status, can't be read, and its effect has happened",
  async (spoil, type) => {
    const { sandbox, room } = await scene();
    await using _sandbox = sandbox;
    const fault = sandbox.faults.once("POST messages", { spoil });
    const answer = await say(sandbox, room, "No.");
    expect(answer.status).toBe(201);
    expect(answer.headers.get("content-type")).toContain(type);
    const text = await answer.text();
    if (spoil === "wrong envelope") expect(JSON.parse(text)).not.toHaveProperty("data");
    else expect(() => JSON.parse(text)).toThrow();
    expect(room.said()).toEqual(["@weather will it rain?", "@ada No."]);
    expect(fault.name).toBe("spoil");

    expect((await say(sandbox, room, "Still no.")).ok).toBe(true);
  },
);

test("an answer without a body is spoiled too", async () => {
  const { sandbox, room } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.once("GET messages/next", { spoil: "html" });
  const answer = await call(sandbox, `GET chats/${room.id}/messages/next`, { as: "planner" });
  expect({ status: answer.status, text: await answer.text() }).toEqual({
    status: 200,
    text: expect.stringContaining("<html>"),
  });
});

test("a dripping body comes a byte at a time and is whole in the end", async () => {
  const { sandbox } = await scene();
  await using _sandbox = sandbox;
  const whole = await (await call(sandbox, "GET me")).text();
  sandbox.faults.once("GET me", { dripMs: 1 });
  const startedAt = performance.now();
  expect(await (await call(sandbox, "GET me")).text()).toBe(whole);
  expect(performance.now() - startedAt).toBeGreaterThan(whole.length * 0.9);

  sandbox.faults.once("GET me", { dripMs: 60_000 });
  const slow = await call(sandbox, "GET me");
  const ended = slow.text().then(
    () => "ended",
    () => "ended",
  );
  await sandbox.stop();
  expect(await ended).toBe("ended"); // a drip doesn't hold up the sandbox
});

test("a huge body has its size, and with gzip is small on the wire", async () => {
  const { sandbox } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.once("GET me", { hugeBytes: 20_000_000 });
  expect((await (await call(sandbox, "GET me")).arrayBuffer()).byteLength).toBe(20_000_000);

  sandbox.faults.once("GET me", { hugeBytes: 20_000_000, gzip: true });
  expect(await bytesOnTheWire(sandbox, "/api/v1/agent/me")).toBeLessThan(100_000);
  sandbox.faults.once("GET me", { hugeBytes: 20_000_000, gzip: true });
  const unpacked = await (await call(sandbox, "GET me")).text();
  expect(unpacked).toHaveLength(20_000_000);
  expect(JSON.parse(unpacked)).toHaveProperty("data");
});

test("an endless body goes on until the client has enough, and nobody else waits", async () => {
  const { sandbox } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.once("GET me", { endless: true });
  const enough = new AbortController();
  const answer = await call(sandbox, "GET me", { signal: enough.signal });
  let bytes = 0;
  const read = async (): Promise<void> => {
    for await (const chunk of answer.body ?? []) {
      bytes += chunk.length;
      if (bytes > 10_000_000) enough.abort();
    }
  };
  await expect(read()).rejects.toThrow();
  expect(bytes).toBeGreaterThan(10_000_000);
  expect((await call(sandbox, "GET me")).status).toBe(200);
});

test("a redirect names the other place and has no effect", async () => {
  const { sandbox, room } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.once("POST messages", { redirect: "http://127.0.0.1:1/elsewhere" });
  const [ada] = sandbox.users;
  const answer = await call(sandbox, `POST chats/${room.id}/messages`, {
    body: { message: { content: "No.", mentions: [{ id: ada?.id }] } },
    redirect: "manual",
  });
  expect(answer.status).toBe(307);
  expect(answer.headers.get("location")).toBe("http://127.0.0.1:1/elsewhere");
  expect(room.said()).toHaveLength(1);

  sandbox.faults.once("UPGRADE", { redirect: "http://127.0.0.1:1/", as: 302 });
  const headers = { "x-api-key": keyOf(sandbox, "weather") };
  await expect(RawClient.open(sandbox, { headers })).rejects.toThrow("302");
});

test("a quota is the platform's 403 limit_reached, for a request and for a socket", async () => {
  const { sandbox, room } = await scene();
  await using _sandbox = sandbox;
  const quota = sandbox.faults.always("POST messages", { quota: "messages" });
  const answer = await say(sandbox, room, "No.");
  expect(answer.status).toBe(403);
  expect(await answer.json()).toEqual({
    error: {
      code: "limit_reached",
      message: "Your plan does not allow more messages",
      request_id: expect.any(String),
      details: { resource: "messages", limit: 0 },
    },
  });
  expect(room.said()).toHaveLength(1);
  quota.remove();
  expect((await say(sandbox, room, "No.")).status).toBe(201);

  sandbox.faults.once("UPGRADE", { quota: "agents" });
  const headers = { "x-api-key": keyOf(sandbox, "weather") };
  expect(await refusedUpgrade(sandbox, { headers })).toMatchObject({
    status: 403,
    body: { error: { code: "limit_reached" } },
  });
});

/** How much came, packed as it was. */
async function bytesOnTheWire(sandbox: Sandbox, path: string): Promise<number> {
  const headers = { "x-api-key": keyOf(sandbox, "weather"), "accept-encoding": "gzip" };
  return new Promise((resolve, reject) => {
    get(`${sandbox.url}${path}`, { headers }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on("end", () => resolve(bytes));
    }).on("error", reject);
  });
}
