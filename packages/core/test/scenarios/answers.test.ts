import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { startAgent } from "../support/start-agent.ts";

test("a mention is answered, and settled", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await using _agent = await startAgent(sandbox, "weather", (turn) => turn.reply("No."));

  await room.as("ada").say("@weather will it rain?");

  await expect.poll(() => room.said()).toEqual(["@weather will it rain?", "@ada No."]);
  await room.settled();
  expect(room.delivery("weather")).toBe("processed");
});

test("a message posted while the agent was away is answered once it connects", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await room.as("ada").say("@weather will it rain?");

  await using _agent = await startAgent(sandbox, "weather", (turn) => turn.reply("No."));

  await expect.poll(() => room.said()).toEqual(["@weather will it rain?", "@ada No."]);
});
