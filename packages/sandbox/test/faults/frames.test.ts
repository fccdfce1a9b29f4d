import { expect, test } from "vitest";
import { startSandbox } from "../../src/index.ts";
import { type Frame, keyOf, RawClient } from "../support/raw-client.ts";

async function scene() {
  const sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
  const chat = `chat_room:${room.id}`;
  const client = await RawClient.as(sandbox, "weather");
  await client.join(chat, "1");
  const ada = room.as("ada");
  return { sandbox, room, chat, client, ada };
}

function texts(frames: readonly Frame[]): readonly string[] {
  return frames
    .filter(([, , , event]) => event === "message_created")
    .map(([, , , , payload]) =>
      typeof payload === "object" && payload && "content" in payload ? String(payload.content) : "",
    )
    .map((content) => content.replace(/^@\[\[.*?\]\] /, ""));
}

test("a dropped frame never comes, a duplicated one comes twice, one held back comes after the next", async () => {
  const { sandbox, client, ada } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.frames.once("message_created", "drop");
  await ada.say("@weather one");
  await ada.say("@weather two");
  expect(texts(await client.received())).toEqual(["two"]);

  sandbox.faults.frames.once({ event: "message_created", agent: "weather" }, "duplicate");
  await ada.say("@weather three");
  expect(texts(await client.received())).toEqual(["three", "three"]);

  sandbox.faults.frames.once({ event: "message_created", call: 2 }, "reorder");
  for (const text of ["four", "five", "six"]) await ada.say(`@weather ${text}`);
  expect(texts(await client.received())).toEqual(["four", "six", "five"]);
});

test("a delayed frame is overtaken by those after it", async () => {
  const { sandbox, client, ada } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.frames.once("message_created", { delayMs: 80 });
  await ada.say("@weather one");
  await ada.say("@weather two");
  expect(texts(await client.received())).toEqual(["two"]);
  const late = await client.frame(([, , , event]) => event === "message_created");
  expect(texts([late])).toEqual(["one"]);
});

test("a rule without an event is for pushes of that topic or room, not for answers to the client", async () => {
  const { sandbox, room, client, ada, chat } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.frames.always({ topic: "chat_room:*" }, "drop");
  await ada.say("@weather one");
  expect((await client.join(chat, "2"))[4]).toEqual({ status: "ok", response: {} });
  expect(texts(await client.received())).toEqual([]);
  sandbox.faults.clear();
  sandbox.faults.frames.always({ room: room.id, agent: "planner" }, "drop");
  await ada.say("@weather two");
  expect(texts(await client.received())).toEqual(["two"]);
});

test("a join can be refused, never answered, or late, and then the whole socket waits for it", async () => {
  const { sandbox, client } = await scene();
  await using _sandbox = sandbox;
  const rooms = await Promise.all([1, 2, 3].map(() => sandbox.room({ users: ["ada"], agents: ["weather"] })));
  const [one = "", two = "", three = ""] = rooms.map(({ id }) => `chat_room:${id}`);

  sandbox.faults.joins.once(one, { refuse: "too many channels joined" });
  expect((await client.join(one, "2"))[4]).toEqual({
    status: "error",
    response: { reason: "too many channels joined" },
  });
  expect((await client.join(one, "3"))[4]).toEqual({ status: "ok", response: {} });

  sandbox.faults.joins.once({ topic: "chat_room:*", agent: "weather" }, "ignore");
  client.send("4", "4", two, "phx_join", {});
  expect(await client.received()).toEqual([]);

  sandbox.faults.joins.once(three, { delayMs: 80 });
  client.send("5", "5", three, "phx_join", {});
  client.send("5", "6", three, "phx_leave", {});
  client.send("7", "7", two, "phx_join", {});
  const sentAt = performance.now();
  expect((await client.received()).map(([, ref]) => ref)).toEqual(["5", "6", "5", "7"]); // and last the heartbeat
  expect(performance.now() - sentAt).toBeGreaterThan(75);
});

test("latency delays frames each way, keeps them in order, and thirty-two joins take as long as one", async () => {
  const { sandbox, client, ada } = await scene();
  await using _sandbox = sandbox;
  const rooms = await Promise.all(
    Array.from({ length: 32 }, () => sandbox.room({ users: ["ada"], agents: ["weather"] })),
  );
  sandbox.faults.latency(60);
  const startedAt = performance.now();
  for (const { id } of rooms) client.send(id, id, `chat_room:${id}`, "phx_join", {});
  await ada.say("@weather meanwhile");
  const frames = await client.received();
  const tookMs = performance.now() - startedAt;
  expect(tookMs).toBeGreaterThanOrEqual(119);
  expect(tookMs).toBeLessThan(600); // one after another they would take 3.8 s
  expect(texts(frames)).toEqual(["meanwhile"]);
  expect(frames.filter(([, ref]) => ref !== null).map(([, ref]) => ref)).toEqual(rooms.map(({ id }) => id));
});

