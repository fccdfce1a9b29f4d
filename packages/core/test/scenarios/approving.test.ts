import { Approver, type Decision } from "@thenvoi/core";
import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

test("a yes to what an earlier attempt asked does not allow something else", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const decisions: Decision[] = [];
  await using _agent = await startAgent(sandbox, "weather", async (turn) => {
    const approver = new Approver(turn);
    if (turn.attempt === 1) {
      void approver.decide({ name: "deploy", input: { to: "staging" } });
      await expect.poll(() => room.said().length, soon).toBe(2);
      throw new Error("an attempt that ends while it waits");
    }
    decisions.push(await approver.decide({ name: "deploy", input: { to: "production" } }));
  });

  await room.as("ada").say("@weather deploy it");
  await expect.poll(() => room.said().length, soon).toBe(3);
  expect(room.said()[1]).toContain('"to": "staging"');
  expect(room.said()[2]).toContain('"to": "production"');
  await room.as("ada").say("@weather not yet");
  await room.settled();

  expect(decisions).toEqual([{ approved: false, reason: "@ada said: not yet" }]);
});

test("an attempt that asks the same again waits for the question that is there", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const decisions: Decision[] = [];
  await using _agent = await startAgent(sandbox, "weather", async (turn) => {
    const deciding = new Approver(turn).decide({ name: "deploy", input: { to: "staging" } });
    if (turn.attempt === 1) {
      await expect.poll(() => room.said().length, soon).toBe(2);
      throw new Error("an attempt that ends while it waits");
    }
    decisions.push(await deciding);
  });

  await room.as("ada").say("@weather deploy it");
  await expect.poll(() => room.deliveries("weather")[0]?.attempts.length, soon).toBe(2);
  await room.as("ada").say("@weather yes!");
  await room.settled();

  expect(decisions).toEqual([{ approved: true, by: "@ada" }]);
  expect(room.said()).toHaveLength(3);
});
