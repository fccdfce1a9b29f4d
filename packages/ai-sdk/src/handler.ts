import {
  type AdapterOptions,
  ConfigError,
  checkAdapterOptions,
  type Handler,
  offeredSelection,
  type Turn,
} from "@thenvoi/core";
import { type AnyAgent, type CallableAgent, callableAgent } from "./agent.ts";
import { AgentTurn } from "./agent-turn.ts";
import { checkApprovals } from "./approvals.ts";
import type { Steering } from "./steering.ts";
import { roomToolName, roomTools } from "./tools.ts";

/** How an agent lives in rooms. What is not said here is as in {@link AdapterOptions}. */
export interface AiSdkHandlerOptions extends AdapterOptions {
  /** The agent; or, called for each message, what gives the agent for it. */
  readonly agent: AnyAgent | ((turn: Turn) => AnyAgent | Promise<AnyAgent>);
  /** What is passed to `agent.stream()` besides, such as `options`, `timeout` or `providerOptions`. */
  readonly callOptions?:
    | Readonly<Record<string, unknown>>
    | ((turn: Turn) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>);
  /**
   * `experimental_createSteering` of `ai` 7.0.160 or later: with `whileBusy: "steer"`, messages that arrive during a run are
   * handed to the model at its next step. Without it each has its own turn.
   */
  readonly steering?: () => Steering;
}

/**
 * Makes a handler of an agent of the Vercel AI SDK, `ai` 6 or 7: `createRoomAgent({ handler: aiSdkHandler({ agent }) })`.
 *
 * The agent is used as it is; the room's tools are offered to it with each call. What it thinks and does is reported in the
 * room while it runs, and the text it ends with goes to who asked. When a model call fails, the room is told once and the
 * handler throws, so that the message is tried again.
 *
 * Throws a {@link ConfigError}, at once, for an agent that can't be used or options that can't be kept.
 */
export function aiSdkHandler(options: AiSdkHandlerOptions): Handler {
  checkAdapterOptions(options, { of: "aiSdkHandler" });
  if (options.steering !== undefined && typeof options.steering !== "function")
    throw new ConfigError(
      "config.invalid",
      "steering takes the function experimental_createSteering itself, not what it gives back.",
    );
  const { agent } = options;
  if (typeof agent !== "function") {
    const checked = checkedAgent(agent, options);
    return (turn) => new AgentTurn(turn, checked, options).take();
  }
  return async (turn) => new AgentTurn(turn, checkedAgent(await agent(turn), options), options).take();
}

function checkedAgent(value: unknown, options: AiSdkHandlerOptions): CallableAgent {
  const agent = callableAgent(value);
  const offered = offeredNames(options);
  const colliding = Object.entries(agent.tools).find(
    ([name, tool]) => offered.includes(name) && roomToolName(tool) === undefined,
  );
  if (colliding !== undefined)
    throw new ConfigError(
      "config.invalid",
      `The agent's own tool ${JSON.stringify(colliding[0])} has the name of one of the room's: rename it, or set tools: { prefix } or tools: { exclude }.`,
    );
  checkApprovals(agent, options.approve, offered);
  return agent;
}

/** The names under which the room's tools may be offered; which prefix it will be is known only once the agent is live. */
function offeredNames(options: AiSdkHandlerOptions): readonly string[] {
  const selection = offeredSelection(options.tools);
  if (selection === undefined) return [];
  const prefixes = selection.prefix === undefined ? ["thenvoi_", "band_"] : [selection.prefix];
  return prefixes.flatMap((prefix) => Object.keys(roomTools({ ...selection, prefix })));
}
