import type { Turn } from "@thenvoi/core";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { doneOnce, heard, standing, startCounted } from "../support/asking.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

/** Answers whoever mentions it, always. */
const alwaysAnswers = (turn: Turn) => turn.reply(`I heard: ${heard(turn).slice(-20)}`);

test("two agents that always answer each other are stopped, with one note from who stopped", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["echo", "parrot"] });
  await using echo = await startCounted(sandbox, "echo", alwaysAnswers);
  await using parrot = await startCounted(sandbox, "parrot", alwaysAnswers);

  await echo.agent.room(room.id).send({ content: "Hello!", mentions: ["parrot"] });

  const notes = () => room.timeline().filter((item) => item.type === "task");
  await expect.poll(notes, soon).not.toEqual([]);
  await room.settled();
  const messages = room.said().length;
  process.stdout.write(`two agents that always answer each other: ${messages} messages until they are stopped\n`);
  expect(messages).toBe(39);
  expect([echo.turns.length, parrot.turns.length]).toEqual([19, 19]);
  expect(notes()).toMatchObject([{ content: expect.stringContaining("Agents have started 20 turns here") }]);
  expect([...standing(room, "echo"), ...standing(room, "parrot")]).toEqual(doneOnce(39));
});

/** A room in which ada can have the parrot say something to the echo agent, without being heard by it. */
async function throughParrot(sandbox: Sandbox) {
  const room = await sandbox.room({ users: ["ada"], agents: ["echo", "parrot"] });
  sandbox.script("parrot", (text) => `@echo ${text}`);
  const say = async (text: string) => {
    await room.as("ada").say(`@parrot ${text}`);
    await expect.poll(() => room.said(), soon).toContain(`@echo ${text}`);
    await room.settled();
  };
  return { room, say };
}

test("the numbers are options: told to finish from the first on, settled without a turn from the second on", async () => {
  await using sandbox = await startSandbox();
  const { room, say } = await throughParrot(sandbox);
  const turns: [string, boolean][] = [];
  await using _echo = await startAgent(
    sandbox,
    "echo",
    (turn) => {
      turns.push([heard(turn), turn.finishing]);
    },
    { loopGuard: { finishAt: 2, stopAt: 4 } },
  );

  for (const text of ["one", "two", "three", "four", "five"]) await say(text);

  expect(turns).toEqual([
    ["one", false],
    ["two", true],
    ["three", true],
  ]);
  expect(standing(room, "echo")).toEqual(doneOnce(5));
  expect(room.timeline().filter((item) => item.type === "task").length).toBe(1);
});

test("a word of a person that the agent can see begins the count anew", async () => {
  await using sandbox = await startSandbox();
  const { room, say } = await throughParrot(sandbox);
  const finishing: boolean[] = [];
  const echo = (turn: Turn) => {
    finishing.push(turn.finishing);
    return turn.message.sender.kind === "user" ? turn.reply("Here.") : undefined;
  };
  await using agent = await startCounted(sandbox, "echo", echo, { loopGuard: { finishAt: 2, stopAt: 3 } });
  for (const text of ["one", "two", "three"]) await say(text);
  expect(agent.turns).toEqual(["one", "two"]);

  expect(await room.as("ada").ask("@echo are you there?")).toBe("Here.");
  for (const text of ["four", "five", "six"]) await say(text);

  expect(agent.turns).toEqual(["one", "two", "are you there?", "four", "five"]);
  expect(finishing).toEqual([false, true, false, false, true]);
  expect(room.timeline().filter((item) => item.type === "task").length).toBe(2);
});

test("answers that a question was waiting for are no turns, so any number of them may be asked for", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
  using _weather = sandbox.script("weather", () => "Sun.");
  const finishing: boolean[] = [];
  const loopGuard = { finishAt: 2, stopAt: 3 };
  await using planner = await startCounted(
    sandbox,
    "planner",
    async (turn) => {
      finishing.push(turn.finishing);
      if (turn.message.sender.kind === "agent") return turn.reply("I see.");
      for (let day = 1; day <= 5; day += 1) await turn.ask("@weather", `Day ${day}?`);
      return turn.reply("Sun all week.");
    },
    { loopGuard },
  );
  await room.as("ada").say("@planner and the week?");
  await expect.poll(() => room.said().at(-1), soon).toBe("@ada Sun all week.");

  using _cook = sandbox.script("cook", ["@planner Dinner is ready."]);
  await room.add("cook");
  await room.as("ada").say("@cook call the planner");

  await expect.poll(() => planner.turns.length, soon).toBe(2);
  await room.settled();
  expect(finishing).toEqual([false, false]);
});

test("an agent that was started anew counts on, and does not note again that it stopped", async () => {
  await using sandbox = await startSandbox();
  const { room, say } = await throughParrot(sandbox);
  const loopGuard = { finishAt: 2, stopAt: 3 };
  const turns: string[] = [];
  for (const text of ["one", "two", "three", "four"]) {
    await using _echo = await startAgent(sandbox, "echo", (turn) => void turns.push(heard(turn)), { loopGuard });
    await say(text);
  }

  expect(turns).toEqual(["one", "two"]);
  expect(standing(room, "echo")).toEqual(doneOnce(4));
  expect(room.timeline().filter((item) => item.type === "task").length).toBe(1);
});