test("sockets are closed with a code, or cut without one, of one agent or of all", async () => {
  const { sandbox, client } = await scene();
  await using _sandbox = sandbox;
  const planner = await RawClient.as(sandbox, "planner");
  const ada = await RawClient.as(sandbox, "ada");
  expect(sandbox.faults.closeSockets({ agent: "weather", code: 1013 })).toBe(1);
  expect(await client.closed).toBe(1013);
  expect(sandbox.faults.cutSockets({ agent: "planner" })).toBe(1);
  expect(await planner.closed).toBe(1006);
  expect(await ada.received()).toEqual([]);
  expect(sandbox.faults.closeSockets()).toBe(1);
  expect(await ada.closed).toBe(1000);
});

test("a silent socket stays open and says nothing until the silence is lifted; others and new ones are not silent", async () => {
  const { sandbox, client, ada, chat } = await scene();
  await using _sandbox = sandbox;
  await using planner = await RawClient.as(sandbox, "planner");
  await planner.join(chat, "1");
  const silence = sandbox.faults.silence("weather");
  client.send(null, "1", "phoenix", "heartbeat", {});
  await ada.say("@weather @planner one");
  expect(texts(await planner.received())).toHaveLength(1);
  silence.remove();
  await ada.say("@weather two");
  const frames = await client.received();
  expect(texts(frames)).toEqual(["two"]);
  expect(frames.some(([, ref]) => ref === "1")).toBe(false);

  sandbox.faults.silence("weather");
  await using next = await RawClient.as(sandbox, "weather");
  expect((await next.join(chat, "1"))[4]).toEqual({ status: "ok", response: {} });
  expect(await client.closed).toBe(1006); // superseded, and cut because it can't be told
});

test("a crashed channel says phx_error, and can be joined again", async () => {
  const { sandbox, client, ada, chat, room } = await scene();
  await using _sandbox = sandbox;
  expect(sandbox.faults.crashChannels({ agent: "weather", topic: "chat_room:*" })).toBe(1);
  expect(await client.received()).toEqual([["1", "1", chat, "phx_error", { reason: "channel_crash" }]]);
  await ada.say("@weather one");
  expect(room.delivery("weather")).toBe("waiting");
  expect((await client.join(chat, "2"))[4]).toEqual({ status: "ok", response: {} });
});

test("everything can be scripted over HTTP too, from this machine", async () => {
  const { sandbox, room, client, ada, chat } = await scene();
  await using _sandbox = sandbox;
  const script = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${sandbox.url}/sandbox${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await answer.text();
    const value: unknown = text === "" ? undefined : JSON.parse(text);
    return { status: answer.status, value };
  };
  const me = async () => {
    const answer = await fetch(`${sandbox.url}/api/v1/agent/me`, {
      headers: { "x-api-key": keyOf(sandbox, "weather") },
    });
    return answer.status;
  };

  expect(await script("GET", "")).toMatchObject({
    status: 200,
    value: { url: sandbox.url, users: sandbox.users, agents: sandbox.agents },
  });
  const fault = await script("POST", "/faults", {
    kind: "request",
    times: "always",
    where: "GET me",
    fault: { status: 503 },
  });
  expect(fault).toMatchObject({ status: 201, value: { id: expect.any(Number) } });
  expect(await me()).toBe(503);
  expect(await script("GET", `/requests?where=${encodeURIComponent("GET me")}`)).toMatchObject({
    value: { requests: [{ status: 503 }] },
  });
  expect((await script("DELETE", "/requests")).status).toBe(204);
  expect(sandbox.requests()).toEqual([]);
  const id = typeof fault.value === "object" && fault.value && "id" in fault.value ? Number(fault.value.id) : 0;
  expect((await script("DELETE", `/faults/${id}`)).status).toBe(204);
  expect((await script("DELETE", `/faults/${id}`)).status).toBe(404);
  expect(await me()).toBe(200);

  await script("POST", "/faults", { kind: "frame", where: "message_created", fault: "drop" });
  await script("POST", "/faults", { kind: "join", where: "chat_room:*", fault: { refuse: "unauthorized" } });
  await ada.say("@weather one");
  expect(texts(await client.received())).toEqual([]);
  expect((await client.join(chat, "2"))[4]).toMatchObject({ status: "error" });
  await script("POST", "/latency", { ms: 1 });
  expect(sandbox.faults.latencyMs).toBe(1);
  expect((await script("DELETE", "/faults")).status).toBe(204);
  expect(sandbox.faults.latencyMs).toBe(0);

  expect((await script("POST", "/control", { agent: "weather", mode: "stop", room: room.id })).status).toBe(204);
  const next = await fetch(`${sandbox.url}/api/v1/agent/chats/${room.id}/messages/next`, {
    headers: { "x-api-key": keyOf(sandbox, "weather") },
  });
  expect(next.status).toBe(204);
  expect(await script("POST", "/sockets/silence", { agent: "weather" })).toMatchObject({ status: 201 });
  expect(await script("POST", "/sockets/close", { agent: "weather", code: 1001 })).toMatchObject({
    value: { sockets: 1 },
  });
  expect((await script("POST", "/revoke", { name: "ada" })).status).toBe(204);

  expect((await script("POST", "/faults", { kind: "request", where: "GET me", fault: { oops: 1 } })).status).toBe(422);
  const foreign = await fetch(`${sandbox.url}/sandbox/faults`, {
    method: "DELETE",
    headers: { origin: "https://elsewhere.example" },
  });
  expect(foreign.status).toBe(403);
});

