import { type FrameFault, startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { answers, quiet, repeatLastWord, sayAll } from "../support/conversation.ts";
import { answered, manyRooms } from "../support/many-rooms.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

test.each<[string, FrameFault, number]>([
  ["is no JSON", { replace: "[not json" }, 0],
  ["is no text", { replace: "\u0000\u0001" }, 0],
  ["has an id that is a number", { payload: { id: 7 } }, 0],
  ["has an empty payload", { payload: {} }, 0],
  ["has no payload", { payload: null }, 0],
  ["has a payload that would reach a prototype", { payload: JSON.parse('{"__proto__":{"id":"x"}}') }, 0],
  ["is larger than a frame may be", { padToBytes: 2_000_000 }, 1],
])("a message whose frame %s is answered, once and in its place", async (_, fault, reconnects) => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await using agent = await startAgent(sandbox, "weather", repeatLastWord, {
    timing: { auditMs: 20, auditRoomMs: 40 },
  });
  await sayAll(room, ["1"]);
  await quiet(room, sandbox);

  const spoiled = sandbox.faults.frames.once("message_created", fault);
  await sayAll(room, ["2", "3"]);

  await expect.poll(() => answers(room), soon).toEqual(["1", "2", "3"]);
  expect(spoiled.hits).toBe(1);
  expect(agent.status().reconnects).toBe(reconnects);
  expect("id" in Object.prototype).toBe(false);
});

test("a socket that brings heartbeats and nothing else is kept, and the audit finds what is said", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await using agent = await startAgent(sandbox, "weather", repeatLastWord, {
    timing: { auditMs: 20, auditRoomMs: 40, heartbeatMs: 50 },
  });
  await sayAll(room, ["1"]);
  await quiet(room, sandbox);
  const mute = sandbox.faults.frames.always("message_created", "drop");

  for (const word of ["2", "3", "4"]) {
    await sayAll(room, [word]);
    await expect.poll(() => answers(room), soon).toContain(word);
  }

  expect(mute.hits).toBeGreaterThanOrEqual(3);
  expect(answers(room)).toEqual(["1", "2", "3", "4"]);
  expect(agent.status().reconnects).toBe(0);
});

test("a message that is pushed before the join is answered is answered once", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const late = sandbox.faults.frames.once({ event: "phx_reply", topic: "chat_room:*" }, { delayMs: 300 });
  const starting = startAgent(sandbox, "weather", repeatLastWord);
  await expect.poll(() => late.hits, soon).toBe(1);

  await sayAll(room, ["1", "2"]);

  await using _agent = await starting;
  await expect.poll(() => answers(room), soon).toEqual(["1", "2"]);
  await quiet(room, sandbox);
  expect(answers(room)).toEqual(["1", "2"]);
});

test("an agent that is added and removed again and again ends where the last word left it", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"] });
  await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await using agent = await startAgent(sandbox, "weather", repeatLastWord);

  for (let times = 0; times < 5; times += 1) {
    await room.add("weather");
    await room.remove("weather");
  }
  await expect.poll(() => agent.status().rooms, soon).toBe(1);
  await room.add("weather");
  await sayAll(room, ["1", "2"]);

  await expect.poll(() => answers(room), soon).toEqual(["1", "2"]);
  expect(agent.status()).toMatchObject({ rooms: 2, reconnects: 0 });
});

test("a burst of 3,000 frames in 60 rooms costs no message, no answer twice and no connection", async () => {
  await using sandbox = await startSandbox();
  const rooms = await manyRooms(sandbox, 60);
  await using agent = await startAgent(sandbox, "weather", repeatLastWord);
  await expect.poll(() => agent.status().joinedRooms, soon).toBe(60);
  const first = await Promise.all(rooms.map(async (room) => (await sayAll(room, ["1"]))[0]?.id ?? ""));

  for (let times = 0; times < 50; times += 1) {
    for (const [index, room] of rooms.entries()) await room.repeat(first[index] ?? "");
  }
  for (const room of rooms) await sayAll(room, ["2"]);

  await expect.poll(() => rooms.filter((room) => answers(room).length === 2).length, soon).toBe(60);
  for (const room of rooms) await room.settled();
  expect(rooms.map((room) => answers(room).join(" "))).toEqual(rooms.map(() => "1 2"));
  expect(answered(rooms)).toBe(60);
  expect(agent.status().reconnects).toBe(0);
});
