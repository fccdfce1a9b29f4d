import { aiSdkHandler } from "@thenvoi/ai-sdk";
import { createRoomAgent } from "@thenvoi/core";
import { startSandbox } from "@thenvoi/sandbox";
import { ToolLoopAgent, tool } from "ai";
import { convertArrayToReadableStream, MockLanguageModelV4 } from "ai/test";
import { expect, test } from "vitest";
import * as z from "zod";

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

test("an agent of the SDK answers, and the room sees its thoughts and tool calls", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const model = new MockLanguageModelV4({
    doStream: [
      {
        stream: convertArrayToReadableStream([
          { type: "reasoning-start", id: "r" },
          { type: "reasoning-delta", id: "r", delta: "I should look." },
          { type: "reasoning-end", id: "r" },
          { type: "tool-call", toolCallId: "call_1", toolName: "forecast", input: '{"place":"Lyon"}' },
          { type: "finish", finishReason: { unified: "tool-calls", raw: undefined }, usage },
        ]),
      },
      {
        stream: convertArrayToReadableStream([
          { type: "text-start", id: "t" },
          { type: "text-delta", id: "t", delta: "No rain." },
          { type: "text-end", id: "t" },
          { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage },
        ]),
      },
    ],
  });
  const forecast = tool({
    inputSchema: z.object({ place: z.string() }),
    execute: async () => ({ rain: 0, at: new Date(0) }),
  });
  const agent = new ToolLoopAgent({ model, tools: { forecast } });
  await using roomAgent = createRoomAgent({
    ...sandbox.credentials("weather"),
    logger: false,
    handler: aiSdkHandler({ agent }),
  });
  await roomAgent.start();

  expect(await room.as("ada").ask("@weather will it rain?")).toBe("No rain.");

  await room.settled();
  expect(room.timeline().map((item) => item.type)).toEqual(["text", "thought", "tool_call", "tool_result", "text"]);
});
