import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { answers, lastWord, numbers, quiet, repeatLastWord, sayAll, untilAborted } from "../support/conversation.ts";
import { answered, manyRooms } from "../support/many-rooms.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

/** Hundreds of rooms take their time on a machine that does other things too. */
const patience = { interval: 20, timeout: 60_000, timeoutMs: 60_000 };
const allowed = { timeout: 90_000 };

test("300 of them, listed over several pages, are all joined and answered in", allowed, async () => {
  await using sandbox = await startSandbox();
  const rooms = await manyRooms(sandbox, 300);
  for (const room of rooms.slice(0, 150)) await sayAll(room, ["away"]);
  await using agent = await startAgent(sandbox, "weather", repeatLastWord);
  await expect.poll(() => agent.status().joinedRooms, patience).toBe(300);
  for (const room of rooms.slice(150)) await sayAll(room, ["live"]);

  for (const room of rooms) await room.settled(patience);
  expect(answered(rooms)).toBe(300);
  expect(sandbox.requests("GET /agent/chats")).toHaveLength(3);
  expect(agent.status()).toMatchObject({ rooms: 300, polledRooms: 0 });
});

test(
  "150 of them are all answered in where the server allows 100 channels, and status says how many are polled",
  allowed,
  async () => {
    await using sandbox = await startSandbox({ channelLimit: 100 });
    const rooms = await manyRooms(sandbox, 150);
    await using agent = await startAgent(sandbox, "weather", repeatLastWord);
    const places = 100 - 3; // the agent's own channels take three
    await expect.poll(() => agent.status(), patience).toMatchObject({ joinedRooms: places, polledRooms: 150 - places });
    for (const room of rooms) await sayAll(room, ["1"]);

    for (const room of rooms) await room.settled(patience);
    expect(answered(rooms)).toBe(150);
    expect(agent.status()).toMatchObject({ rooms: 150, joinedRooms: places, polledRooms: 150 - places });
    for (const room of rooms) await room.delete();
    await expect.poll(() => agent.status(), patience).toMatchObject({ rooms: 0, joinedRooms: 0, polledRooms: 0 });
  },
);

test("the first turns start while other rooms still wait for their join, and a join without an answer is repeated", async () => {
  await using sandbox = await startSandbox();
  const rooms = await manyRooms(sandbox, 20);
  const [first, ...others] = rooms;
  if (first === undefined) throw new Error("a room");
  for (const room of others) sandbox.faults.joins.once(`chat_room:${room.id}`, "ignore");
  for (const room of rooms) await sayAll(room, ["1"]);
  const timing = { joinTimeoutMs: 1_000 };
  await using agent = await startAgent(sandbox, "weather", repeatLastWord, { timing });

  await expect.poll(() => answers(first), soon).toEqual(["1"]);
  expect(agent.status().joinedRooms).toBe(1);
  for (const room of rooms) await room.settled();
  expect(answered(rooms)).toBe(20);
});

test.each(["unauthorized", "join crashed"])(
  "a room whose join is refused with %j holds up no other, and is read over REST or joined later",
  async (reason) => {
    await using sandbox = await startSandbox();
    const [bad, ...good] = await manyRooms(sandbox, 3);
    if (bad === undefined) throw new Error("a room");
    sandbox.faults.joins.times(3, `chat_room:${bad.id}`, { refuse: reason });
    await using agent = await startAgent(sandbox, "weather", repeatLastWord);
    for (const room of [bad, ...good]) await sayAll(room, ["1"]);

    await expect.poll(() => answered(good), soon).toBe(2);
    await expect.poll(() => answers(bad), soon).toEqual(["1"]);
    expect(agent.status().rooms).toBe(3);
  },
);

test("a handler that hangs, or throws each time, holds up its own room only", async () => {
  await using sandbox = await startSandbox();
  const [hanging, throwing, well] = await manyRooms(sandbox, 3);
  if (hanging === undefined || throwing === undefined || well === undefined) throw new Error("three rooms");
  await using _agent = await startAgent(
    sandbox,
    "weather",
    async (turn) => {
      if (turn.room.id === hanging.id) await untilAborted(turn.signal);
      if (turn.room.id === throwing.id) throw new Error("never");
      await repeatLastWord(turn);
    },
    { concurrency: 2 },
  );
  for (const word of numbers(5)) for (const room of [hanging, throwing, well]) await sayAll(room, [word]);

  await expect.poll(() => answers(well), soon).toEqual(numbers(5));
  expect([...answers(hanging), ...answers(throwing)]).toEqual([]);
  expect(hanging.deliveries("weather").map((delivery) => delivery.attempts.length)).toEqual([1, 0, 0, 0, 0]);
});

test("rooms take turns where only one turn may run at a time", async () => {
  await using sandbox = await startSandbox();
  const rooms = await manyRooms(sandbox, 3);
  const order: string[] = [];
  let running = 0;
  let most = 0;
  await using _agent = await startAgent(
    sandbox,
    "weather",
    async (turn) => {
      running += 1;
      most = Math.max(most, running);
      order.push(lastWord(turn.message.text));
      await repeatLastWord(turn);
      running -= 1;
    },
    { concurrency: 1 },
  );
  for (const room of rooms) await quiet(room, sandbox);

  for (const room of rooms) await sayAll(room, numbers(4));

  for (const room of rooms) await room.settled();
  expect(most).toBe(1);
  const rounds = numbers(4).map((_, index) => order.slice(3 * index, 3 * index + 3));
  expect(rounds).toEqual(numbers(4).map((word) => [word, word, word]));
});
