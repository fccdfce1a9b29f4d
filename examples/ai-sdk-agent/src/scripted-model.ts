import type { LanguageModel } from "ai";
import { MockLanguageModelV4, simulateReadableStream } from "ai/test";

type Call = MockLanguageModelV4["doStreamCalls"][number];
type Streamed = Awaited<ReturnType<MockLanguageModelV4["doStream"]>>;
type Part = Streamed["stream"] extends ReadableStream<infer Chunk> ? Chunk : never;

let calls = 0;

/** A model that needs no key: it plays one part, by what it finds in its prompt, at about the pace of a real one. */
export function scriptedModel(): LanguageModel {
  return new MockLanguageModelV4({
    doStream: async (call) => ({
      stream: simulateReadableStream({ chunks: answer(call), initialDelayInMs: 300, chunkDelayInMs: 20 }),
    }),
  });
}

function answer({ prompt }: Call): Part[] {
  const since = prompt.findLastIndex(({ role }) => role === "user");
  const asked = JSON.stringify(prompt[since] ?? "");
  if (/thanks/iu.test(asked)) {
    return hasResult(prompt, since, "no_reply")
      ? [...finish("stop")]
      : [...thought("A thank-you needs no answer."), ...use("thenvoi_no_reply", {}), ...finish("tool-calls")];
  }
  const [place = "Annecy"] = /(?<=to )\p{Lu}\p{L}+/u.exec(asked) ?? [];
  if (!hasResult(prompt, since, "trains")) {
    return [
      ...thought(`A day in ${place}: it depends on the weather, and on a train that leaves early enough.`),
      ...text("I look at the weather and the trains."),
      ...use("forecast", { place, day: "Sunday" }),
      ...use("trains", { to: place, day: "Sunday" }),
      ...finish("tool-calls"),
    ];
  }
  if (!hasResult(prompt, since, "forecast")) {
    return [
      ...thought("The forecast failed; once more."),
      ...use("forecast", { place, day: "Sunday" }),
      ...finish("tool-calls"),
    ];
  }
  return [
    ...text(
      `Yes. On Sunday it is clear in ${place}, 21 °C, and hardly any rain. Take the train at 08:04; it is there at 10:06.`,
    ),
    ...finish("stop"),
  ];
}

/** Whether that tool has given something other than an error since the last message. */
function hasResult(prompt: Call["prompt"], since: number, name: string): boolean {
  return prompt
    .slice(since)
    .some(
      ({ role, content }) =>
        role === "tool" &&
        content.some(
          (part) =>
            part.type === "tool-result" && part.toolName.endsWith(name) && !part.output.type.startsWith("error"),
        ),
    );
}

function thought(words: string): Part[] {
  return [
    { type: "reasoning-start", id: "r" },
    ...chunks(words).map((delta): Part => ({ type: "reasoning-delta", id: "r", delta })),
    { type: "reasoning-end", id: "r" },
  ];
}

function text(words: string): Part[] {
  return [
    { type: "text-start", id: "t" },
    ...chunks(words).map((delta): Part => ({ type: "text-delta", id: "t", delta })),
    { type: "text-end", id: "t" },
  ];
}

function use(toolName: string, input: object): Part[] {
  calls += 1;
  return [{ type: "tool-call", toolCallId: `call_${calls}`, toolName, input: JSON.stringify(input) }];
}

function finish(unified: "stop" | "tool-calls"): Part[] {
  const usage = {
    inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 20, text: 20, reasoning: 0 },
  };
  return [{ type: "finish", finishReason: { unified, raw: undefined }, usage }];
}

function chunks(words: string): string[] {
  return words.match(/\S+\s*/gu) ?? [];
}
