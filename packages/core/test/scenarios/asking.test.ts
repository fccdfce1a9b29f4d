import { AskError, type Turn } from "@thenvoi/core";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { doneOnce, heard, listening, standing, startCounted } from "../support/asking.ts";
import { quiet } from "../support/conversation.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

/** A room of ada and these agents. */
function roomOf(sandbox: Sandbox, ...agents: string[]) {
  return sandbox.room({ users: ["ada"], agents });
}

/** Asks the weather agent what it was asked, and passes the answer on. */
async function passOn(turn: Turn) {
  const { answer } = await turn.ask("@weather", "How will it be on Sunday?");
  await turn.reply(`It says: ${answer}`);
}

test("a peer in the room is asked, and its answer comes back to who asked", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "planner", "weather");
  await using weather = await startCounted(sandbox, "weather", (turn) => turn.reply("Sun."));
  const answers: unknown[] = [];
  await using planner = await startCounted(sandbox, "planner", async (turn) => {
    answers.push(await turn.ask("@weather", "How will it be on Sunday?"));
    await turn.reply("It says: Sun.");
  });

  await room.as("ada").say("@planner can we go out on Sunday?");

  const said = [
    "@planner can we go out on Sunday?",
    "@weather How will it be on Sunday?",
    "@planner Sun.",
    "@ada It says: Sun.",
  ];
  await expect.poll(() => room.said(), soon).toEqual(said);
  await room.settled();
  expect(standing(room, "planner")).toEqual(doneOnce(2));
  expect(standing(room, "weather")).toEqual(doneOnce(1));
  expect(planner.turns).toEqual(["can we go out on Sunday?"]);
  expect(weather.turns).toEqual(["How will it be on Sunday?"]);
  expect(answers).toEqual([
    {
      peer: { id: sandbox.credentials("weather").agentId, name: "weather", handle: "ada/weather", kind: "agent" },
      answer: "Sun.",
      messageId: room.deliveries("planner")[1]?.messageId,
      waitedMs: expect.any(Number),
    },
  ]);
});

test("peers who are asked at once each answer their own question", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "planner", "weather", "cook");
  const cooked = Promise.withResolvers<void>();
  await using _weather = await startAgent(sandbox, "weather", async (turn) => {
    await cooked.promise; // so that the answers come in the other order
    await turn.reply("Sun.");
  });
  await using _cook = await startAgent(sandbox, "cook", async (turn) => {
    await turn.reply("Soup.");
    cooked.resolve();
  });
  await using planner = await startCounted(sandbox, "planner", async (turn) => {
    const asked = [turn.ask("@weather", "Sunday?"), turn.ask("@cook", "Dinner?")];
    const [sky, food] = (await Promise.all(asked)).map(({ answer }) => answer);
    await turn.reply(`${sky} ${food}`);
  });

  await room.as("ada").say("@planner what of Sunday?");

  await expect.poll(() => room.said().at(-1), soon).toBe("@ada Sun. Soup.");
  await room.settled();
  expect(standing(room, "planner")).toEqual(doneOnce(3));
  expect(planner.turns.length).toBe(1);
});

test("a peer that asks back has answered: its question is what comes back, and nobody waits for ever", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "planner", "weather");
  await using weather = await startCounted(sandbox, "weather", async (turn) => {
    const { answer } = await turn.ask("@planner", "For which town?");
    await turn.reply(`In ${answer}: sun.`);
  });
  await using planner = await startCounted(sandbox, "planner", async (turn) => {
    const first = await turn.ask("@weather", "Sunday?");
    const second = await turn.ask("@weather", first.answer === "For which town?" ? "Lyon" : "?");
    await turn.reply(second.answer);
  });

  await room.as("ada").say("@planner go on");

  await expect
    .poll(() => room.said(), soon)
    .toEqual([
      "@planner go on",
      "@weather Sunday?",
      "@planner For which town?",
      "@weather Lyon",
      "@planner In Lyon: sun.",
      "@ada In Lyon: sun.",
    ]);
  await room.settled();
  expect(standing(room, "planner")).toEqual(doneOnce(3));
  expect(standing(room, "weather")).toEqual(doneOnce(2));
  expect([planner.turns.length, weather.turns.length]).toEqual([1, 1]);
});

