import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage, HumanMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { tool } from "@langchain/core/tools";
import { createAgent } from "langchain";
import * as z from "zod";
import { installed } from "../installed.ts";
import { paced, type Script, type ScriptedAgent } from "./script.ts";

const { langchainHandler }: typeof import("@thenvoi/langchain") = await import(installed("langchain"));

/** A `createAgent` over a chat model that streams, as far as LangChain lets a model that is invoked: token by token to its callbacks. */
export function langchainAgent(script: Script): ScriptedAgent {
  const look = tool(
    async () => {
      await paced(script.toolMs);
      return "something";
    },
    { name: "look", description: "Looks", schema: z.object({ step: z.number() }) },
  );
  const agent = createAgent({ model: new PlayedModel(script), tools: [look] });
  const recursionLimit = 2 * script.steps + 10;
  return {
    async alone() {
      await agent.invoke({ messages: [new HumanMessage("go")] }, { recursionLimit });
    },
    handler: ({ events }) => langchainHandler({ agent, config: { recursionLimit }, ...(!events && { events: false }) }),
  };
}

class PlayedModel extends BaseChatModel {
  readonly #script: Script;
  #step = 0;

  constructor(script: Script) {
    super({ maxRetries: 0 });
    this.#script = script;
  }

  override _llmType(): string {
    return "played";
  }

  override bindTools() {
    return this;
  }

  override async _generate(
    _messages: BaseMessage[],
    _options: this["ParsedCallOptions"],
    manager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const { steps, pieces, modelMs } = this.#script;
    this.#step = (this.#step % (steps + 1)) + 1;
    await paced(modelMs);
    if (this.#step <= steps) return generated(toolStep(this.#step));
    for (let piece = 0; piece < pieces; piece += 1) await manager?.handleLLMNewToken("a");
    return generated(new AIMessage("a".repeat(pieces)));
  }
}

function toolStep(step: number): AIMessage {
  return new AIMessage({
    content: "",
    tool_calls: [{ type: "tool_call", id: `call-${step}`, name: "look", args: { step } }],
    additional_kwargs: { reasoning_content: `What is there at ${step}?` },
  });
}

function generated(message: AIMessage): ChatResult {
  return { generations: [{ text: message.text, message }] };
}
