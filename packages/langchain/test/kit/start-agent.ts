import { type DynamicStructuredTool, tool } from "@langchain/core/tools";
import { defaultTiming, type Timing } from "@thenvoi/core";
import {
  createRoomAgent,
  type Invokable,
  type LangchainHandlerOptions,
  langchainHandler,
  type RoomAgent,
  type RoomAgentOptions,
} from "@thenvoi/langchain";
import type { RoomHandle, Sandbox } from "@thenvoi/sandbox";
import type { OwnTool } from "@thenvoi/sandbox/contract";

/** The waits of a test: the same order of things as in life, a hundred times faster. */
export const quick: Timing = {
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

/** Starts an agent in the sandbox, as `weather` if not named, silent and quick; it is live when this ends. */
export async function startAgent(
  sandbox: Sandbox,
  agent: LangchainHandlerOptions["agent"] | Invokable,
  options: {
    readonly name?: string;
    readonly adapter?: Omit<LangchainHandlerOptions, "agent">;
    readonly room?: Partial<RoomAgentOptions>;
  } = {},
): Promise<RoomAgent> {
  const { name = "weather", adapter, room } = options;
  const handler = langchainHandler({ agent, ...adapter });
  const timing = { ...quick, ...room?.timing };
  const started = createRoomAgent({ ...sandbox.credentials(name), logger: false, ...room, timing, handler });
  await started.start();
  return started;
}

/** A tool of the contract as users of LangChain write it, with JSON Schema. */
export function toolOf(own: OwnTool): DynamicStructuredTool {
  const schema = {
    type: "object",
    properties: Object.fromEntries(own.texts.map((name) => [name, { type: "string" }])),
    required: [...own.texts],
    additionalProperties: false,
  } as const;
  return tool(
    (input: unknown) => own.execute(Object.fromEntries(own.texts.map((name) => [name, String(readText(input, name))]))),
    { name: own.name, description: own.description, schema },
  );
}

function readText(input: unknown, name: string): unknown {
  return typeof input === "object" && input !== null ? Reflect.get(input, name) : undefined;
}

/** Says something to `weather` as ada, and waits until all is settled. */
export async function ask(room: RoomHandle, words: string): Promise<void> {
  await room.as("ada").say(`@weather ${words}`);
  await room.settled({ timeoutMs: 20_000 });
}
