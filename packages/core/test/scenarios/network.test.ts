import type { Turn } from "@thenvoi/core";
import { startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { answers, attempts, lastWord, numbers, quiet, repeatLastWord, sayAll } from "../support/conversation.ts";
import { whileAway } from "../support/gap.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

describe("what is said while there is no connection is answered in order, once", () => {
  test.each([1000, 1001, 1006, 1011, 1012])("after close code %i, idle or in the middle of a turn", async (code) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const inTurn = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    await using agent = await startAgent(sandbox, "weather", async (turn) => {
      if (lastWord(turn.message.text) === "4") {
        inTurn.resolve();
        await goOn.promise;
      }
      await repeatLastWord(turn);
    });
    await sayAll(room, ["1"]);
    await expect.poll(() => answers(room), soon).toEqual(["1"]);
    await room.settled();

    await whileAway(sandbox, agent, code, () => sayAll(room, ["2", "3"]));
    await expect.poll(() => answers(room), soon).toEqual(["1", "2", "3"]);
    await sayAll(room, ["4"]);
    await inTurn.promise;
    await whileAway(sandbox, agent, code, () => sayAll(room, ["5", "6"]));
    goOn.resolve();
    await expect.poll(() => answers(room).length, soon).toBeGreaterThanOrEqual(6);
    await sayAll(room, ["7"]);

    await room.settled();
    expect(answers(room)).toEqual(numbers(7));
    expect(attempts(room)).toEqual(numbers(7).map(() => 1));
  });

  test("when the server falls silent and its TCP connection stays up", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using agent = await startAgent(sandbox, "weather", repeatLastWord, { timing: { heartbeatMs: 150 } });
    await quiet(room, sandbox);
    await sayAll(room, ["1"]);
    await quiet(room, sandbox);

    sandbox.faults.silence("weather");
    await sayAll(room, ["2", "3"]);

    await expect.poll(() => answers(room), soon).toEqual(["1", "2", "3"]);
    expect(agent.status().reconnects).toBeGreaterThan(0);
  });

  test("when the platform restarts in the middle of a turn", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const inTurn = Promise.withResolvers<Turn>();
    const goOn = Promise.withResolvers<void>();
    await using agent = await startAgent(sandbox, "weather", async (turn) => {
      inTurn.resolve(turn);
      await goOn.promise;
      await repeatLastWord(turn);
    });
    await sayAll(room, ["1"]);
    await inTurn.promise;

    const restarted = sandbox.restart();
    await sayAll(room, ["2"]);
    goOn.resolve();
    await restarted;

    await expect.poll(() => agent.status().reconnects, soon).toBeGreaterThan(0);
    await sayAll(room, ["3"]);
    await room.settled();
    expect(answers(room)).toEqual(["1", "2", "3"]);
  });

  test("when the room's channel crashes", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using agent = await startAgent(sandbox, "weather", repeatLastWord);
    await quiet(room, sandbox);
    await sayAll(room, ["1"]);
    await quiet(room, sandbox);

    expect(sandbox.faults.crashChannels({ topic: "chat_room:*" })).toBe(1);
    await sayAll(room, ["2", "3"]); // the rejoin is on its way, and nothing is replayed with it
    await expect.poll(() => answers(room), soon).toEqual(["1", "2", "3"]);
    await sayAll(room, ["4"]);

    await room.settled();
    expect(answers(room)).toEqual(["1", "2", "3", "4"]);
    expect(agent.status().reconnects).toBe(0);
  });

  test("when the agent's own channels crash, a room it was added to meanwhile included", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using agent = await startAgent(sandbox, "weather", repeatLastWord);

    expect(sandbox.faults.crashChannels({ topic: "agent_*" })).toBe(3);
    const another = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await sayAll(another, ["1"]);
    await sayAll(room, ["1"]);

    await expect.poll(() => answers(another), soon).toEqual(["1"]);
    await expect.poll(() => answers(room), soon).toEqual(["1"]);
    expect(agent.status().reconnects).toBe(0);
  });
});

