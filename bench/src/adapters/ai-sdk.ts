import { isStepCount, ToolLoopAgent, tool } from "ai";
import { convertArrayToReadableStream, MockLanguageModelV4 } from "ai/test";
import * as z from "zod";
import { installed } from "../installed.ts";
import { paced, type Script, type ScriptedAgent } from "./script.ts";

const { aiSdkHandler }: typeof import("@thenvoi/ai-sdk") = await import(installed("ai-sdk"));

type Streamed = Awaited<ReturnType<MockLanguageModelV4["doStream"]>>;
type Part = Streamed["stream"] extends ReadableStream<infer Each> ? Each : never;

/** A `ToolLoopAgent` over the SDK's own mock model. */
export function aiSdkAgent(script: Script): ScriptedAgent {
  let step = 0;
  const model = new MockLanguageModelV4({
    doStream: async () => {
      step = (step % (script.steps + 1)) + 1;
      await paced(script.modelMs);
      return { stream: convertArrayToReadableStream(step > script.steps ? answer(script.pieces) : toolStep(step)) };
    },
  });
  const look = tool({
    inputSchema: z.object({ step: z.number() }),
    execute: async () => {
      await paced(script.toolMs);
      return { found: "something" };
    },
  });
  const agent = new ToolLoopAgent({ model, tools: { look }, stopWhen: isStepCount(script.steps + 2) });
  return {
    async alone() {
      const { stream } = await agent.stream({ messages: [{ role: "user", content: "go" }] });
      for await (const part of stream) if (part.type === "error") throw part.error;
    },
    handler: ({ events }) => aiSdkHandler({ agent, ...(!events && { events: false }) }),
  };
}

function toolStep(step: number): Part[] {
  return [
    { type: "reasoning-start", id: "thought" },
    { type: "reasoning-delta", id: "thought", delta: `What is there at ${step}?` },
    { type: "reasoning-end", id: "thought" },
    { type: "tool-call", toolCallId: `call-${step}`, toolName: "look", input: JSON.stringify({ step }) },
    { type: "finish", finishReason: { unified: "tool-calls", raw: undefined }, usage },
  ];
}

function answer(pieces: number): Part[] {
  return [
    { type: "text-start", id: "answer" },
    ...Array.from({ length: pieces }, (): Part => ({ type: "text-delta", id: "answer", delta: "a" })),
    { type: "text-end", id: "answer" },
    { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage },
  ];
}

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
