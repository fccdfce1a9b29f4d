import { setTimeout as wait } from "node:timers/promises";
import { BaseChatModel, type BaseChatModelCallOptions } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage, ToolMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { provider } from "./provider.ts";
import { pace, type Scene, type Script, type Step, words } from "./script.ts";

/** A real model where the environment holds a key for one, see {@link provider}; else one that needs no key and plays a script. */
export async function chooseModel(script: Script): Promise<BaseChatModel> {
  const chosen = provider();
  if (chosen === undefined) return new ScriptedModel(script);
  const { apiKey, model, baseUrl: baseURL } = chosen;
  if (chosen.api === "anthropic") return new (await import("@langchain/anthropic")).ChatAnthropic({ apiKey, model });
  return new (await import("@langchain/openai")).ChatOpenAI({ apiKey, model, configuration: { baseURL } });
}

interface CallOptions extends BaseChatModelCallOptions {
  tools?: readonly object[];
}

class ScriptedModel extends BaseChatModel<CallOptions> {
  readonly #script: Script;

  constructor(script: Script) {
    super({});
    this.#script = script;
  }

  override _llmType(): string {
    return "scripted";
  }

  override bindTools(tools: readonly object[]) {
    return this.withConfig({ tools });
  }

  override async _generate(messages: BaseMessage[], { signal }: this["ParsedCallOptions"]): Promise<ChatResult> {
    const step = this.#script(sceneOf(messages));
    const length = words(`${step.thinks ?? ""} ${step.says ?? ""}`).length;
    await wait(pace.firstWordMs + length * pace.wordMs, undefined, { ...(signal && { signal }) });
    const message = messageOf(step);
    return { generations: [{ text: message.text, message }] };
  }
}

function sceneOf(messages: readonly BaseMessage[]): Scene {
  const last = messages.findLastIndex((message) => message.getType() === "human");
  return {
    asked: messages[last]?.text ?? "",
    results: messages
      .slice(last + 1)
      .filter((message) => ToolMessage.isInstance(message))
      .map(({ name = "", text, status }) => ({ tool: name, output: text, failed: status === "error" })),
  };
}

let calls = 0;

function messageOf({ thinks, says = "", uses = [] }: Step): AIMessage {
  return new AIMessage({
    content: says,
    ...(thinks !== undefined && { additional_kwargs: { reasoning_content: thinks } }),
    tool_calls: uses.map(({ tool, input }) => {
      calls += 1;
      return { type: "tool_call", id: `call_${calls}`, name: tool, args: input };
    }),
  });
}
