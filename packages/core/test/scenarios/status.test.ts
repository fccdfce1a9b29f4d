import { channel } from "node:diagnostics_channel";
import type { Notice } from "@thenvoi/core";
import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

test("an agent tells what runs, what waits and for how long, and what it has not got rid of", async () => {
  await using sandbox = await startSandbox();
  const first = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const second = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const goOn = Promise.withResolvers<void>();
  await using agent = await startAgent(
    sandbox,
    "weather",
    async (turn) => {
      turn.report({ type: "thought", text: "one" });
      turn.report({ type: "thought", text: "two" });
      await goOn.promise;
    },
    { concurrency: 1 },
  );
  const quiet = { runningTurns: 0, waitingTurns: 0, oldestMessageMs: 0, outbox: 0, retries: 0, deadLetters: 0 };
  expect(agent.status()).toMatchObject({ state: "live", rooms: 2, polledRooms: 0, reconnects: 0, ...quiet });

  const held = sandbox.faults.always("POST events", { hang: true });
  await first.as("ada").say("@weather one");
  await expect.poll(() => agent.status(), soon).toMatchObject({ runningTurns: 1, outbox: 2 });
  await second.as("ada").say("@weather two");
  await expect.poll(() => agent.status(), soon).toMatchObject({ runningTurns: 1, waitingTurns: 1 });
  const before = agent.status().oldestMessageMs;
  await expect.poll(() => agent.status().oldestMessageMs, soon).toBeGreaterThan(before);
  held.remove();
  sandbox.faults.cutSockets({ agent: "weather" });
  await expect.poll(() => agent.status().reconnects, soon).toBe(1);
  goOn.resolve();
});

test("retries and messages that were given up are counted, and each is told to who listens and on its channel", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await using agent = await startAgent(sandbox, "weather", () => {
    throw new Error("no");
  });
  const heard: Notice["type"][] = [];
  const published: unknown[] = [];
  agent.on("dead-letter", ({ type }) => heard.push(type));
  const note = (notice: unknown) => published.push(notice);
  channel("thenvoi:dead-letter").subscribe(note);
  sandbox.faults.times(2, "POST messages/:id/failed", { status: 503 });

  await room.as("ada").say("@weather will it rain?");
  await room.settled();

  await expect
    .poll(() => agent.status(), soon)
    .toMatchObject({ retries: 2, deadLetters: 1, runningTurns: 0, outbox: 0 });
  expect(heard).toEqual(["dead-letter"]);
  expect(published).toMatchObject([{ type: "dead-letter", roomId: room.id }]);
  channel("thenvoi:dead-letter").unsubscribe(note);
});
