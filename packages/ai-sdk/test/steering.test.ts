import { aiSdkHandler, createRoomAgent } from "@thenvoi/ai-sdk";
import { startSandbox } from "@thenvoi/sandbox";
import { experimental_createSteering, ToolLoopAgent, tool } from "ai";
import { expect, test } from "vitest";
import * as z from "zod";
import { playing, say, use } from "./support/playing-model.ts";

test("a message that arrives during a run reaches the model at its next step, and is answered with the first", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
  const looking = Promise.withResolvers<void>();
  const model = playing([use("look", {}), say("Dry in Lyon and in Nice.")]);
  const look = tool({
    inputSchema: z.object({}),
    execute: async () => {
      looking.resolve();
      await expect
        .poll(() => room.deliveries("weather").map(({ status }) => status))
        .toEqual(["processing", "processing"]);
      await fetch(`${sandbox.url}/sandbox`); // the answer to that claim was sent before this one's, and has been read by now
      return "dry";
    },
  });
  const handler = aiSdkHandler({
    agent: new ToolLoopAgent({ model, tools: { look } }),
    steering: experimental_createSteering,
  });
  await using agent = createRoomAgent({
    ...sandbox.credentials("weather"),
    logger: false,
    whileBusy: "steer",
    handler,
  });
  await agent.start();

  await room.as("ada").say("@weather will it rain in Lyon?");
  await looking.promise;
  await room.as("ben").say("@weather and in Nice?");
  await room.settled();

  expect(room.said().slice(2)).toEqual(["@ada @ben Dry in Lyon and in Nice."]);
  expect(JSON.stringify(model.doStreamCalls.at(-1)?.prompt)).toContain("and in Nice?");
  expect(room.deliveries("weather").map(({ status }) => status)).toEqual(["processed", "processed"]);
});

test("without steering it has a turn of its own, in order", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const model = playing([use("look", {}), say("One."), say("Two.")]);
  const looking = Promise.withResolvers<void>();
  const look = tool({
    inputSchema: z.object({}),
    execute: async () => {
      looking.resolve();
      await expect.poll(() => room.said().length).toBe(2);
      return "dry";
    },
  });
  const handler = aiSdkHandler({ agent: new ToolLoopAgent({ model, tools: { look } }) });
  await using agent = createRoomAgent({
    ...sandbox.credentials("weather"),
    logger: false,
    whileBusy: "steer",
    handler,
  });
  await agent.start();

  await room.as("ada").say("@weather will it rain?");
  await looking.promise;
  await room.as("ada").say("@weather and tomorrow?");
  await room.settled();

  expect(room.said().slice(2)).toEqual(["@ada One.", "@ada Two."]);
});