test("a ring of questions ends: who is waited for is busy, which comes back as an answer", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "planner", "weather", "cook");
  const ask = (next: string, timeoutMs: number) => async (turn: Turn) => {
    if (heard(turn) === "are you there?") return turn.reply("Yes.");
    const question = next === "@planner" ? "are you there?" : "go on";
    return turn.reply(
      await turn.ask(next, question, { timeoutMs }).then(
        ({ answer }) => answer,
        (error: unknown) => (error instanceof AskError ? error.code : "?"),
      ),
    );
  };
  await using planner = await startCounted(sandbox, "planner", ask("@weather", 10_000));
  await using weather = await startCounted(sandbox, "weather", ask("@cook", 10_000));
  await using cook = await startCounted(sandbox, "cook", ask("@planner", 300));

  await room.as("ada").say("@planner go on");

  await expect
    .poll(() => room.said(), soon)
    .toEqual([
      "@planner go on",
      "@weather go on",
      "@cook go on",
      "@planner are you there?",
      "@weather ask.timed-out",
      "@planner ask.timed-out",
      "@ada ask.timed-out",
      "@cook Yes.", // the planner is free by now; the cook has given its question up
    ]);
  await room.settled();
  expect([planner.turns.length, weather.turns.length, cook.turns.length]).toEqual([2, 1, 1]);
  expect(standing(room, "planner")).toEqual(doneOnce(3));
  expect(standing(room, "weather")).toEqual(doneOnce(2));
  expect(standing(room, "cook")).toEqual(doneOnce(2));
});

test("what a peer had said just before the question is no answer, and has a turn of its own", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "planner", "weather");
  const looks = () => sandbox.requests({ request: "GET messages", agent: "planner" }).length;
  await using weather = await startAgent(sandbox, "weather", async (turn) => {
    await expect.poll(looks, soon).toBeGreaterThan(1); // the planner has met the warning while it waits
    await turn.reply("Sun.");
  });
  const timing = { askCheckMs: 20 };
  const plan = async (turn: Turn) => {
    if (turn.message.sender.kind === "agent") return;
    await weather.room(room.id).send({ content: "A storm warning!", mentions: ["planner"] });
    await passOn(turn);
  };
  await using planner = await startCounted(sandbox, "planner", plan, { timing });

  await room.as("ada").say("@planner can we go out?");

  await expect.poll(() => planner.turns, soon).toEqual(["can we go out?", "A storm warning!"]);
  await room.settled();
  expect(room.said()).toEqual([
    "@planner can we go out?",
    "@planner A storm warning!",
    "@weather How will it be on Sunday?",
    "@planner Sun.",
    "@ada It says: Sun.",
  ]);
  expect(standing(room, "planner")).toEqual(doneOnce(3));
});

test("of several texts of a peer the first is the answer, and the others have turns of their own", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "planner", "weather");
  await using _weather = await startAgent(sandbox, "weather", async (turn) => {
    await Promise.all([turn.reply("Sun."), turn.reply("And wind."), turn.reply("And warm.")]);
  });
  await using planner = await startCounted(sandbox, "planner", (turn) =>
    turn.message.sender.kind === "user" ? passOn(turn) : undefined,
  );
  await listening(sandbox, "planner", room);
  await quiet(room, sandbox); // so that nothing but a nudge has the queue looked at
  // So that all three have come before the planner knows which are answers.
  sandbox.faults.once({ request: "GET context", agent: "planner" }, { delayMs: 300 });

  await room.as("ada").say("@planner can we go out?");

  await expect.poll(() => planner.turns, soon).toEqual(["can we go out?", "And wind.", "And warm."]);
  await room.settled();
  expect(room.said()).toContain("@ada It says: Sun.");
  expect(standing(room, "planner")).toEqual(doneOnce(4));
});

test("until-idle collects what a peer says until it is quiet, and none of it is a turn", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "planner", "weather");
  await using _weather = await startAgent(sandbox, "weather", async (turn) => {
    for (const text of ["Sun.", "And wind.", "And warm."]) await turn.reply(text);
  });
  await using planner = await startCounted(sandbox, "planner", async (turn) => {
    const { answer } = await turn.ask("@weather", "Sunday?", { collect: "until-idle" });
    await turn.reply(answer.split("\n\n").join(" "));
  });

  await room.as("ada").say("@planner can we go out?");

  await expect.poll(() => room.said().at(-1), soon).toBe("@ada Sun. And wind. And warm.");
  await room.settled();
  expect(planner.turns.length).toBe(1);
  expect(standing(room, "planner")).toEqual(doneOnce(4));
});

test("until-idle ends at the question's time although the peer goes on", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "planner", "weather");
  let goOn = true;
  await using _weather = await startAgent(sandbox, "weather", async (turn) => {
    while (goOn) await turn.reply("Sun.");
  });
  await using planner = await startCounted(
    sandbox,
    "planner",
    async (turn) => {
      if (turn.message.sender.kind === "agent") return;
      const { answer } = await turn.ask("@weather", "Sunday?", { collect: "until-idle", timeoutMs: 300 });
      goOn = false;
      await turn.reply(answer.slice(0, 4));
    },
    { loopGuard: { stopAt: 1_000_000, finishAt: 1_000_000 } },
  );

  await room.as("ada").say("@planner can we go out?");

  await expect.poll(() => room.said().includes("@ada Sun."), soon).toBe(true);
  goOn = false;
  await room.settled();
  expect(planner.turns[0]).toBe("can we go out?");
});

