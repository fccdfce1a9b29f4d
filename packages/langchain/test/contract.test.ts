import { roomTools } from "@thenvoi/langchain";
import { adapterContract } from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { describe, test } from "vitest";
import { agentWithReview } from "./kit/review.ts";
import { ScriptedChatModel } from "./kit/scripted-chat-model.ts";
import { startAgent, toolOf } from "./kit/start-agent.ts";
import { loopUnderContract } from "./kit/under-contract.ts";

describe("what every adapter promises · toolLoop", () => {
  for (const { title, run } of adapterContract) test(title, () => run(loopUnderContract));
});

describe("what every adapter promises · createAgent", () => {
  // LangChain's middleware drops what was approved beside a refusal; `reviewing.test.ts` says what is promised instead
  const served = adapterContract.filter(
    ({ title }) => !title.startsWith("what waits for approval is asked one at a time"),
  );
  for (const { title, run } of served)
    test(title, () =>
      run({
        start: ({ sandbox, name, model, tools = [], approve }) => {
          const held = { model: new ScriptedChatModel(model), tools: [...tools.map(toolOf), ...roomTools()] };
          if (approve === undefined) return startAgent(sandbox, createAgent(held), { name });
          const { tools: guarded, ...how } = approve;
          return startAgent(sandbox, agentWithReview(held, guarded), { name, adapter: { approve: how } });
        },
      }),
    );
});
