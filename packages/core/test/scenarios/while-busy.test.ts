import type { Handler } from "@thenvoi/core";
import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { startAgent } from "../support/start-agent.ts";

/** Something a test opens when it is ready. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

test("by default each message that arrives during a turn has its own, in order", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const first = gate();
  await using _agent = await startAgent(sandbox, "weather", async (turn) => {
    if (turn.message.text.includes("one")) await first.opened;
    await turn.reply(`${turn.messages.length}: ${turn.message.text.split(" ")[1]}`);
  });
  for (const word of ["one", "two", "three"]) await room.as("ada").say(`@weather ${word}`);
  first.open();

  await expect.poll(() => room.said().slice(3)).toEqual(["@ada 1: one", "@ada 1: two", "@ada 1: three"]);
});

test("under batch what arrived during a turn is answered by the next one together, and each is settled", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const [first, begun] = [gate(), gate()];
  const handler: Handler = async (turn) => {
    begun.open();
    if (turn.message.text.includes("one")) await first.opened;
    await turn.reply(turn.messages.map(({ text }) => text.split(" ")[1]).join("+"));
  };
  await using _agent = await startAgent(sandbox, "weather", handler, { whileBusy: "batch" });
  await room.as("ada").say("@weather one");
  await begun.opened;
  for (const word of ["two", "three", "four"]) await room.as("ada").say(`@weather ${word}`);
  first.open();

  await expect.poll(() => room.said().slice(4)).toEqual(["@ada one", "@ada two+three+four"]);
  await room.settled();
  expect(room.deliveries("weather").map(({ attempts }) => attempts.length)).toEqual([1, 1, 1, 1]);
});

test("under interrupt a message cuts the turn that runs, and the next turn sees both", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const outcomes: string[] = [];
  await using agent = await startAgent(
    sandbox,
    "weather",
    async (turn) => {
      if (turn.message.text.includes("Lyon")) {
        turn.report({ type: "tool_call", toolCallId: "c1", name: "forecast", input: { city: "Lyon" } });
        await new Promise((_, reject) => turn.signal.addEventListener("abort", () => reject(turn.signal.reason)));
      }
      const { entries } = await turn.transcript();
      await turn.reply(
        entries.flatMap((entry) => (entry.kind === "said" ? [entry.text.split(" ").at(-1)] : [])).join(" then "),
      );
    },
    { whileBusy: "interrupt" },
  );
  agent.on("turn.end", ({ outcome }) => outcomes.push(outcome));
  await room.as("ada").say("@weather forecast for Lyon");
  await expect.poll(() => room.timeline().some(({ type }) => type === "tool_call")).toBe(true);
  await room.as("ada").say("@weather no, for Paris");

  await expect.poll(() => room.said().at(-1)).toBe("@ada Lyon then Paris");
  await room.settled();
  expect(outcomes).toEqual(["interrupted", "processed"]);
  expect(room.timeline().filter(({ type }) => type === "tool_result")).toHaveLength(1);
});

test("under steer the running handler gets what arrives, and it is settled with its turn", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  let runs = 0;
  await using _agent = await startAgent(
    sandbox,
    "weather",
    async (turn) => {
      runs += 1;
      await expect.poll(() => turn.incoming().map(({ text }) => text)).toEqual(["@ada/weather and tomorrow?"]);
      await turn.reply("Today sun, tomorrow rain.");
    },
    { whileBusy: "steer" },
  );
  await room.as("ada").say("@weather today?");
  await expect.poll(() => runs).toBe(1);
  await room.as("ada").say("@weather and tomorrow?");

  await expect.poll(() => room.said().at(-1)).toBe("@ada Today sun, tomorrow rain.");
  await room.settled();
  expect(runs).toBe(1);
});

test("under steer what the handler did not take, or deferred, has a turn of its own", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const first = gate();
  await using _agent = await startAgent(
    sandbox,
    "weather",
    async (turn) => {
      if (turn.message.text.includes("one")) {
        await first.opened;
        for (const { id } of turn.incoming()) turn.defer(id);
      }
      await turn.reply(turn.message.text.split(" ")[1] ?? "");
    },
    { whileBusy: "steer" },
  );
  await room.as("ada").say("@weather one");
  await expect.poll(() => room.delivery("weather")).toBe("processing");
  const { id } = await room.as("ada").say("@weather two");
  await expect.poll(() => room.delivery("weather", id)).toBe("processing");
  first.open();

  await expect.poll(() => room.said().slice(2)).toEqual(["@ada one", "@ada two"]);
  await room.settled();
});
