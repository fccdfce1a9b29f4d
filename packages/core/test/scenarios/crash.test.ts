import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { AgentProcess } from "../support/agent-process.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

const never = 600_000;

/** A room in which something was asked, and the process that was to answer it. */
async function asked(sandbox: Sandbox) {
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await room.as("ada").say("@weather will it rain?");
  return room;
}

const once = ["@weather will it rain?", "@ada No."];

test("a process killed before its claim arrived leaves the message to the next one, which answers once", async () => {
  await using sandbox = await startSandbox();
  const room = await asked(sandbox);
  const claims = sandbox.faults.always("POST messages/:id/processing", { hang: true });
  await using killed = new AgentProcess(sandbox, "weather", "answers");
  await expect.poll(() => claims.hits, soon).toBe(1);
  await killed.kill();
  claims.remove();

  await using _next = await startAgent(sandbox, "weather", (turn) => turn.reply("No."));

  await room.settled();
  expect(room.said()).toEqual(once);
  expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["success"]);
});

test("a process killed after its claim leaves the message to the next one, which answers once", async () => {
  await using sandbox = await startSandbox();
  const room = await asked(sandbox);
  sandbox.faults.once("POST messages/:id/processing", { delayAnswerMs: never });
  await using killed = new AgentProcess(sandbox, "weather", "answers");
  await expect.poll(() => room.delivery("weather"), soon).toBe("processing");
  await killed.kill();

  const attempts: number[] = [];
  await using _next = await startAgent(sandbox, "weather", (turn) => {
    attempts.push(turn.attempt);
    return turn.reply("No.");
  });

  await room.settled();
  expect(room.said()).toEqual(once);
  expect(attempts).toEqual([2]);
});

test("a process killed before it learns that its reply arrived has answered, and the next one does not repeat it", async () => {
  await using sandbox = await startSandbox();
  const room = await asked(sandbox);
  sandbox.faults.once("POST messages", { delayAnswerMs: never });
  await using killed = new AgentProcess(sandbox, "weather", "answers");
  await expect.poll(() => room.said(), soon).toEqual(once);
  await killed.kill();

  const adopted: boolean[] = [];
  await using _next = await startAgent(sandbox, "weather", async (turn) => {
    expect(turn.alreadySaid).toMatchObject([{ kind: "message", text: "@ada No." }]);
    adopted.push((await turn.reply("No.")).adopted);
  });

  await room.settled();
  expect(room.said()).toEqual(once);
  expect(adopted).toEqual([true]);
});

test("a process killed between its reply and the mark has answered, and the next one does not repeat it", async () => {
  await using sandbox = await startSandbox();
  const room = await asked(sandbox);
  const marks = sandbox.faults.always("POST messages/:id/processed", { hang: true });
  await using killed = new AgentProcess(sandbox, "weather", "answers");
  await expect.poll(() => marks.hits, soon).toBe(1);
  await killed.kill();
  marks.remove();

  await using _next = await startAgent(sandbox, "weather", (turn) => turn.reply("No."));

  await room.settled();
  expect(room.said()).toEqual(once);
});

test("a process killed after the mark has finished, and the next one runs nothing", async () => {
  await using sandbox = await startSandbox();
  const room = await asked(sandbox);
  sandbox.faults.once("POST messages/:id/processed", { delayAnswerMs: never });
  await using killed = new AgentProcess(sandbox, "weather", "answers");
  await expect.poll(() => room.delivery("weather"), soon).toBe("processed");
  await killed.kill();

  const texts: string[] = [];
  await using _next = await startAgent(sandbox, "weather", (turn) => {
    texts.push(turn.message.text);
    return turn.reply("No.");
  });

  await expect(room.as("ada").ask("@weather will it snow?")).resolves.toBe("No.");
  expect(texts).toEqual(["@ada/weather will it snow?"]);
  expect(room.said()).toEqual([...once, "@weather will it snow?", "@ada No."]);
});

test("a tool call that a crash left open gets its result before the next run says anything", async () => {
  await using sandbox = await startSandbox();
  const room = await asked(sandbox);
  await using killed = new AgentProcess(sandbox, "weather", "works on with a tool");
  await expect.poll(() => room.timeline().map(({ type }) => type), soon).toEqual(["text", "tool_call"]);
  await killed.kill();

  await using _next = await startAgent(sandbox, "weather", async (turn) => {
    turn.report({ type: "tool_call", toolCallId: "call-2", name: "forecast", input: {} });
    turn.report({ type: "tool_result", toolCallId: "call-2", name: "forecast", output: "dry" });
    await turn.reply("No.");
  });

  await room.settled();
  expect(room.timeline().map((item) => (item.type === "text" ? item.text : JSON.parse(item.content)))).toEqual([
    "@weather will it rain?",
    { name: "forecast", args: { place: "Lyon" }, tool_call_id: "call-1" },
    { name: "forecast", output: "Interrupted: the agent restarted.", tool_call_id: "call-1", is_error: true },
    { name: "forecast", args: {}, tool_call_id: "call-2" },
    { name: "forecast", output: "dry", tool_call_id: "call-2" },
    "@ada No.",
  ]);
});

test("a message that kills its process three times is given up in the open before a fourth run", async () => {
  await using sandbox = await startSandbox();
  const room = await asked(sandbox);
  for (let crash = 1; crash <= 3; crash += 1) {
    await using dying = new AgentProcess(sandbox, "weather", "dies");
    expect(await dying.ended()).toEqual({ code: null, signal: "SIGKILL" });
    expect(room.deliveries("weather")[0]?.attempts.length).toBe(crash);
  }
  await room.as("ada").say("@weather and tomorrow?");

  const runs: string[] = [];
  const given: unknown[] = [];
  await using _next = await startAgent(
    sandbox,
    "weather",
    (turn) => {
      runs.push(turn.message.text);
      return turn.reply("Dry.");
    },
    {
      onDeadLetter: (message, attempts) =>
        given.push(
          message.text,
          attempts.map(({ status }) => status),
        ),
    },
  );

  await room.settled();
  expect(runs).toEqual(["@ada/weather and tomorrow?"]);
  expect(given).toEqual(["@ada/weather will it rain?", ["processing", "processing", "processing"]]);
  expect(room.timeline().map(({ type }) => type)).toEqual(["text", "text", "error", "text"]);
  expect(room.said()).toEqual(["@weather will it rain?", "@weather and tomorrow?", "@ada Dry."]);
});

test("when a crash comes while the first of two messages is answered, both are answered once and in order", async () => {
  await using sandbox = await startSandbox();
  const room = await asked(sandbox);
  await using killed = new AgentProcess(sandbox, "weather", "answers and works on");
  await expect.poll(() => room.said(), soon).toEqual(once);
  await room.as("ada").say("@weather and tomorrow?");
  await killed.kill();

  const runs: [string, number][] = [];
  await using _next = await startAgent(sandbox, "weather", (turn) => {
    runs.push([turn.message.text, turn.attempt]);
    return turn.reply("No.");
  });

  await room.settled();
  expect(runs).toEqual([
    ["@ada/weather will it rain?", 2],
    ["@ada/weather and tomorrow?", 1],
  ]);
  expect(room.said()).toEqual([...once, "@weather and tomorrow?", "@ada No."]);
});
