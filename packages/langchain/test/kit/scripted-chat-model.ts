import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { BaseChatModel, type BaseChatModelCallOptions } from "@langchain/core/language_models/chat_models";
import type { BaseMessage } from "@langchain/core/messages";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import {
  type ModelPart,
  ProviderFailure,
  type ScriptedModel,
  type SeenCall,
  type SeenMessage,
} from "@thenvoi/sandbox/contract";

interface CallOptions extends BaseChatModelCallOptions {
  tools?: readonly object[];
}

/** LangChain's chat model over a script: what it is asked is remembered by the script, what the script says is its answer. */
export class ScriptedChatModel extends BaseChatModel<CallOptions> {
  readonly #script: ScriptedModel;
  readonly #finishReason: ((index: number) => string) | undefined;
  /** What it was asked, in LangChain's own messages. */
  readonly asked: BaseMessage[][] = [];
  /** How often it was asked to stream, which nobody here needs. */
  streamed = 0;

  /** @param how `finishReason`: why the answer of a step ends, as providers say it. */
  constructor(script: ScriptedModel, how: { readonly finishReason?: (index: number) => string } = {}) {
    super({ maxRetries: 0 });
    this.#script = script;
    this.#finishReason = how.finishReason;
  }

  override _llmType(): string {
    return "scripted";
  }

  override bindTools(tools: readonly object[]) {
    return this.withConfig({ tools });
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    manager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    this.streamed += 1;
    const { generations } = await this._generate(messages, options, manager);
    for (const { text, message } of generations) {
      if (!AIMessage.isInstance(message)) continue;
      const { content, tool_calls = [], additional_kwargs } = message;
      const tool_call_chunks = tool_calls.map(({ id = "", name, args }, index) => ({
        type: "tool_call_chunk" as const,
        id,
        name,
        args: JSON.stringify(args),
        index,
      }));
      yield new ChatGenerationChunk({
        text,
        message: new AIMessageChunk({ content, tool_call_chunks, additional_kwargs }),
      });
    }
  }

  override async _generate(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    manager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    this.asked.push(messages);
    const parts: ModelPart[] = [];
    const tools = (options.tools ?? []).map((tool) => String(Reflect.get(tool, "name")));
    try {
      for await (const part of this.#script.step({ messages: messages.map(seen), tools })) {
        options.signal?.throwIfAborted();
        parts.push(part);
        if (part.type === "text") await manager?.handleLLMNewToken(part.text);
      }
    } catch (error) {
      throw error instanceof ProviderFailure ? providerError(error) : error;
    }
    const message = answerOf(parts);
    if (this.#finishReason !== undefined)
      message.response_metadata = { finish_reason: this.#finishReason(this.asked.length - 1) };
    return { generations: [{ text: message.text, message }] };
  }
}

/** As providers' clients throw it: a status, and headers. */
function providerError(failure: ProviderFailure): Error {
  const { status, retryAfterSeconds } = failure;
  return Object.assign(new Error(failure.message), {
    ...(status !== undefined && { status }),
    headers: { ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }) },
  });
}

function answerOf(parts: readonly ModelPart[]): AIMessage {
  const reasoning = parts.flatMap((part) => (part.type === "reasoning" ? [part.text] : [])).join("");
  return new AIMessage({
    content: parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join(""),
    tool_calls: parts.flatMap((part) =>
      part.type === "call"
        ? [{ type: "tool_call" as const, id: part.id, name: part.tool, args: { ...toRecord(part.input) } }]
        : [],
    ),
    invalid_tool_calls: parts.flatMap((part) =>
      part.type === "raw-call"
        ? [{ type: "invalid_tool_call" as const, id: part.id, name: part.tool, args: part.json, error: "not JSON" }]
        : [],
    ),
    ...(reasoning !== "" && { additional_kwargs: { reasoning_content: reasoning } }),
  });
}

function toRecord(input: unknown): object {
  return typeof input === "object" && input !== null ? input : {};
}

function seen(message: BaseMessage): SeenMessage {
  const type = message.getType();
  const name = String(message.name ?? "");
  const result = { id: String(Reflect.get(message, "tool_call_id")), tool: name, output: message.text };
  return {
    role: type === "human" ? "user" : type === "ai" ? "assistant" : type === "tool" ? "tool" : "system",
    text: type === "tool" ? "" : message.text,
    calls: AIMessage.isInstance(message)
      ? (message.tool_calls ?? []).map(({ id, name: tool, args }): SeenCall => ({ id: id ?? "", tool, input: args }))
      : [],
    results: type === "tool" ? [result] : [],
  };
}
