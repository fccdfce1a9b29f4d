import { AbstractChat, APICallError, stepCountIs, ToolLoopAgent } from "ai-6-0-0";
import installed from "ai-6-0-0/package.json" with { type: "json" };
import { MockLanguageModelV3 } from "ai-6-0-0/test";
import { type AgentSettings, type AiVersion, problemsIn } from "./ai-version.ts";
import { chatOf } from "./chat-memory.ts";
import { callErrorOptions, streamOf } from "./model-stream.ts";

const agentOf = ({ provider, maxSteps, ...settings }: AgentSettings) =>
  new ToolLoopAgent({
    ...settings,
    ...(maxSteps !== undefined && { stopWhen: stepCountIs(maxSteps) }),
    model: new MockLanguageModelV3({
      doStream: async (call) => ({
        stream: await streamOf(provider(call), (failure) => new APICallError(callErrorOptions(failure))),
      }),
    }),
  });

export const ai600: AiVersion = {
  name: installed.version,
  agent: agentOf,
  chat: (transport, onError) => chatOf(AbstractChat, transport, onError),
  problemsWith: async (messages, provider) => problemsIn((await agentOf({ provider }).stream({ messages })).fullStream),
};
