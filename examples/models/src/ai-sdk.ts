import type { LanguageModel } from "ai";
import { MockLanguageModelV4, simulateReadableStream } from "ai/test";
import { provider } from "./provider.ts";
import { pace, type Scene, type Script, type Step, words } from "./script.ts";

type Call = MockLanguageModelV4["doStreamCalls"][number];
type Streamed = Awaited<ReturnType<MockLanguageModelV4["doStream"]>>;
type Part = Streamed["stream"] extends ReadableStream<infer Chunk> ? Chunk : never;

/** A real model where the environment holds a key for one, see {@link provider}; else one that needs no key and plays a script. */
export async function chooseModel(script: Script): Promise<LanguageModel> {
  const chosen = provider();
  if (chosen === undefined) return scriptedModel(script);
  if (chosen.api === "anthropic") return (await import("@ai-sdk/anthropic")).anthropic(chosen.model);
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  return createOpenAICompatible({ name: "openai", baseURL: chosen.baseUrl, apiKey: chosen.apiKey })(chosen.model);
}

function scriptedModel(script: Script): LanguageModel {
  return new MockLanguageModelV4({
    doStream: async ({ prompt }) => ({
      stream: simulateReadableStream({
        chunks: parts(script(sceneOf(prompt))),
        initialDelayInMs: pace.firstWordMs,
        chunkDelayInMs: pace.wordMs,
      }),
    }),
  });
}

function sceneOf(prompt: Call["prompt"]): Scene {
  const last = prompt.findLastIndex(({ role }) => role === "user");
  const asked = prompt[last]?.role === "user" ? prompt[last].content : [];
  return {
    asked: asked.map((part) => (part.type === "text" ? part.text : "")).join("\n"),
    results: prompt.slice(last + 1).flatMap((message) =>
      message.role !== "tool"
        ? []
        : message.content.flatMap((part) => {
            if (part.type !== "tool-result") return [];
            const { toolName: tool, output } = part;
            const shown = output.type === "execution-denied" ? output.reason : output.value;
            const failed = output.type.startsWith("error");
            return [{ tool, failed, output: typeof shown === "string" ? shown : JSON.stringify(shown ?? "") }];
          }),
    ),
  };
}

let calls = 0;

function parts({ thinks = "", says = "", uses = [] }: Step): Part[] {
  const usage = {
    inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 20, text: 20, reasoning: 0 },
  };
  return [
    ...(thinks === "" ? [] : spoken("reasoning", thinks)),
    ...(says === "" ? [] : spoken("text", says)),
    ...uses.map(({ tool, input }): Part => {
      calls += 1;
      return { type: "tool-call", toolCallId: `call_${calls}`, toolName: tool, input: JSON.stringify(input) };
    }),
    { type: "finish", finishReason: { unified: uses.length > 0 ? "tool-calls" : "stop", raw: undefined }, usage },
  ];
}

function spoken(kind: "reasoning" | "text", text: string): Part[] {
  return [
    { type: `${kind}-start`, id: kind },
    ...words(text).map((delta): Part => ({ type: `${kind}-delta`, id: kind, delta })),
    { type: `${kind}-end`, id: kind },
  ];
}
