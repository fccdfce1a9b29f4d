import { roomTools, toolLoop } from "@thenvoi/langchain";
import type { AdapterUnderTest } from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { agentWithReview } from "./review.ts";
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

/** Agents of `createAgent` under the contract of adapters; approvals are LangChain's own. */
export const agentUnderContract: AdapterUnderTest = {
  start: ({ sandbox, name, model, tools = [], approve }) => {
    const held = { model: new ScriptedChatModel(model), tools: [...tools.map(toolOf), ...roomTools()] };
    if (approve === undefined) return startAgent(sandbox, createAgent(held), { name });
    const { tools: guarded, ...how } = approve;
    return startAgent(sandbox, agentWithReview(held, guarded), { name, adapter: { approve: how } });
  },
};
