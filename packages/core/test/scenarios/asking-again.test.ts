import type { Turn } from "@thenvoi/core";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { AgentProcess } from "../support/agent-process.ts";
import { doneOnce, standing, startCounted } from "../support/asking.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

const never = 600_000;

/** A room in which the planner was asked something, and will ask the weather agent. */
async function asked(sandbox: Sandbox) {
  const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
  await room.as("ada").say("@planner can we go out?");
  return room;
}

const conversation = ["@planner can we go out?", "@weather Sunday?", "@planner Sun.", "@ada It says: Sun."];

/** Asks in other words than the first time, and passes the answer on. */
async function askAnew(turn: Turn) {
  const { answer } = await turn.ask("@weather", "How will Sunday be?");
  await turn.reply(`It says: ${answer}`);
}

describe("between processes of their own", () => {
  test("a peer is asked and answers", async () => {
    await using sandbox = await startSandbox();
    const room = await asked(sandbox);
    await using _planner = new AgentProcess(sandbox, "planner", "asks");
    await using weather = new AgentProcess(sandbox, "weather", "answers");

    await expect.poll(() => room.said().at(-1), soon).toBe("@ada It says: No.");
    await room.settled();
    expect(standing(room, "planner")).toEqual(doneOnce(2));
    expect(standing(room, "weather")).toEqual(doneOnce(1));
    expect(weather.told.filter((word) => word === "turn").length).toBe(1);
  });

  test("a peer that is killed while it answers has its answer awaited until it was started again", async () => {
    await using sandbox = await startSandbox();
    const room = await asked(sandbox);
    await using killed = new AgentProcess(sandbox, "weather", "answers when told");
    await using planner = await startCounted(sandbox, "planner", askAnew);
    await expect.poll(() => room.delivery("weather"), soon).toBe("processing");
    await killed.kill();

    await using _weather = new AgentProcess(sandbox, "weather", "answers");

    await expect.poll(() => room.said().at(-1), soon).toBe("@ada It says: No.");
    await room.settled();
    expect(room.said().filter((text) => text.startsWith("@weather")).length).toBe(1);
    expect(standing(room, "planner")).toEqual(doneOnce(2));
    expect(standing(room, "weather")).toEqual(["processed x2"]);
    expect(planner.turns.length).toBe(1);
  });
});