test("a second question to the same peer waits its turn, and each gets its own answer", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "planner", "weather");
  await using _weather = await startAgent(sandbox, "weather", (turn) => turn.reply(`${heard(turn)} yes`));
  await using planner = await startCounted(sandbox, "planner", async (turn) => {
    const questions = ["sun?", "wind?", "rain?"];
    const answers = await Promise.all(questions.map((question) => turn.ask("@weather", question)));
    await turn.reply(answers.map(({ answer }) => answer).join(", "));
  });

  await room.as("ada").say("@planner can we go out?");

  await expect
    .poll(() => room.said(), soon)
    .toEqual([
      "@planner can we go out?",
      "@weather sun?",
      "@planner sun? yes",
      "@weather wind?",
      "@planner wind? yes",
      "@weather rain?",
      "@planner rain? yes",
      "@ada sun? yes, wind? yes, rain? yes",
    ]);
  await room.settled();
  expect(standing(room, "planner")).toEqual(doneOnce(4));
  expect(planner.turns.length).toBe(1);
});

describe("where", () => {
  test("a peer who is not in the room is added to it and asked", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox, "planner");
    sandbox.registerAgent("weather");
    await using _weather = await startAgent(sandbox, "weather", (turn) => turn.reply("Sun."));
    await using planner = await startCounted(sandbox, "planner", passOn);

    await room.as("ada").say("@planner can we go out?");

    await expect.poll(() => room.said().at(-1), soon).toBe("@ada It says: Sun.");
    await room.settled();
    expect(planner.turns.length).toBe(1);
    expect(standing(room, "planner")).toEqual(doneOnce(2));
  });

  test("a question in a new room leaves its conversation there, and starts no turn there either", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox, "planner", "weather");
    await using _weather = await startAgent(sandbox, "weather", (turn) => turn.reply("Sun."));
    await using planner = await startCounted(sandbox, "planner", async (turn) => {
      const asked = turn.ask("@weather", "How will it be\non Sunday?", { where: "new-room" });
      await turn.reply(`It says: ${(await asked).answer}`);
    });

    await room.as("ada").say("@planner can we go out?");

    await expect.poll(() => room.said(), soon).toEqual(["@planner can we go out?", "@ada It says: Sun."]);
    await room.settled();
    const [side] = sandbox.roomsOf("planner").filter(({ id }) => id !== room.id);
    expect(side?.said()).toEqual(["@weather How will it be\non Sunday?", "@planner Sun."]);
    await side?.settled();
    expect(side && standing(side, "planner")).toEqual(doneOnce(1));
    expect(planner.turns.length).toBe(1);
  });

  test("what a question in a new room needs to know is asked for while its peer is brought in", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox, "planner", "weather");
    sandbox.script("weather", ["Sun."]);
    await using _planner = await startAgent(sandbox, "planner", (turn) =>
      turn.ask("@weather", "Sunday?", { where: "new-room" }),
    );
    sandbox.faults.once("POST participants", { delayMs: 500 });

    await room.as("ada").say("@planner can we go out?");
    await room.settled();

    const [side] = sandbox.roomsOf("planner").filter(({ id }) => id !== room.id);
    const below = `/api/v1/agent/chats/${side?.id}/`;
    const answered = sandbox.requests().filter(({ path, by }) => path.startsWith(below) && by === "ada/planner");
    const beforeItsQuestion = answered
      .map(({ method, path }) => `${method} ${path.slice(below.length)}`)
      .filter((line) => /participants|context|POST messages$/u.test(line))
      .slice(0, 4);
    expect(beforeItsQuestion.slice(0, 2).toSorted()).toEqual(["GET context", "GET participants"]);
    expect(beforeItsQuestion.slice(2)).toEqual(["POST participants", "POST messages"]);
  });

  test("an answer in a new room that came before its channel was joined is found in the queue, and is no turn", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox, "planner", "weather");
    await using _weather = await startAgent(sandbox, "weather", (turn) => turn.reply("Sun."));
    await using planner = await startCounted(sandbox, "planner", async (turn) => {
      const { answer } = await turn.ask("@weather", "Sunday?", { where: "new-room" });
      await turn.reply(`It says: ${answer}`);
    });
    sandbox.faults.joins.always({ topic: "chat_room:*", agent: "planner" }, { delayMs: 400 });

    await room.as("ada").say("@planner can we go out?");

    await expect.poll(() => room.said().at(-1), soon).toBe("@ada It says: Sun.");
    const [side] = sandbox.roomsOf("planner").filter(({ id }) => id !== room.id);
    await side?.settled();
    await room.settled();
    expect(side && standing(side, "planner")).toEqual(doneOnce(1));
    expect(planner.turns).toEqual(["can we go out?"]);
  });

  test("a question in a new room ends when that room is gone", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox, "planner", "weather");
    await using _planner = await startAgent(sandbox, "planner", async (turn) => {
      const error = await turn.ask("@weather", "Sunday?", { where: "new-room" }).catch((thrown: unknown) => thrown);
      await turn.reply(error instanceof Error ? error.message : "?");
    });
    await room.as("ada").say("@planner can we go out?");
    const sideRoom = () => sandbox.roomsOf("planner").find(({ id }) => id !== room.id);
    await expect.poll(() => sideRoom()?.said(), soon).toEqual(["@weather Sunday?"]);

    await sideRoom()?.delete();

    await expect
      .poll(() => room.said().at(-1), soon)
      .toBe("@ada The room in which @ada/weather was asked is gone. Ask someone else, or go on without it.");
  });
});

