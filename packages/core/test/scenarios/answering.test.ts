import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { AgentProcess } from "../support/agent-process.ts";
import {
  answers,
  attempts,
  lastWord,
  numbers,
  quiet,
  repeatLastWord,
  sayAll,
  untilAborted,
} from "../support/conversation.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

test("what does not mention the agent starts nothing", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather", "news"] });
  const heard: string[] = [];
  await using _agent = await startAgent(sandbox, "weather", (turn) => {
    heard.push(lastWord(turn.message.text));
    return turn.reply("yes");
  });

  await room.as("ada").say("@ben one");
  await room.as("ada").say("@news two");
  await room.as("ada").say("@weather three");

  await expect.poll(() => room.delivery("weather"), soon).toBe("processed");
  expect(answers(room)).toEqual(["yes"]);
  expect(heard).toEqual(["three"]);
  expect(sandbox.requests("POST messages/:id/processing")).toHaveLength(1);
});

test("what came while the agent was away is answered oldest first, then what comes live", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await sayAll(room, ["1", "2", "3"]);

  await using _agent = await startAgent(sandbox, "weather", repeatLastWord);
  await expect.poll(() => answers(room), soon).toEqual(["1", "2", "3"]);
  await room.settled();
  await sayAll(room, ["4"]);

  await expect.poll(() => answers(room), soon).toEqual(["1", "2", "3", "4"]);
  await room.settled();
  expect(attempts(room)).toEqual([1, 1, 1, 1]);
});

test("a message that arrives in the middle of draining is answered once, in its place", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await sayAll(room, ["1", "2"]);
  await using _agent = await startAgent(sandbox, "weather", async (turn) => {
    if (lastWord(turn.message.text) === "1") await sayAll(room, ["3"]);
    return repeatLastWord(turn);
  });

  await expect.poll(() => answers(room), soon).toEqual(["1", "2", "3"]);
  await room.settled();
  expect(answers(room)).toEqual(["1", "2", "3"]);
  expect(attempts(room)).toEqual([1, 1, 1]);
});

test("two messages posted while the first is answered get one answer each", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await using _agent = await startAgent(sandbox, "weather", async (turn) => {
    if (lastWord(turn.message.text) === "1") await sayAll(room, ["2", "3"]);
    return repeatLastWord(turn);
  });
  await quiet(room, sandbox);

  await sayAll(room, ["1"]);

  await expect.poll(() => answers(room), soon).toEqual(["1", "2", "3"]);
  await room.settled();
  expect(answers(room)).toEqual(["1", "2", "3"]);
  expect(attempts(room)).toEqual([1, 1, 1]);
});

test("the answer to the first message is not taken for an answer to the second, whose handler threw", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const runs: { word: string; attempt: number; saidBefore: number }[] = [];
  await using _agent = await startAgent(sandbox, "weather", async (turn) => {
    const word = lastWord(turn.message.text);
    runs.push({ word, attempt: turn.attempt, saidBefore: turn.alreadySaid.length });
    if (word === "first") await sayAll(room, ["second", "third"]);
    if (word === "second" && turn.attempt === 1) throw new Error("not today");
    await turn.reply("Yes."); // the same words each time: nothing but the attempt they were said in tells them apart
  });

  await sayAll(room, ["first"]);

  await room.settled();
  expect(answers(room)).toEqual(["Yes.", "Yes.", "Yes."]);
  expect(runs).toEqual([
    { word: "first", attempt: 1, saidBefore: 0 },
    { word: "second", attempt: 1, saidBefore: 0 },
    { word: "second", attempt: 2, saidBefore: 0 },
    { word: "third", attempt: 1, saidBefore: 0 },
  ]);
});

test("the answer to the first message is not taken for an answer to the second, whose process died", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  {
    await using first = await startAgent(sandbox, "weather", async (turn) => {
      if (lastWord(turn.message.text) === "second") return untilAborted(turn.signal);
      await sayAll(room, ["second", "third"]);
      return turn.reply("Yes.");
    });
    await sayAll(room, ["first"]);
    await expect.poll(() => attempts(room), soon).toEqual([1, 1, 0]);
    await using dying = new AgentProcess(sandbox, "weather", "dies"); // it takes over, and claims the second
    expect(await dying.ended()).toEqual({ code: null, signal: "SIGKILL" });
    expect(first.status().stopReason?.kind).toBe("superseded");
  }

  const saidBefore: number[] = [];
  await using _agent = await startAgent(sandbox, "weather", (turn) => {
    saidBefore.push(turn.alreadySaid.length);
    return turn.reply("Yes.");
  });

  await room.settled();
  expect(answers(room)).toEqual(["Yes.", "Yes.", "Yes."]);
  expect(saidBefore).toEqual([0, 0]);
  expect(attempts(room)).toEqual([1, 3, 1]);
});

test("in the long run a message costs four requests: claim, next, post, processed", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await using _agent = await startAgent(sandbox, "weather", repeatLastWord);
  await sayAll(room, ["warm-up"]);
  await quiet(room, sandbox);
  sandbox.clearRequests();

  for (const number of numbers(20)) {
    await sayAll(room, [number]);
    await expect.poll(() => sandbox.requests("POST messages/:id/processed").length, soon).toBe(Number(number));
  }

  const paths = sandbox.requests().map(({ method, path }) => `${method} ${path.split("/").slice(6).join("/")}`);
  const kinds = Object.groupBy(paths, (path) => path.replace(/messages\/[0-9a-f-]{36}/u, "messages/:id"));
  expect(Object.fromEntries(Object.entries(kinds).map(([kind, requests]) => [kind, requests?.length]))).toEqual({
    "POST messages/:id/processing": 20,
    "GET messages/next": 20,
    "POST messages": 20,
    "POST messages/:id/processed": 20,
  });
});