describe("frames that come twice, late or not at all change nothing", () => {
  test("each message is answered once when every frame comes twice", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", repeatLastWord);
    await quiet(room, sandbox);
    const twice = sandbox.faults.frames.always("message_created", "duplicate");

    for (const number of numbers(10)) {
      await sayAll(room, [number]);
      if (Number(number) % 2 === 0) await room.settled();
    }

    await room.settled();
    expect(answers(room)).toEqual(numbers(10));
    expect(attempts(room)).toEqual(numbers(10).map(() => 1));
    expect(twice.hits).toBe(10);
  });

  test.each([
    ["changed places with the next", "reorder"],
    ["came long after the next", { delayMs: 50 }],
  ] as const)("messages are answered in order when a frame %s", async (_, fault) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", repeatLastWord);
    await quiet(room, sandbox);
    const overtaken = sandbox.faults.frames.once("message_created", fault);

    await sayAll(room, ["1", "2"]);

    await room.settled();
    expect(answers(room)).toEqual(["1", "2"]);
    expect(overtaken.hits).toBe(1);
  });

  test("messages whose frames were lost are found when the next is checked against the queue, and it isn't charged", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const told: number[] = [];
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      told.push(turn.attempt);
      return repeatLastWord(turn);
    });
    await quiet(room, sandbox);
    const lost = sandbox.faults.frames.times(2, "message_created", "drop");

    await sayAll(room, ["1", "2", "3"]);

    await room.settled();
    expect(answers(room)).toEqual(["1", "2", "3"]);
    expect(lost.hits).toBe(2);
    expect(told).toEqual([1, 1, 1]);
    const early = room.deliveries("weather").at(-1);
    expect(early?.attempts).toMatchObject([{ status: "failed", error: "thenvoi:not-run" }, { status: "success" }]);
  });

  test("a message whose frame was lost, with nothing said after it, is found by the audit", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const timing = { auditMs: 20, auditRoomMs: 40 };
    await using _agent = await startAgent(sandbox, "weather", repeatLastWord, { timing });
    await quiet(room, sandbox);
    const lost = sandbox.faults.frames.always("message_created", "drop");

    await sayAll(room, ["1"]);

    await expect.poll(() => answers(room), soon).toEqual(["1"]);
    expect(lost.hits).toBe(1);
  });

  test("a repeated frame of a message long processed starts nothing", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", repeatLastWord);
    const [first] = await sayAll(room, ["1", "2"]);
    await quiet(room, sandbox);

    sandbox.clearRequests();
    await room.repeat(first?.id ?? "");
    const elsewhere = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await sayAll(elsewhere, ["3"]);
    await elsewhere.settled(); // frames keep their order, so the repeated one has been heard by now

    expect(sandbox.requests({ request: "* *", room: room.id })).toEqual([]);
    expect(answers(room)).toEqual(["1", "2"]);
    expect(attempts(room)).toEqual([1, 1]);
  });

  test("a repeated frame starts nothing in a process that has never met its message either", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const [first] = await sayAll(room, ["1"]);
    {
      await using _agent = await startAgent(sandbox, "weather", repeatLastWord);
      await room.settled();
    }
    const heard: string[] = [];
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      heard.push(lastWord(turn.message.text));
      return repeatLastWord(turn);
    });
    await quiet(room, sandbox);

    await room.repeat(first?.id ?? "");
    await expect.poll(() => attempts(room), soon).toEqual([2]); // claimed, because only the claim shows what it is
    await room.settled();
    await sayAll(room, ["2"]);

    await room.settled();
    expect(heard).toEqual(["2"]);
    expect(answers(room)).toEqual(["1", "2"]);
    expect(room.delivery("weather", first?.id)).toBe("processed");
  });
});