describe("while it waits", () => {
  test("the agent shows that it works, and progress is told", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox, "planner", "weather");
    const shown = () => sandbox.requests({ request: "POST activity", agent: "planner" }).length;
    await using _weather = await startAgent(sandbox, "weather", async (turn) => {
      await expect.poll(shown, soon).toBeGreaterThan(3);
      await turn.reply("Sun.");
    });
    const told: string[] = [];
    const timing = { activityAfterMs: 10, activityEveryMs: 10 };
    const onProgress = (text: string) => {
      told.push(text);
      throw new Error("a listener that fails is its own affair");
    };
    await using planner = await startCounted(
      sandbox,
      "planner",
      async (turn) => {
        const { answer } = await turn.ask("@weather", "Sunday?", { onProgress });
        await turn.reply(answer);
      },
      { timing },
    );

    await room.as("ada").say("@planner can we go out?");

    await expect.poll(() => room.said().at(-1), soon).toBe("@ada Sun.");
    await room.settled();
    expect(told).toEqual(["waiting for @ada/weather"]);
    expect(planner.turns.length).toBe(1);
  });

  test("its place is free for a turn in another room, even if there is only one place", async () => {
    await using sandbox = await startSandbox();
    const here = await roomOf(sandbox, "planner", "weather");
    const there = await roomOf(sandbox, "planner");
    const other = Promise.withResolvers<void>();
    await using _weather = await startAgent(sandbox, "weather", async (turn) => {
      await other.promise;
      await turn.reply("Sun.");
    });
    await using _planner = await startAgent(
      sandbox,
      "planner",
      (turn) => (turn.room.id === here.id ? passOn(turn) : turn.reply("Here I am.")),
      { concurrency: 1 },
    );
    await here.as("ada").say("@planner can we go out?");
    await expect.poll(() => here.said().length, soon).toBe(2);

    expect(await there.as("ada").ask("@planner are you there?")).toBe("Here I am.");
    other.resolve();

    await expect.poll(() => here.said().at(-1), soon).toBe("@ada It says: Sun.");
  });

  test("fifty rooms can ask at once through four places", async () => {
    await using sandbox = await startSandbox();
    const rooms = await Promise.all(Array.from({ length: 50 }, () => roomOf(sandbox, "planner", "weather")));
    const asked = new Set<string>();
    await using _weather = await startAgent(
      sandbox,
      "weather",
      async (turn) => {
        asked.add(turn.room.id);
        await expect.poll(() => asked.size, soon).toBe(50); // none is answered before all have asked
        await turn.reply(`Sun over ${turn.room.id}.`);
      },
      { concurrency: 50 },
    );
    let most = 0;
    let busy = 0;
    const work = (change: 1 | -1) => {
      busy += change;
      most = Math.max(most, busy);
    };
    await using planner = await startCounted(
      sandbox,
      "planner",
      async (turn) => {
        work(1);
        const asking = turn.ask("@weather", "Sunday?");
        work(-1);
        const { answer } = await asking;
        work(1);
        await turn.reply(answer);
        work(-1);
      },
      { concurrency: 4 },
    );

    for (const room of rooms) await room.as("ada").say("@planner can we go out?");

    for (const room of rooms) {
      await expect.poll(() => room.said().at(-1), soon).toBe(`@ada Sun over ${room.id}.`);
      await room.settled();
      expect(standing(room, "planner")).toEqual(doneOnce(2));
    }
    expect(planner.turns.length).toBe(50);
    expect(most).toBeLessThanOrEqual(4);
  });
});
