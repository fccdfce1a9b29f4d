import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { startAgent } from "../support/start-agent.ts";

test("a peer in the room is asked, and its answer comes back to who asked", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
  await using _weather = await startAgent(sandbox, "weather", (turn) => turn.reply("Sun."));
  await using _planner = await startAgent(sandbox, "planner", async (turn) => {
    const { answer } = await turn.ask("@weather", "How will it be on Sunday?");
    await turn.reply(`It says: ${answer}`);
  });

  await room.as("ada").say("@planner can we go out on Sunday?");

  await expect
    .poll(() => room.said())
    .toEqual([
      "@planner can we go out on Sunday?",
      "@weather How will it be on Sunday?",
      "@planner Sun.",
      "@ada It says: Sun.",
    ]);
  await room.settled();
  expect(room.deliveries("planner").map(({ attempts }) => attempts.length)).toEqual([1, 1]);
});
