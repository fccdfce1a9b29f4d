import { createRoomAgent, type RoomAgent, type Turn } from "@thenvoi/core";
import { type FrameFault, type RoomHandle, type Sandbox, startSandbox } from "@thenvoi/sandbox";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { doneOnce, heard, listening, standing, startCounted } from "../support/asking.ts";
import { quiet } from "../support/conversation.ts";
import { whileAway } from "../support/gap.ts";
import { soon } from "../support/soon.ts";
import { quick, startAgent } from "../support/start-agent.ts";

const conversation = ["@planner can we go out?", "@weather Sunday?", "@planner Sun.", "@ada It says: Sun."];

async function passOn(turn: Turn) {
  const { answer } = await turn.ask("@weather", "Sunday?");
  await turn.reply(`It says: ${answer}`);
}

/** A room with the planner, and a weather agent that answers when it is told to. */
async function waiting(sandbox: Sandbox) {
  const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
  const told = Promise.withResolvers<void>();
  const weather = await startAgent(sandbox, "weather", async (turn) => {
    await told.promise;
    await turn.reply("Sun.");
  });
  return { room, tell: told.resolve, [Symbol.asyncDispose]: () => weather[Symbol.asyncDispose]() };
}

async function expectAnsweredOnce(room: RoomHandle): Promise<void> {
  await expect.poll(() => room.said(), soon).toEqual(conversation);
  await room.settled();
  expect(standing(room, "planner")).toEqual(doneOnce(2));
  expect(standing(room, "weather")).toEqual(doneOnce(1));
}

describe("an answer is found over REST, and is no turn,", () => {
  test.each([1006, 1012])("when it came while there was no connection (%i)", async (code) => {
    await using sandbox = await startSandbox();
    await using it = await waiting(sandbox);
    await using planner = await startCounted(sandbox, "planner", passOn);
    await it.room.as("ada").say("@planner can we go out?");
    await expect.poll(() => it.room.delivery("weather"), soon).toBe("processing");

    const refusing = sandbox.faults.always({ request: "UPGRADE", agent: "planner" }, { status: 503 });
    if (code === 1006) sandbox.faults.cutSockets({ agent: "planner" });
    else sandbox.faults.closeSockets({ agent: "planner", code });
    await expect.poll(() => planner.agent.status().state, soon).toBe("offline");
    it.tell();
    await expect.poll(() => it.room.said().at(-1), soon).toBe("@planner Sun.");
    refusing.remove();

    await expectAnsweredOnce(it.room);
    expect(planner.turns).toEqual(["can we go out?"]);
  });

  test("when the connection was lost before the question was in the room", async () => {
    await using sandbox = await startSandbox();
    await using it = await waiting(sandbox);
    it.tell();
    const inTurn = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    await using planner = await startCounted(sandbox, "planner", async (turn) => {
      inTurn.resolve();
      await goOn.promise;
      await passOn(turn);
    });
    await it.room.as("ada").say("@planner can we go out?");
    await inTurn.promise;

    await whileAway(sandbox, planner.agent, 1006, async () => {
      goOn.resolve();
      await expect.poll(() => it.room.said(), soon).toContain("@weather Sunday?");
    });

    await expectAnsweredOnce(it.room);
    expect(planner.turns.length).toBe(1);
  });

  test("when its frame is lost", async () => {
    await using sandbox = await startSandbox();
    await using it = await waiting(sandbox);
    it.tell();
    await using planner = await startCounted(sandbox, "planner", passOn, { timing: { askCheckMs: 50 } });
    await listening(sandbox, "planner", it.room);
    const lost = sandbox.faults.frames.always({ event: "message_created", agent: "planner", call: 2 }, "drop");

    await it.room.as("ada").say("@planner can we go out?");

    await expectAnsweredOnce(it.room);
    expect(lost.hits).toBe(1);
    expect(planner.turns.length).toBe(1);
  });

  test("when its frame is lost and that of a second text is not: the first is the answer, the second a message", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
    await using planner = await startCounted(sandbox, "planner", (turn) =>
      turn.message.sender.kind === "user" ? passOn(turn) : undefined,
    );
    const told = Promise.withResolvers<void>();
    await using _weather = await startAgent(sandbox, "weather", async (turn) => {
      await told.promise;
      await turn.reply("Sun.");
      await turn.reply("Or rain.");
    });
    await listening(sandbox, "planner", room);
    await room.as("ada").say("@planner can we go out?");
    await expect.poll(() => room.delivery("weather"), soon).toBe("processing");
    const lost = sandbox.faults.frames.once({ event: "message_created", agent: "planner" }, "drop");
    told.resolve();

    await expect.poll(() => room.said(), soon).toContain("@ada It says: Sun.");
    await room.settled();
    expect(lost.hits).toBe(1);
    expect(planner.turns).toEqual(["can we go out?", "Or rain."]);
    expect(standing(room, "planner")).toEqual(doneOnce(3));
  });

  test("at the latest when its time is up", async () => {
    await using sandbox = await startSandbox();
    await using it = await waiting(sandbox);
    it.tell();
    await using planner = await startCounted(sandbox, "planner", async (turn) => {
      const { answer } = await turn.ask("@weather", "Sunday?", { timeoutMs: 500 });
      await turn.reply(`It says: ${answer}`);
    });
    await listening(sandbox, "planner", it.room);
    const lost = sandbox.faults.frames.always({ event: "message_created", agent: "planner", call: 2 }, "drop");

    await it.room.as("ada").say("@planner can we go out?");

    await expectAnsweredOnce(it.room);
    expect(lost.hits).toBe(1);
    expect(planner.turns.length).toBe(1);
  });

  test.each(["drain()", "handleOnce()"])("without any connection, by %s", async (how) => {
    await using sandbox = await startSandbox();
    await using it = await waiting(sandbox);
    const { id } = await it.room.as("ada").say("@planner can we go out?");
    const timing = { ...quick, askPollMs: 20 };
    let turns = 0;
    const handler = (turn: Turn) => {
      turns += 1;
      return passOn(turn);
    };
    const agent = createRoomAgent({ ...sandbox.credentials("planner"), logger: false, timing, handler });

    const working = how === "drain()" ? agent.drain() : agent.handleOnce({ roomId: it.room.id, messageId: id });
    await expect.poll(() => sandbox.requests({ request: "GET messages", agent: "planner" }).length, soon).toBe(2);
    it.tell();

    await working;
    expect(it.room.said()).toEqual(conversation);
    expect(standing(it.room, "planner")).toEqual(doneOnce(2));
    expect(turns).toBe(1);
    expect(sandbox.requests({ request: "UPGRADE", agent: "planner" })).toEqual([]);
  });
});

