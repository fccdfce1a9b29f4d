import type { StructuredToolInterface } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import type { Invokable } from "@thenvoi/langchain";
import { createAgent, humanInTheLoopMiddleware } from "langchain";
import type { ScriptedChatModel } from "./scripted-chat-model.ts";

/** `createAgent` for LangChain's own middleware, whose types don't hold under `exactOptionalPropertyTypes`. */
export function untypedAgent(settings: Readonly<Record<string, unknown>>): Invokable {
  const made: Invokable = Reflect.apply(createAgent, undefined, [settings]);
  return made;
}

/** An agent whose tools of these names wait for a person, by LangChain's own middleware and a checkpointer. */
export function agentWithReview(
  agent: { readonly model: ScriptedChatModel; readonly tools: StructuredToolInterface[] },
  guarded: readonly string[],
  checkpointer = new MemorySaver(),
): Invokable {
  const interruptOn = Object.fromEntries(guarded.map((name) => [name, { allowedDecisions: ["approve", "reject"] }]));
  const middleware: unknown = Reflect.apply(humanInTheLoopMiddleware, undefined, [{ interruptOn }]);
  return untypedAgent({ ...agent, middleware: [middleware], checkpointer });
}