test("a frame can be replaced by any text, given another payload, or be huge", async () => {
  const { sandbox, ada, chat } = await scene();
  await using _sandbox = sandbox;
  await using planner = await RawClient.as(sandbox, "planner");
  const raw: string[] = [];
  planner.webSocket.removeAllListeners("message");
  planner.webSocket.on("message", (data: Buffer) => raw.push(data.toString()));
  planner.send("1", "1", chat, "phx_join", {});
  const said = async (text: string): Promise<string> => {
    const before = raw.length;
    await ada.say(`@planner ${text}`);
    await expect.poll(() => raw.length).toBeGreaterThan(before);
    return raw.at(-1) ?? "";
  };
  await expect.poll(() => raw.length).toBe(1);

  sandbox.faults.frames.once("message_created", { replace: "]not json[" });
  expect(await said("one")).toBe("]not json[");
  sandbox.faults.frames.once("message_created", { payload: { id: 7 } });
  expect(JSON.parse(await said("two"))).toEqual(["1", null, chat, "message_created", { id: 7 }]);
  sandbox.faults.frames.once("message_created", { padToBytes: 2_000_000 });
  const huge = await said("three");
  expect(huge.length).toBe(2_000_000);
  expect(JSON.parse(huge)[4]).toMatchObject({ content: expect.stringContaining("three") });
});

test("frames late by a range overtake each other, in the same way each time", async () => {
  const { sandbox, client, ada } = await scene();
  await using _sandbox = sandbox;
  sandbox.faults.frames.always("message_created", { delayMs: [0, 100] });
  const sent = ["a", "b", "c", "d", "e", "f", "g", "h"];
  for (const text of sent) await ada.say(`@weather ${text}`);
  const came: Frame[] = [];
  while (came.length < sent.length) came.push(await client.frame(([, , , event]) => event === "message_created"));
  expect(texts(came)).not.toEqual(sent);
  expect(texts(came).toSorted()).toEqual(sent);
});

test("a channel is closed from the platform's side, an agent is superseded by nobody, a stray frame arrives", async () => {
  const { sandbox, client, chat, ada } = await scene();
  await using _sandbox = sandbox;
  const agent = sandbox.credentials("weather").agentId;
  expect(sandbox.faults.send({ agent: "weather", topic: chat, event: "weather_changed", joinRef: "0" })).toBe(1);
  expect(await client.received()).toEqual([["0", null, chat, "weather_changed", {}]]);

  expect(sandbox.faults.closeChannels({ agent: "weather", topic: "chat_room:*" })).toBe(1);
  expect(await client.received()).toEqual([["1", "1", chat, "phx_close", {}]]);
  await ada.say("@weather gone");
  expect(await client.received()).toEqual([]);

  await client.join(`agent_control:${agent}`, "2");
  expect(sandbox.faults.supersede({ agent: "weather" })).toBe(1);
  const { frames, code } = await client.untilClosed();
  expect(frames).toMatchObject([
    ["2", null, `agent_control:${agent}`, "supersede", { reason: "session.already_connected" }],
  ]);
  expect(code).toBe(1000);
});