describe("an asker that is killed", () => {
  test("before its question has an answer adopts it when it is run again, and waits for the answer", async () => {
    await using sandbox = await startSandbox();
    const room = await asked(sandbox);
    await using killed = new AgentProcess(sandbox, "planner", "asks");
    await expect.poll(() => room.said().at(-1), soon).toBe("@weather Sunday?");
    await killed.kill();

    await using planner = await startCounted(sandbox, "planner", askAnew);
    await expect.poll(() => planner.turns.length, soon).toBe(1);
    await using weather = await startCounted(sandbox, "weather", (turn) => turn.reply("Sun."));

    await expect.poll(() => room.said(), soon).toEqual(conversation);
    await room.settled();
    expect(standing(room, "planner")).toEqual(["processed x2", "processed x1"]);
    expect([planner.turns.length, weather.turns.length]).toEqual([1, 1]);
  });

  test("before it learns that its question arrived does not ask twice", async () => {
    await using sandbox = await startSandbox();
    const room = await asked(sandbox);
    sandbox.faults.once({ request: "POST messages", agent: "planner" }, { delayAnswerMs: never });
    await using killed = new AgentProcess(sandbox, "planner", "asks");
    await using _weather = await startAgent(sandbox, "weather", (turn) => turn.reply("Sun."));
    await expect.poll(() => room.said().at(-1), soon).toBe("@planner Sun.");
    await killed.kill();

    await using planner = await startCounted(sandbox, "planner", askAnew);

    await expect.poll(() => room.said(), soon).toEqual(conversation);
    await room.settled();
    expect(planner.turns).toEqual(["can we go out?"]);
  });

  test("while the answer waits for it adopts both, and the answer is no turn", async () => {
    await using sandbox = await startSandbox();
    const room = await asked(sandbox);
    await using killed = new AgentProcess(sandbox, "planner", "asks");
    await expect.poll(() => room.said().at(-1), soon).toBe("@weather Sunday?");
    await killed.kill();
    using _weather = sandbox.script("weather", ["Sun."]);
    await expect.poll(() => room.said().at(-1), soon).toBe("@planner Sun.");

    await using planner = await startCounted(sandbox, "planner", askAnew);

    await expect.poll(() => room.said(), soon).toEqual(conversation);
    await room.settled();
    expect(planner.turns).toEqual(["can we go out?"]);
    expect(standing(room, "planner")).toEqual(["processed x2", "processed x1"]);
  });

  test("after the answer was settled adopts it all the same", async () => {
    await using sandbox = await startSandbox();
    const room = await asked(sandbox);
    using _weather = sandbox.script("weather", ["Sun."]);
    await using killed = new AgentProcess(sandbox, "planner", "asks and works on");
    await expect.poll(() => standing(room, "planner"), soon).toEqual(["processing x1", "processed x1"]);
    await killed.kill();

    await using planner = await startCounted(sandbox, "planner", askAnew);

    await expect.poll(() => room.said(), soon).toEqual(conversation);
    await room.settled();
    expect(planner.turns).toEqual(["can we go out?"]);
    expect(standing(room, "planner")).toEqual(["processed x2", "processed x1"]);
  });

  test("between the claim of the answer and its settling leaves no turn behind", async () => {
    await using sandbox = await startSandbox();
    const room = await asked(sandbox);
    using _weather = sandbox.script("weather", ["Sun."]);
    const marks = sandbox.faults.always({ request: "POST messages/:id/processed", agent: "planner" }, { hang: true });
    await using killed = new AgentProcess(sandbox, "planner", "asks and works on");
    await expect.poll(() => marks.hits, soon).toBe(1);
    expect(standing(room, "planner")).toEqual(["processing x1", "processing x1"]);
    await killed.kill();
    marks.remove();

    await using planner = await startCounted(sandbox, "planner", askAnew);

    await expect.poll(() => room.said(), soon).toEqual(conversation);
    await room.settled();
    expect(planner.turns).toEqual(["can we go out?"]);
    expect(standing(room, "planner")).toEqual(["processed x2", "processed x2"]);
  });

  test("after it passed the answer on does not do so again", async () => {
    await using sandbox = await startSandbox();
    const room = await asked(sandbox);
    using _weather = sandbox.script("weather", ["Sun."]);
    const settled = { request: "POST messages/:id/processed", agent: "planner", call: 2 };
    const marks = sandbox.faults.always(settled, { hang: true });
    await using killed = new AgentProcess(sandbox, "planner", "asks");
    await expect.poll(() => marks.hits, soon).toBe(1);
    expect(room.said()).toEqual(conversation);
    await killed.kill();
    marks.remove();

    await using planner = await startCounted(sandbox, "planner", askAnew);

    await room.settled();
    expect(room.said()).toEqual(conversation);
    expect(planner.turns).toEqual(["can we go out?"]);
  });
});

test("a handler that failed after two answers is run again and asks neither question twice", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather", "cook"] });
  using _weather = sandbox.script("weather", ["Sun."]);
  using _cook = sandbox.script("cook", ["Soup."]);
  await using planner = await startCounted(sandbox, "planner", async (turn) => {
    const sky = await turn.ask("@weather", "Sunday?");
    const food = await turn.ask("@cook", "Dinner?");
    if (turn.attempt === 1) throw new Error("not yet");
    await turn.reply(`${sky.answer} ${food.answer}`);
  });

  await room.as("ada").say("@planner what of Sunday?");

  await expect.poll(() => room.said().at(-1), soon).toBe("@ada Sun. Soup.");
  await room.settled();
  expect(room.said().filter((text) => /^@(weather|cook)/u.test(text))).toEqual(["@weather Sunday?", "@cook Dinner?"]);
  expect(planner.turns.length).toBe(2);
  expect(standing(room, "planner")).toEqual(["processed x2", "processed x1", "processed x1"]);
});

test("a handler that failed after two answers of one peer is run again, and each question has its own answer", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
  using _weather = sandbox.script("weather", (question) => `${question} Sun.`);
  await using planner = await startCounted(sandbox, "planner", async (turn) => {
    const answers: string[] = [];
    for (const day of ["Saturday?", "Sunday?"]) answers.push((await turn.ask("@weather", day)).answer);
    if (turn.attempt === 1) throw new Error("not yet");
    await turn.reply(answers.join(" "));
  });

  await room.as("ada").say("@planner what of the weekend?");

  await expect.poll(() => room.said().at(-1), soon).toBe("@ada Saturday? Sun. Sunday? Sun.");
  await room.settled();
  expect(room.said().filter((text) => text.startsWith("@weather"))).toEqual(["@weather Saturday?", "@weather Sunday?"]);
  expect(planner.turns.length).toBe(2);
});
