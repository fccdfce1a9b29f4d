import { type RoomHandle, startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { answers, quiet, repeatLastWord, sayAll, untilAborted } from "../support/conversation.ts";
import { whileAway } from "../support/gap.ts";
import { answered, manyRooms } from "../support/many-rooms.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

test("a room it is added to is answered in, with what was said there before", async () => {
  await using sandbox = await startSandbox();
  sandbox.registerUser("ada");
  sandbox.registerAgent("weather");
  await using agent = await startAgent(sandbox, "weather", repeatLastWord);

  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await sayAll(room, ["1"]);

  await expect.poll(() => answers(room), soon).toEqual(["1"]);
  expect(agent.status()).toMatchObject({ rooms: 1, joinedRooms: 1 });
});

test.each([
  [20, 503],
  [3, 404],
])(
  "a room it is added to is answered in although the platform answers %i times with %i at first",
  async (times, status) => {
    await using sandbox = await startSandbox();
    sandbox.registerUser("ada");
    sandbox.registerAgent("weather");
    await using _agent = await startAgent(sandbox, "weather", repeatLastWord);
    const refusing = sandbox.faults.times(times, "GET /agent/chats/:id", { status });

    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await sayAll(room, ["1"]);

    await expect.poll(() => answers(room), soon).toEqual(["1"]);
    expect(refusing.hits).toBe(times);
  },
);

test("a room that could not be found for a moment is taken up again with the next message there", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const refusing = sandbox.faults.once("GET messages/next", { status: 404 });
  await using agent = await startAgent(sandbox, "weather", repeatLastWord);
  await expect.poll(() => refusing.hits, soon).toBe(1);
  await expect.poll(() => agent.status().rooms, soon).toBe(0);

  await sayAll(room, ["1"]);

  await expect.poll(() => answers(room), soon).toEqual(["1"]);
  expect(agent.status()).toMatchObject({ rooms: 1, joinedRooms: 1 });
});

test("a room it is removed from, or that is deleted, is left, and taken up again when it is added once more", async () => {
  await using sandbox = await startSandbox();
  const [left, deleted, kept] = await manyRooms(sandbox, 3);
  if (left === undefined || deleted === undefined || kept === undefined) throw new Error("three rooms");
  await using agent = await startAgent(sandbox, "weather", repeatLastWord);
  await expect.poll(() => agent.status().joinedRooms, soon).toBe(3);

  await left.remove("weather");
  await deleted.delete();
  await expect.poll(() => agent.status(), soon).toMatchObject({ rooms: 1, joinedRooms: 1 });
  await left.add("weather");
  await sayAll(left, ["1"]);
  await sayAll(kept, ["1"]);

  await expect.poll(() => [...answers(left), ...answers(kept)], soon).toEqual(["1", "1"]);
  expect(agent.status()).toMatchObject({ rooms: 2, joinedRooms: 2 });
});

test("what came and went while there was no connection is seen with the next one", async () => {
  await using sandbox = await startSandbox();
  const [left, deleted, kept] = await manyRooms(sandbox, 3);
  if (left === undefined || deleted === undefined || kept === undefined) throw new Error("three rooms");
  await using agent = await startAgent(sandbox, "weather", repeatLastWord);
  await expect.poll(() => agent.status().joinedRooms, soon).toBe(3);
  const added: RoomHandle[] = [];

  await quiet(left, sandbox);
  await quiet(deleted, sandbox);
  sandbox.clearRequests();
  await whileAway(sandbox, agent, 1006, async () => {
    await left.remove("weather");
    await deleted.delete();
    added.push(...(await manyRooms(sandbox, 2)));
    for (const room of [...added, kept]) await sayAll(room, ["1"]);
  });

  await expect.poll(() => answered([...added, kept]), soon).toBe(3);
  await expect.poll(() => agent.status(), soon).toMatchObject({ rooms: 3, joinedRooms: 3 });
  const asked = [left, deleted].flatMap(({ id }) => sandbox.requests({ request: "* *", room: id }));
  expect(asked).toEqual([]); // the list has told
});

test.each(["removed from", "deleted"])("nothing is said in a room that is %s in the middle of a turn", async (how) => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const begun = Promise.withResolvers<void>();
  const over = Promise.withResolvers<unknown>();
  await using agent = await startAgent(sandbox, "weather", async (turn) => {
    begun.resolve();
    await untilAborted(turn.signal).catch(() => undefined);
    turn.report({ type: "thought", text: "too late" });
    await turn.reply("too late").catch(over.resolve);
  });
  const outcomes: string[] = [];
  agent.on("turn.end", (turn) => outcomes.push(turn.outcome));
  await sayAll(room, ["1"]);
  await begun.promise;
  sandbox.clearRequests();

  if (how === "deleted") await room.delete();
  else await room.remove("weather");

  expect(await over.promise).toMatchObject({ code: "turn.closed" });
  await expect.poll(() => outcomes, soon).toEqual(["gone"]);
  await expect.poll(() => agent.status(), soon).toMatchObject({ rooms: 0, runningTurns: 0 });
  const written = sandbox.requests().filter((request) => request.method === "POST");
  expect(written).toEqual([]);
});

test("only the rooms that the filter lets in are answered in, also where the agent speaks by itself", async () => {
  await using sandbox = await startSandbox();
  const open = await sandbox.room({ users: ["ada"], agents: ["weather"], title: "open" });
  const shut = await sandbox.room({ users: ["ada"], agents: ["weather"], title: "shut" });
  const rooms = (room: { readonly title: string | undefined }) => room.title !== "shut";
  await using agent = await startAgent(sandbox, "weather", repeatLastWord, { rooms });
  const shutToo = await sandbox.room({ users: ["ada"], agents: ["weather"], title: "shut" });

  await agent.room(shut.id).send({ content: "Good morning.", mentions: ["ada"] });
  await sayAll(shut, ["1"]);
  await sayAll(shutToo, ["1"]);
  await whileAway(sandbox, agent, 1006, () => sayAll(shut, ["2"]));
  await sayAll(open, ["1"]);

  await open.settled();
  expect(answers(open)).toEqual(["1"]);
  expect(answers(shut)).toEqual(["Good morning."]);
  expect(answers(shutToo)).toEqual([]);
  expect(agent.status()).toMatchObject({ rooms: 1, joinedRooms: 1 });
});

test("a filter that throws for a room keeps the agent out of that room only", async () => {
  await using sandbox = await startSandbox();
  const [first, bad, last] = await manyRooms(sandbox, 3);
  if (first === undefined || bad === undefined || last === undefined) throw new Error("three rooms");
  const rooms = (room: { readonly id: string }) => {
    if (room.id === bad.id || room.id === badToo?.id) throw new Error("what room is this?");
    return true;
  };
  let badToo: RoomHandle | undefined;
  await using agent = await startAgent(sandbox, "weather", repeatLastWord, { rooms });
  badToo = await sandbox.room({ users: ["ada"], agents: ["weather"] });

  for (const room of [bad, badToo, first, last]) await sayAll(room, ["1"]);

  await expect.poll(() => answered([first, last]), soon).toBe(2);
  expect(answered([bad, badToo])).toBe(0);
  expect(agent.status()).toMatchObject({ state: "live", rooms: 2 });
});
