import {
  type AiSdkHandlerOptions,
  aiSdkHandler,
  createRoomAgent,
  type RoomAgent,
  type RoomAgentOptions,
  type Turn,
} from "@thenvoi/ai-sdk";
import { defaultTiming, type Timing } from "@thenvoi/core";
import type { RoomHandle, Sandbox } from "@thenvoi/sandbox";
import { type AdapterUnderTest, type ModelScript, type OwnTool, ScriptedModel } from "@thenvoi/sandbox/contract";
import { type AgentSettings, type AiVersion, type AnyAgent, toolSetOf } from "./ai-version.ts";
import { playing } from "./model-stream.ts";

/** The waits of a test: the same order of things as in life, a hundred times faster. */
const quick: Timing = {
  ...defaultTiming,
  firstReconnectMs: 20,
  firstReconnectAfterRestartMs: 40,
  reconnectBaseMs: 20,
  reconnectCapMs: 300,
  retryBaseMs: 10,
  retryCapMs: 100,
  readBackMs: 50,
  handlerRetryMs: [20, 40, 60],
  abortGraceMs: 100,
  auditMs: 0,
};

/** What {@link startAgent} takes. */
export interface StartOptions {
  /** In the sandbox; default `weather`. */
  readonly name?: string;
  readonly model?: ScriptedModel | ModelScript;
  readonly own?: readonly OwnTool[];
  readonly settings?: Partial<AgentSettings>;
  /** In place of one that is made of the above. */
  readonly agent?: AnyAgent | ((turn: Turn) => AnyAgent);
  readonly adapter?: Omit<AiSdkHandlerOptions, "agent">;
  readonly room?: Partial<RoomAgentOptions>;
}

/** Starts an agent of a version of `ai` in the sandbox, silent and quick; it is live when this ends. */
export async function startAgent(ai: AiVersion, sandbox: Sandbox, options: StartOptions = {}): Promise<RoomAgent> {
  const { name = "weather", model = () => [], own = [], settings, adapter, room } = options;
  const scripted = typeof model === "function" ? new ScriptedModel(model) : model;
  const agent = options.agent ?? ai.agent({ provider: playing(scripted), tools: toolSetOf(own), ...settings });
  const timing = { ...quick, ...room?.timing };
  const handler = aiSdkHandler({ agent, ...adapter });
  const started = createRoomAgent({ ...sandbox.credentials(name), logger: false, ...room, timing, handler });
  await started.start();
  return started;
}

/** A version of `ai` under the contract of adapters. */
export function underContract(ai: AiVersion): AdapterUnderTest {
  return {
    start: ({ sandbox, name, model, tools = [], approve }) =>
      startAgent(ai, sandbox, { name, model, own: tools, ...(approve !== undefined && { adapter: { approve } }) }),
  };
}

/** Says something to `weather` as ada, and waits until all is settled. */
export async function ask(room: RoomHandle, words: string): Promise<void> {
  await room.as("ada").say(`@weather ${words}`);
  await room.settled({ timeoutMs: 20_000 });
}
