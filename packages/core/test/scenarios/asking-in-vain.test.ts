import { AskError, type AskOptions, type RoomAgentOptions, type Turn } from "@thenvoi/core";
import { type RoomHandle, type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { doneOnce, listening, standing, startCounted } from "../support/asking.ts";
import { untilAborted } from "../support/conversation.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

/** What a question came to. */
type Ended = { readonly answer: string } | { readonly code: string; readonly text: string };

/** A room in which the planner asks the weather agent what ada asked it; it answers its other messages at once. */
async function planning(sandbox: Sandbox, how: AskOptions = {}, options: Partial<RoomAgentOptions> = {}) {
  const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
  const ended: Ended[] = [];
  const ask = async (turn: Turn) => {
    if (turn.message.sender.kind === "agent") return;
    ended.push(await outcome(turn.ask("@weather", "Sunday?", how)));
    await turn.reply("That was it.");
  };
  const planner = await startCounted(sandbox, "planner", ask, options);
  return { room, ended, planner, [Symbol.asyncDispose]: () => planner[Symbol.asyncDispose]() };
}

async function outcome(asking: Promise<{ readonly answer: string }>): Promise<Ended> {
  try {
    return { answer: (await asking).answer };
  } catch (error) {
    return error instanceof AskError
      ? { code: error.code, text: error.message }
      : { code: "another error", text: String(error) };
  }
}

/** Asks, and ends when the question is in the room. */
async function asked(room: RoomHandle): Promise<void> {
  await room.as("ada").say("@planner can we go out?");
  await expect.poll(() => room.said().includes("@weather Sunday?"), soon).toBe(true);
}

/** A weather agent that answers when it is told to, and says what it is given then. */
async function weatherWhenTold(sandbox: Sandbox) {
  const told = Promise.withResolvers<string>();
  const weather = await startCounted(sandbox, "weather", async (turn) => {
    await turn.reply(await told.promise);
  });
  return { weather, tell: told.resolve, [Symbol.asyncDispose]: () => weather[Symbol.asyncDispose]() };
}

describe("an answer that comes too late", () => {
  test("is settled without a turn, and what the peer says after it is a new message", async () => {
    await using sandbox = await startSandbox();
    await using it = await planning(sandbox, { timeoutMs: 100 });
    await using weather = await weatherWhenTold(sandbox);
    await asked(it.room);
    await expect.poll(() => it.room.said().at(-1), soon).toBe("@ada That was it.");

    weather.tell("Sun.");
    await expect.poll(() => it.room.said().at(-1), soon).toBe("@planner Sun.");
    await it.room.settled();
    expect(it.planner.turns).toEqual(["can we go out?"]);
    await it.room.as("ada").say("@weather tell the planner");
    await it.room.settled();

    // The second text of the weather agent went to ada, so it says one more to the planner by itself.
    using _script = sandbox.script("cook", []);
    await weather.weather.agent.room(it.room.id).send({ content: "Shall I look at Monday?", mentions: ["planner"] });
    await expect.poll(() => it.planner.turns, soon).toEqual(["can we go out?", "Shall I look at Monday?"]);
    await it.room.settled();
    expect(standing(it.room, "planner")).toEqual(doneOnce(3));
    expect(it.ended).toEqual([
      {
        code: "ask.timed-out",
        text: "@ada/weather did not answer within 0.1 s. It may be busy or offline, or have answered without mentioning this agent, which can't be seen. Go on without it, ask someone else, or ask again.",
      },
    ]);
  });

  test("is settled without a turn after the asker was started anew, too", async () => {
    await using sandbox = await startSandbox();
    let room: RoomHandle;
    {
      await using it = await planning(sandbox, { timeoutMs: 50 });
      room = it.room;
      await asked(room);
      await expect.poll(() => room.said().at(-1), soon).toBe("@ada That was it.");
      await expect.poll(() => room.delivery("planner"), soon).toBe("processed");
    }
    await using weather = await weatherWhenTold(sandbox);
    weather.tell("Sun.");
    await expect.poll(() => room.said().at(-1), soon).toBe("@planner Sun.");

    await using planner = await startCounted(sandbox, "planner", () => undefined);

    await room.settled();
    expect(planner.turns).toEqual([]);
    await weather.weather.agent.room(room.id).send({ content: "And on Monday?", mentions: ["planner"] });
    await expect.poll(() => planner.turns, soon).toEqual(["And on Monday?"]);
    await room.settled();
    expect(standing(room, "planner")).toEqual(doneOnce(3));
  });

  test("is one also when it was said before the asker's note, and what was said before the question is not", async () => {
    await using sandbox = await startSandbox();
    await using it = await planning(sandbox, { timeoutMs: 100 });
    await using weather = await startCounted(sandbox, "weather", (turn) => turn.reply("Sun."));
    const voice = weather.agent.room(it.room.id);
    await listening(sandbox, "planner", it.room);
    // The planner learns of both texts only after it has given up.
    const late = sandbox.faults.frames.times(
      2,
      { event: "message_created", agent: "planner", call: 2 },
      { delayMs: 800 },
    );
    sandbox.faults.always({ request: "GET messages", agent: "planner" }, { status: 503 });
    sandbox.faults.once({ request: "POST messages", agent: "planner" }, { delayMs: 100 });
    await it.room.as("ada").say("@planner can we go out?");
    await expect.poll(() => it.planner.turns.length, soon).toBe(1);
    await voice.send({ content: "A storm warning!", mentions: ["planner"] });

    await expect.poll(() => it.planner.turns, soon).toEqual(["can we go out?", "A storm warning!"]);
    await it.room.settled();
    expect(it.room.said()).toEqual([
      "@planner can we go out?",
      "@planner A storm warning!",
      "@weather Sunday?",
      "@planner Sun.",
      "@ada That was it.",
    ]);
    expect(late.hits).toBe(2);
    expect(it.planner.turns.length).toBe(2);
    expect(standing(it.room, "planner")).toEqual(doneOnce(3));
  });
});

describe("a question ends at once, with an error that says why,", () => {
  test("when its peer is removed from the room", async () => {
    await using sandbox = await startSandbox();
    await using it = await planning(sandbox);
    await asked(it.room);

    await it.room.remove("weather");

    await it.room.settled();
    expect(it.ended).toEqual([
      {
        code: "ask.peer-left",
        text: "@ada/weather is no longer in the room and can't answer. Ask someone else, or go on without it.",
      },
    ]);
    expect(standing(it.room, "planner")).toEqual(doneOnce(1));
  });

  test("when its peer is removed while there is no connection", async () => {
    await using sandbox = await startSandbox();
    await using it = await planning(sandbox);
    await asked(it.room);
    const refusing = sandbox.faults.always("UPGRADE", { status: 503 });
    sandbox.faults.cutSockets({ agent: "planner" });
    await expect.poll(() => it.planner.agent.status().state, soon).toBe("offline");

    await it.room.remove("weather");
    refusing.remove();

    await it.room.settled();
    expect(it.ended).toMatchObject([{ code: "ask.peer-left" }]);
  });

  test("but not without the answer that a peer gave before it left", async () => {
    await using sandbox = await startSandbox();
    await using it = await planning(sandbox);
    await listening(sandbox, "planner", it.room);
    const lost = sandbox.faults.frames.always({ event: "message_created", agent: "planner", call: 2 }, "drop");
    await asked(it.room);
    {
      await using _weather = await startAgent(sandbox, "weather", (turn) => turn.reply("Sun."));
      await expect.poll(() => it.room.said().at(-1), soon).toBe("@planner Sun.");
    }

    await it.room.remove("weather");

    await it.room.settled();
    expect(it.ended).toEqual([{ answer: "Sun." }]);
    expect(lost.hits).toBe(1);
    expect(standing(it.room, "planner")).toEqual(doneOnce(2));
  });

  test("when the room is deleted", async () => {
    await using sandbox = await startSandbox();
    await using it = await planning(sandbox);
    await asked(it.room);

    await it.room.delete();

    await expect
      .poll(() => it.ended, soon)
      .toEqual([
        {
          code: "ask.ended",
          text: "The wait for @weather has ended. The agent is no longer in this room. Nothing more can be said in this turn; end your work.",
        },
      ]);
  });

  test("when a person interrupts the turn", async () => {
    await using sandbox = await startSandbox();
    await using it = await planning(sandbox);
    await asked(it.room);

    sandbox.control("planner", "interrupt");

    await expect.poll(() => it.ended, soon).toMatchObject([{ code: "ask.ended" }]);
    expect(it.ended).toMatchObject([{ text: expect.stringContaining("The run was interrupted by a person.") }]);
    await expect.poll(() => standing(it.room, "planner"), soon).toEqual(doneOnce(1));
    expect(it.room.said()).not.toContain("@ada That was it.");
  });

  test("and leaves no turn behind when the turn is interrupted while its answer is being settled", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
    await using planner = await startCounted(sandbox, "planner", async (turn) => {
      await turn.ask("@weather", "Sunday?");
      await untilAborted(turn.signal);
    });
    using _weather = sandbox.script("weather", ["Sun."]);
    const mark = sandbox.faults.once({ request: "POST messages/:id/processed", agent: "planner" }, { status: 503 });
    const marks = sandbox.faults.always({ request: "POST messages/:id/processed", agent: "planner" }, { status: 503 });
    await room.as("ada").say("@planner can we go out?");
    await expect.poll(() => mark.hits, soon).toBe(1);

    sandbox.control("planner", "interrupt");
    await expect.poll(() => marks.hits, soon).toBeGreaterThan(0);
    marks.remove();

    await room.settled();
    expect(planner.turns).toEqual(["can we go out?"]);
    expect(standing(room, "planner").every((text) => text.startsWith("processed"))).toBe(true);
  });

  test("when a person interrupts the turn while no place is free", async () => {
    await using sandbox = await startSandbox();
    const elsewhere = await sandbox.room({ users: ["ada"], agents: ["planner"] });
    const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
    const warnings: string[] = [];
    const log = (text: string) => warnings.push(text);
    const logger = { debug() {}, info() {}, warn: log, error: log };
    await using _planner = await startAgent(
      sandbox,
      "planner",
      (turn) => (turn.room.id === elsewhere.id ? untilAborted(turn.signal) : turn.ask("@weather", "Sunday?")),
      { concurrency: 1, logger },
    );
    await asked(room);
    await elsewhere.as("ada").say("@planner work on");
    await expect.poll(() => elsewhere.delivery("planner"), soon).toBe("processing");

    sandbox.control("planner", "interrupt", { room });

    await expect.poll(() => standing(room, "planner"), soon).toEqual(doneOnce(1));
    expect(warnings).toEqual([]); // such as: the handler was left behind
  });

  test("when a person stops the agent; after play the turn is run again and adopts its question", async () => {
    await using sandbox = await startSandbox();
    await using it = await planning(sandbox);
    await using weather = await weatherWhenTold(sandbox);
    await asked(it.room);

    sandbox.control("planner", "stop");
    await expect.poll(() => it.ended, soon).toMatchObject([{ code: "ask.ended" }]);
    weather.tell("Sun.");
    await expect.poll(() => it.room.said().at(-1), soon).toBe("@planner Sun.");
    sandbox.control("planner", "play");

    await expect.poll(() => it.room.said().at(-1), soon).toBe("@ada That was it.");
    await it.room.settled();
    expect(it.ended[1]).toEqual({ answer: "Sun." });
    expect(it.planner.turns).toEqual(["can we go out?", "can we go out?"]);
    expect(it.room.said().filter((text) => text === "@weather Sunday?").length).toBe(1);
    expect(weather.weather.turns.length).toBe(1);
  });

  test("when its turn takes too long", async () => {
    await using sandbox = await startSandbox();
    await using it = await planning(sandbox, {}, { turnTimeoutMs: 200 });
    await using weather = await weatherWhenTold(sandbox);
    await asked(it.room);

    await expect.poll(() => it.ended, soon).toMatchObject([{ code: "ask.ended" }]);
    weather.tell("Sun.");

    // The run that failed is made again, and finds the question and its answer.
    await expect.poll(() => it.ended.some((end) => "answer" in end), soon).toBe(true);
    await it.room.settled();
    expect(it.room.said().filter((text) => text === "@weather Sunday?").length).toBe(1);
    expect(new Set(it.planner.turns)).toEqual(new Set(["can we go out?"]));
    expect(standing(it.room, "planner")[1]).toBe("processed x1");
  });

  test("when the caller no longer wants it; what is said then is settled without a turn", async () => {
    await using sandbox = await startSandbox();
    const caller = new AbortController();
    await using it = await planning(sandbox, { signal: caller.signal });
    await using weather = await weatherWhenTold(sandbox);
    await asked(it.room);
    await expect.poll(() => weather.weather.turns.length, soon).toBe(1);

    caller.abort();
    await expect.poll(() => it.room.said().at(-1), soon).toBe("@ada That was it.");
    weather.tell("Sun.");

    await expect.poll(() => it.room.said().at(-1), soon).toBe("@planner Sun.");
    await it.room.settled();
    expect(it.ended).toEqual([
      {
        code: "ask.ended",
        text: "The wait for @weather has ended. It was cancelled. Go on without the answer.",
      },
    ]);
    expect(it.planner.turns.length).toBe(1);
    expect(standing(it.room, "planner")).toEqual(doneOnce(2));
  });

  test("before anything is said when the caller did not want it any more from the start", async () => {
    await using sandbox = await startSandbox();
    await using it = await planning(sandbox, { signal: AbortSignal.abort() });

    await it.room.as("ada").say("@planner can we go out?");

    await it.room.settled();
    expect(it.ended).toMatchObject([{ code: "ask.ended" }]);
    expect(it.room.said()).toEqual(["@planner can we go out?", "@ada That was it."]);
  });

  test("when it still waits for an earlier question to the same peer", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
    const caller = new AbortController();
    await using _planner = await startAgent(sandbox, "planner", async (turn) => {
      void turn.ask("@weather", "Sunday?");
      const second = outcome(turn.ask("@weather", "Monday?", { signal: caller.signal }));
      await turn.reply(JSON.stringify(Object.keys(await second)));
    });
    await asked(room);

    caller.abort();

    await expect.poll(() => room.said().at(-1), soon).toBe('@ada ["code","text"]');
    expect(room.said()).not.toContain("@weather Monday?");
  });

  test("when its handler has ended without it, so that it takes nothing that is said later", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
    const ended: Ended[] = [];
    await using planner = await startCounted(sandbox, "planner", async (turn) => {
      if (turn.message.sender.kind === "agent") return;
      const asking = turn.ask("@weather", "Sunday?");
      void outcome(asking).then((end) => ended.push(end));
      await expect.poll(() => room.said().includes("@weather Sunday?"), soon).toBe(true);
      await turn.reply("I don't wait.");
    });
    await using weather = await weatherWhenTold(sandbox);
    await asked(room);
    await expect.poll(() => room.said().at(-1), soon).toBe("@ada I don't wait.");
    await expect.poll(() => ended, soon).toMatchObject([{ code: "ask.ended" }]);

    weather.tell("Sun.");
    await expect.poll(() => room.said().at(-1), soon).toBe("@planner Sun.");
    await room.settled();
    await weather.weather.agent.room(room.id).send({ content: "And Monday?", mentions: ["planner"] });

    await expect.poll(() => planner.turns, soon).toEqual(["can we go out?", "And Monday?"]);
  });
});

test("nobody is asked who isn't known, who is meant by several, or who is the agent itself", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["planner", "ada/weather", "bob/weather"] });
  const errors: unknown[] = [];
  await using _planner = await startAgent(sandbox, "planner", async (turn) => {
    for (const who of ["@wether", "@weather", "@planner", " "])
      await turn.ask(who, "Sunday?").catch((error: unknown) => errors.push(error));
  });

  await room.as("ada").say("@planner can we go out?");

  await room.settled();
  expect(errors).toMatchObject([
    { code: "mention.unknown", candidates: ["@ada/weather", "@bob/weather"] },
    { code: "mention.ambiguous", candidates: ["@ada/weather", "@bob/weather"] },
    { code: "mention.self" },
    { code: "mention.missing" },
  ]);
  expect(room.said()).toEqual(["@planner can we go out?"]);
});
