import { expect, test } from "vitest";
import { z } from "zod";
import type { Sandbox } from "../../src/index.ts";
import { call, say, scene } from "./scene.ts";

const list = z.object({ data: z.array(z.object({ id: z.string(), inserted_at: z.string() })) });

async function itemsIn(sandbox: Sandbox, path: string, as = "weather") {
  return list.parse(await (await call(sandbox, `GET ${path}`, { as })).json()).data;
}

async function idsIn(sandbox: Sandbox, path: string, as = "weather"): Promise<readonly string[]> {
  return (await itemsIn(sandbox, path, as)).map(({ id }) => id);
}

test("late visibility: what was said has its effect and its frame, and is in no read for a while", async () => {
  const { sandbox, room, messageId } = await scene();
  await using _sandbox = sandbox;
  const context = `chats/${room.id}/context`;
  sandbox.faults.once({ request: "POST messages", agent: "weather" }, { unseenMs: 200 });
  expect((await say(sandbox, room, "@planner")).status).toBe(201);
  expect(await idsIn(sandbox, context)).toEqual([messageId]);
  expect(room.said()).toHaveLength(2);
  await expect.poll(() => idsIn(sandbox, context)).toHaveLength(2);
});

test("late visibility: a message that isn't seen yet is not offered, and comes when its time is over", async () => {
  const { sandbox, room, messageId } = await scene();
  await using _sandbox = sandbox;
  const next = `chats/${room.id}/messages/next`;
  sandbox.faults.once("POST /me/chats/*", { unseenMs: 200 });
  const [ada] = sandbox.users;
  const [, planner] = sandbox.agents;
  const said = await fetch(`${sandbox.url}/api/v1/me/chats/${room.id}/messages`, {
    method: "POST",
    headers: { "x-api-key": ada?.apiKey ?? "", "content-type": "application/json" },
    body: JSON.stringify({ message: { content: "and you?", mentions: [{ id: planner?.id }] } }),
  });
  expect(said.status).toBe(201);
  expect((await call(sandbox, `GET ${next}`, { as: "planner" })).status).toBe(204);
  expect(await idsIn(sandbox, `chats/${room.id}/messages`, "planner")).toEqual([]);
  expect((await call(sandbox, `GET ${next}`)).status).toBe(200); // the older one, for another agent
  expect(messageId).toEqual(expect.any(String));
  await expect.poll(async () => (await call(sandbox, `GET ${next}`, { as: "planner" })).status).toBe(200);
});

test("late visibility: a message that was settled is offered as it was before, for a while", async () => {
  const { sandbox, room, messageId } = await scene();
  await using _sandbox = sandbox;
  const next = async () => {
    const answer = await call(sandbox, `GET chats/${room.id}/messages/next`);
    return answer.status === 200 ? JSON.stringify(await answer.json()) : answer.status;
  };
  await call(sandbox, `POST chats/${room.id}/messages/${messageId}/processing`);
  const before = await next();
  sandbox.faults.once("POST messages/:id/processed", { unseenMs: 200 });
  expect((await call(sandbox, `POST chats/${room.id}/messages/${messageId}/processed`)).status).toBe(200);
  expect(room.delivery("weather")).toBe("processed");
  expect(await next()).toBe(before);
  await expect.poll(next).toBe(204);
});

test("the platform's clock can be ahead or behind, and its times never repeat", async () => {
  const { sandbox, room } = await scene();
  await using _sandbox = sandbox;
  const hour = 3_600_000;
  const saidAt = async (text: string): Promise<number> => {
    await say(sandbox, room, text);
    return Date.parse((await itemsIn(sandbox, `chats/${room.id}/context`)).at(-1)?.inserted_at ?? "");
  };
  const ahead = sandbox.faults.clock(hour);
  expect(sandbox.faults.active()).toMatchObject([{ name: "clock", fault: { skewMs: hour } }]);
  const first = await saidAt("one");
  expect(first - Date.now()).toBeGreaterThan(hour - 60_000);
  ahead.remove();
  expect(sandbox.faults.clockSkewMs).toBe(0);
  expect(await saidAt("two")).toBeGreaterThanOrEqual(first);
});

test("what messages/next offers can be read the other ways: nothing in progress, nothing that failed so often", async () => {
  const { sandbox, room, messageId } = await scene();
  await using _sandbox = sandbox;
  const next = async () => (await call(sandbox, `GET chats/${room.id}/messages/next`)).status;
  const mark = (as: string, body?: object) =>
    call(sandbox, `POST chats/${room.id}/messages/${messageId}/${as}`, body ? { body } : {});
  await mark("processing");
  expect(await next()).toBe(200);
  const rules = sandbox.faults.offers({ processing: false });
  expect(await next()).toBe(204);
  rules.remove();
  expect(await next()).toBe(200);

  sandbox.faults.offers({ failures: 2 });
  await mark("failed", { error: "no" });
  expect(await next()).toBe(200);
  await mark("processing");
  await mark("failed", { error: "no" });
  expect(await next()).toBe(204);
  sandbox.faults.clear();
  expect(await next()).toBe(200);
});
