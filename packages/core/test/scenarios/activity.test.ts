import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { startAgent } from "../support/start-agent.ts";

const timing = { activityAfterMs: 20, activityEveryMs: 20 };
const reports = "POST activity";

test("a turn that takes a while shows that the agent works, again and again", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const enough = () => sandbox.requests(reports).length >= 3;
  const handler = async (turn: { reply(text: string): Promise<unknown> }) => {
    await expect.poll(enough).toBe(true);
    await turn.reply("No.");
  };
  await using _agent = await startAgent(sandbox, "weather", handler, { timing });
  await room.as("ada").ask("@weather will it rain?");
  await room.settled();

  expect(sandbox.requests(reports).length).toBeGreaterThanOrEqual(3);
  expect(sandbox.requests(reports).every(({ status }) => status === 200)).toBe(true);
});

test("a turn that is over at once says nothing of it", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await using _agent = await startAgent(sandbox, "weather", (turn) => turn.reply("No."));
  for (const word of ["one", "two", "three"]) await room.as("ada").ask(`@weather ${word}`);
  await room.settled();

  expect(sandbox.requests(reports)).toEqual([]);
});

test("a platform that does not take it changes nothing", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  sandbox.faults.always(reports, { status: 503 });
  const handler = async (turn: { reply(text: string): Promise<unknown> }) => {
    await expect.poll(() => sandbox.requests(reports).length).toBeGreaterThan(1);
    await turn.reply("No.");
  };
  await using _agent = await startAgent(sandbox, "weather", handler, { timing });

  expect(await room.as("ada").ask("@weather will it rain?")).toBe("No.");
  await room.settled();
});
