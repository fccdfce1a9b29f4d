import { AbstractChat, APICallError, isStepCount, ToolLoopAgent } from "ai-7";
import installed from "ai-7/package.json" with { type: "json" };
import { MockLanguageModelV4 } from "ai-7/test";
import { type AgentSettings, type AiVersion, problemsIn } from "./ai-version.ts";
import { chatOf } from "./chat-memory.ts";
import { callErrorOptions, streamOf } from "./model-stream.ts";

const agentOf = ({ provider, maxSteps, ...settings }: AgentSettings) =>
  new ToolLoopAgent({
    ...settings,
    ...(maxSteps !== undefined && { stopWhen: isStepCount(maxSteps) }),
    model: new MockLanguageModelV4({
      doStream: async (call) => ({
        stream: await streamOf(provider(call), (failure) => new APICallError(callErrorOptions(failure))),
      }),
    }),
  });

export const ai7: AiVersion = {
  name: installed.version,
  agent: agentOf,
  chat: (transport, onError) => chatOf(AbstractChat, transport, onError),
  problemsWith: async (messages, provider) => problemsIn((await agentOf({ provider }).stream({ messages })).fullStream),
};
