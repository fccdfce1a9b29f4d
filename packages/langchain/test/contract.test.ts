import { roomTools, toolLoop } from "@thenvoi/langchain";
import { adapterContract } from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { describe, test } from "vitest";
import { ScriptedChatModel } from "./kit/scripted-chat-model.ts";
import { startAgent, toolOf } from "./kit/start-agent.ts";

describe("what every adapter promises · toolLoop", () => {
  for (const { title, run } of adapterContract)
    test(title, () =>
      run({
        start: ({ sandbox, name, model, tools = [], approve }) =>
          startAgent(sandbox, toolLoop({ model: new ScriptedChatModel(model), tools: tools.map(toolOf) }), {
            name,
            ...(approve !== undefined && { adapter: { approve } }),
          }),
      }),
    );
});

describe("what every adapter promises · createAgent", () => {
  // an agent that is built already is asked about by its own means, not by `approve.tools`
  const withoutApproval = adapterContract.filter(({ title }) => !/approve|question that is open/u.test(title));
  for (const { title, run } of withoutApproval)
    test(title, () =>
      run({
        start: ({ sandbox, name, model, tools = [] }) => {
          const agent = createAgent({
            model: new ScriptedChatModel(model),
            tools: [...tools.map(toolOf), ...roomTools()],
          });
          return startAgent(sandbox, agent, { name });
        },
      }),
    );
});
