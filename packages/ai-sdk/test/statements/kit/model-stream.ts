import { type ModelPart, ProviderFailure, type ScriptedModel, type SeenMessage } from "@thenvoi/sandbox/contract";

/** What a provider streams, in the words that the model specifications v3 and v4 share. */
export type StreamPart =
  | { type: "stream-start"; warnings: [] }
  | { type: "text-start" | "text-end" | "reasoning-start" | "reasoning-end"; id: string }
  | { type: "text-delta" | "reasoning-delta"; id: string; delta: string }
  | { type: "tool-input-start"; id: string; toolName: string }
  | { type: "tool-input-delta"; id: string; delta: string }
  | { type: "tool-input-end"; id: string }
  | { type: "tool-call"; toolCallId: string; toolName: string; input: string; providerExecuted?: true; dynamic?: true }
  | { type: "tool-result"; toolCallId: string; toolName: string; result: string; dynamic?: true }
  | { type: "error"; error: unknown }
  | { type: "finish"; finishReason: { unified: FinishReason; raw: string }; usage: Usage };

type FinishReason = "stop" | "length" | "content-filter" | "tool-calls" | "error" | "other";

interface Usage {
  inputTokens: { total: number; noCache: undefined; cacheRead: undefined; cacheWrite: undefined };
  outputTokens: { total: number; text: undefined; reasoning: undefined };
}

/** What a provider is asked, as far as both specifications agree. */
export interface ProviderCall {
  readonly prompt: readonly PromptMessage[];
  readonly tools?: readonly { readonly name: string }[] | undefined;
}

interface PromptMessage {
  readonly role: SeenMessage["role"];
  readonly content: string | readonly PromptPart[];
}

interface PromptPart {
  readonly type: string;
  readonly text?: string;
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly input?: unknown;
  readonly output?: unknown;
}

/** A provider: the parts of each step as they come. Throwing before the first refuses the call, after it cuts the stream. */
export type Provider = (call: ProviderCall) => AsyncIterable<StreamPart>;

export function finish(unified: FinishReason): StreamPart {
  const inputTokens = { total: 10, noCache: undefined, cacheRead: undefined, cacheWrite: undefined };
  const outputTokens = { total: 10, text: undefined, reasoning: undefined };
  return { type: "finish", finishReason: { unified, raw: unified }, usage: { inputTokens, outputTokens } };
}

/** The parts of one block of text, or of reasoning. */
export function block(kind: "text" | "reasoning", id: string, ...deltas: readonly string[]): StreamPart[] {
  return [
    { type: `${kind}-start`, id },
    ...deltas.map((delta): StreamPart => ({ type: `${kind}-delta`, id, delta })),
    { type: `${kind}-end`, id },
  ];
}

/** The parts of one tool call whose arguments are this text. */
export function toolCall(toolCallId: string, toolName: string, input: string): StreamPart[] {
  return [
    { type: "tool-input-start", id: toolCallId, toolName },
    { type: "tool-input-delta", id: toolCallId, delta: input },
    { type: "tool-input-end", id: toolCallId },
    { type: "tool-call", toolCallId, toolName, input },
  ];
}

/** A provider that plays a scripted model. */
export function playing(model: ScriptedModel): Provider {
  return async function* ({ prompt, tools = [] }) {
    let blocks = 0;
    let calls = 0;
    for await (const part of model.step({ messages: prompt.map(seen), tools: tools.map(({ name }) => name) })) {
      if (part.type === "call" || part.type === "raw-call") calls += 1;
      blocks += 1;
      yield* partsOf(part, `${blocks}`);
    }
    yield finish(calls > 0 ? "tool-calls" : "stop");
  };
}

/** Plays one list of parts for each step; the last one again for every further step. */
export function inTurn(...planned: readonly (readonly StreamPart[])[]): Provider {
  let index = 0;
  return async function* () {
    yield* planned[Math.min(index++, planned.length - 1)] ?? [];
  };
}

/** The parts as a stream that is only read when somebody wants more, as those of providers are. Throws what comes before the first part. */
export async function streamOf(parts: AsyncIterable<StreamPart>, asError: (failure: ProviderFailure) => Error) {
  const iterator = parts[Symbol.asyncIterator]();
  const next = async (): Promise<IteratorResult<StreamPart>> => {
    try {
      return await iterator.next();
    } catch (error) {
      throw error instanceof ProviderFailure && error.status !== undefined ? asError(error) : error;
    }
  };
  let first: Promise<IteratorResult<StreamPart>> | undefined = next();
  const settled = await Promise.race([
    first,
    new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined))),
  ]);
  if (settled === undefined) first.catch(() => undefined); // it is slow, and is read from the stream
  return new ReadableStream<StreamPart>({
    start: (controller) => controller.enqueue({ type: "stream-start", warnings: [] }),
    async pull(controller) {
      const result = await (first ?? next());
      first = undefined;
      if (result.done) controller.close();
      else controller.enqueue(result.value);
    },
  });
}

function partsOf(part: ModelPart, id: string): StreamPart[] {
  switch (part.type) {
    case "text":
    case "reasoning":
      return block(part.type, id, ...(part.text.match(/[\s\S]{1,50000}/gu) ?? []));
    case "call":
      return toolCall(part.id, part.tool, JSON.stringify(part.input));
    case "raw-call":
      return toolCall(part.id, part.tool, part.json);
    default:
      return part satisfies never;
  }
}

function seen({ role, content }: PromptMessage): SeenMessage {
  const parts = typeof content === "string" ? [{ type: "text", text: content }] : content;
  return {
    role,
    text: parts.flatMap(({ type, text }) => (type === "text" && text !== undefined ? [text] : [])).join("\n"),
    calls: parts.flatMap(({ type, toolCallId = "", toolName = "", input }) =>
      type === "tool-call" ? [{ id: toolCallId, tool: toolName, input }] : [],
    ),
    results: parts.flatMap(({ type, toolCallId = "", toolName = "", output }) =>
      type === "tool-result" ? [{ id: toolCallId, tool: toolName, output: outputText(output) }] : [],
    ),
  };
}

function outputText(output: unknown): string {
  const value = typeof output === "object" && output !== null && "value" in output ? output.value : output;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What an `APICallError` of any version is made from. */
export function callErrorOptions({ message, status = 500, retryAfterSeconds }: ProviderFailure) {
  return {
    message,
    url: "https://provider.example/v1/responses",
    requestBodyValues: { input: "the whole prompt" },
    statusCode: status,
    responseHeaders: retryAfterSeconds === undefined ? {} : { "retry-after": `${retryAfterSeconds}` },
    responseBody: JSON.stringify({ error: { message, internal: "responseBody" } }),
    isRetryable: status === 429 || status >= 500,
  };
}
