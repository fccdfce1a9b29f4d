import type { StructuredToolInterface } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import type { Invokable } from "@thenvoi/langchain";
import { createAgent, humanInTheLoopMiddleware } from "langchain";
import type { ScriptedChatModel } from "./scripted-chat-model.ts";

/**
 * An agent whose tools of these names wait for a person, by LangChain's own middleware and a checkpointer.
 *
 * LangChain's types of this middleware don't hold under `exactOptionalPropertyTypes`, so both are called without them.
 */
export function agentWithReview(
  agent: { readonly model: ScriptedChatModel; readonly tools: StructuredToolInterface[] },
  guarded: readonly string[],
  checkpointer = new MemorySaver(),
): Invokable {
  const interruptOn = Object.fromEntries(guarded.map((name) => [name, { allowedDecisions: ["approve", "reject"] }]));
  const middleware: unknown = Reflect.apply(humanInTheLoopMiddleware, undefined, [{ interruptOn }]);
  const made: Invokable = Reflect.apply(createAgent, undefined, [{ ...agent, middleware: [middleware], checkpointer }]);
  return made;
}