test("a question costs its post, the look at its time, one for an earlier answer, and the two marks of its answer", async () => {
  await using sandbox = await startSandbox();
  await using it = await waiting(sandbox);
  await using planner = await startCounted(sandbox, "planner", passOn);
  await listening(sandbox, "planner", it.room);
  await quiet(it.room, sandbox);
  sandbox.clearRequests();

  await it.room.as("ada").say("@planner can we go out?");
  await expect.poll(() => it.room.delivery("weather"), soon).toBe("processing");
  it.tell();

  await expectAnsweredOnce(it.room);
  const asked = () =>
    sandbox
      .requests({ request: "* *", agent: "planner" })
      .map(
        ({ method, path }) =>
          `${method} ${path
            .split("/")
            .filter((part) => !/^[0-9a-f-]{36}$/u.test(part))
            .slice(5)
            .join(" ")}`,
      )
      .filter((request) => !/next|participants/u.test(request));
  const ask = [
    "POST messages",
    "GET context",
    "GET messages",
    "POST messages processing",
    "POST messages",
    "POST messages processed",
  ];
  const turn = ["GET context", "POST messages processing", "POST messages processed"]; // the first: was anyone asked here before?
  await expect.poll(() => asked().toSorted(), soon).toEqual([...turn, ...ask].toSorted());
  expect(planner.turns.length).toBe(1);
});

/** What happens to a frame on its way to the planner. */
const fate = fc.constantFrom<FrameFault | "in time">("in time", "duplicate", "drop", "reorder", { delayMs: 30 });
/** Questions to one peer, one after another; before some of them the peer says something unasked. */
const questions = fc.array(fc.record({ speaksFirst: fc.boolean() }), { maxLength: 3 });

test("whatever becomes of the frames, each answer reaches the call that asked, and nothing else does", async () => {
  await using sandbox = await startSandbox();
  sandbox.registerUser("ada");
  for (const name of ["planner", "weather", "cook"]) sandbox.registerAgent(name);
  const echo = (turn: Turn) => turn.reply(`${heard(turn)} yes`);
  await using weather = await startCounted(sandbox, "weather", echo);
  await using cook = await startCounted(sandbox, "cook", echo);
  const plans = new Map<string, (turn: Turn) => Promise<unknown>>();
  const unasked: string[] = [];
  const timing = { askCheckMs: 40, auditMs: 20, auditRoomMs: 40 };
  const plan = (turn: Turn) =>
    turn.message.sender.kind === "user" ? plans.get(turn.room.id)?.(turn) : unasked.push(heard(turn));
  await using planner = await startCounted(sandbox, "planner", plan, { timing });

  const property = fc.asyncProperty(
    fc.record({ weather: questions, cook: questions }),
    fc.array(fate, { minLength: 12, maxLength: 12 }),
    async (asked, fates) => {
      const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather", "cook"] });
      const got: string[] = [];
      const wanted: string[] = [];
      const volunteered: string[] = [];
      const askAll = async (turn: Turn, name: "weather" | "cook", peer: RoomAgent) => {
        for (const [index, { speaksFirst }] of asked[name].entries()) {
          const content = `${name} ${index}!`;
          if (speaksFirst) await peer.room(room.id).send({ content, mentions: ["planner"] });
          if (speaksFirst) volunteered.push(content);
          wanted.push(`${name} ${index}? yes`);
          got.push((await turn.ask(`@${name}`, `${name} ${index}?`)).answer);
        }
      };
      plans.set(room.id, async (turn) => {
        await Promise.all([askAll(turn, "weather", weather.agent), askAll(turn, "cook", cook.agent)]);
        await turn.reply("Done.");
      });
      unasked.length = 0;
      const turnsBefore = planner.turns.length;
      for (const [index, what] of fates.entries()) {
        const where = { event: "message_created", room: room.id, agent: "planner", call: index + 2 };
        if (what === "in time") continue;
        sandbox.faults.frames.once(where, what);
      }

      await listening(sandbox, "planner", room);
      await room.as("ada").say("@planner go on");

      await expect.poll(() => room.said(), soon).toContain("@ada Done.");
      await room.settled();
      expect(got.toSorted()).toEqual(wanted.toSorted());
      expect(unasked.toSorted()).toEqual(volunteered.toSorted());
      expect(planner.turns.length - turnsBefore).toBe(1 + volunteered.length);
      expect(standing(room, "planner").filter((standing) => !standing.startsWith("processed"))).toEqual([]);
    },
  );
  await fc.assert(property, { numRuns: 25, endOnFailure: true }); // a smaller case would take as long again
});
