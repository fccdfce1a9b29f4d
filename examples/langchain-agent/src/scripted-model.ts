import { BaseChatModel, type BaseChatModelCallOptions } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";

interface CallOptions extends BaseChatModelCallOptions {
  tools?: readonly object[];
}

let calls = 0;

/** A chat model that needs no key: it plays one part, by what it finds in its prompt. */
export class ScriptedModel extends BaseChatModel<CallOptions> {
  constructor() {
    super({});
  }

  override _llmType(): string {
    return "scripted";
  }

  override bindTools(tools: readonly object[]) {
    return this.withConfig({ tools });
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const message = answer(messages);
    return { generations: [{ text: message.text, message }] };
  }
}

function answer(messages: readonly BaseMessage[]): AIMessage {
  const asked = messages.findLastIndex((message) => message.getType() === "human");
  const words = messages[asked]?.text ?? "";
  const results = messages.slice(asked + 1).filter((message) => message.getType() === "tool");
  if (/thanks/iu.test(words))
    return results.length > 0 ? new AIMessage("") : use("thenvoi_no_reply", {}, "A thank-you needs no answer.");
  const [place = "Lyon"] = /(?<= in )\p{Lu}\p{L}+/u.exec(words) ?? [];
  const last = results.at(-1);
  if (last === undefined) return use("forecast", { place }, `The forecast for ${place} will tell.`);
  if (last.text.includes("does not answer")) return use("forecast", { place }, "It failed; once more.");
  return new AIMessage(`No, it stays dry in ${place}.`);
}

function use(name: string, args: Record<string, string>, thought: string): AIMessage {
  calls += 1;
  return new AIMessage({
    content: "",
    additional_kwargs: { reasoning_content: thought },
    tool_calls: [{ type: "tool_call", id: `call_${calls}`, name, args }],
  });
}
