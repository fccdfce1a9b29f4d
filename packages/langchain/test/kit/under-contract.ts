import { toolLoop } from "@thenvoi/langchain";
import type { AdapterUnderTest } from "@thenvoi/sandbox/contract";
import { ScriptedChatModel } from "./scripted-chat-model.ts";
import { startAgent, toolOf } from "./start-agent.ts";

/** The tool loop under the contract of adapters. */
export const loopUnderContract: AdapterUnderTest = {
  start: ({ sandbox, name, model, tools = [], approve }) =>
    startAgent(sandbox, toolLoop({ model: new ScriptedChatModel(model), tools: tools.map(toolOf) }), {
      name,
      ...(approve !== undefined && { adapter: { approve } }),
    }),
};
