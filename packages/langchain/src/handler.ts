import type { BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import {
  type AdapterOptions,
  ConfigError,
  checkAdapterOptions,
  type Handler,
  offeredSelection,
  type Turn,
  withStartNote,
} from "@thenvoi/core";
import { type CallableAgent, callableAgent, type Invokable } from "./agent.ts";
import { AgentTurn } from "./agent-turn.ts";
import { rememberingGraph } from "./memory.ts";
import { roomToolName, roomTools } from "./tools.ts";

/** How an agent lives in rooms. What is not said here is as in {@link AdapterOptions}. */
export interface LangchainHandlerOptions extends AdapterOptions {
  /** The agent; or, called for each message, what gives the agent for it. */
  readonly agent: Invokable | ((turn: Turn) => Invokable | Promise<Invokable>);
  /** Makes the agent's input of messages. Default `{ messages }`, or the messages themselves for a chat model. */
  readonly input?: (messages: BaseMessage[], turn: Turn) => unknown;
  /** Finds the answer in the agent's result; undefined or empty for none. Default: the text of its last AI message. */
  readonly output?: (result: unknown, turn: Turn) => string | undefined;
  /**
   * Who remembers the room between messages. Default `auto`.
   *
   * - `room`: the room itself; its history is mapped to messages each time.
   * - `checkpointer`: the graph's own; it is sent only what it has not seen.
   * - `auto`: the checkpointer, where the graph has one.
   */
  readonly memory?: "auto" | "room" | "checkpointer";
  /** Under which `thread_id` a checkpointer remembers the room. Default: the room's id. */
  readonly threadId?: (turn: Turn) => string;
  /** What is passed to `invoke` besides, such as `recursionLimit`, `context`, `tags` or callbacks of your own. */
  readonly config?: CallConfig | ((turn: Turn) => CallConfig | Promise<CallConfig>);
}

/** LangChain's own configuration of a call, with what LangGraph adds to it. */
export type CallConfig = RunnableConfig & { readonly context?: unknown };

/**
 * Makes a handler of an agent of LangChain.js: `createRoomAgent({ handler: langchainHandler({ agent }) })`.
 *
 * The agent is used as it is, by its `invoke`. What it thinks and does is reported in the room while it runs, and the text it
 * ends with goes to who asked. LangChain can't add tools to an agent that is built already: give it `roomTools()`. When a model
 * call fails, the room is told once and the handler throws, so that the message is tried again.
 *
 * Throws a {@link ConfigError}, at once, for an agent that can't be used or options that can't be kept.
 */
export function langchainHandler(options: LangchainHandlerOptions): Handler {
  const { agent, input, output, config, memory, threadId, ...shared } = options;
  checkAdapterOptions(shared, { of: "langchainHandler" });
  for (const [name, value] of Object.entries({ input, output, threadId })) {
    if (value !== undefined && typeof value !== "function")
      throw new ConfigError("config.invalid", `The option ${name} of langchainHandler must be a function.`);
  }
  if (memory !== undefined && !["auto", "room", "checkpointer"].includes(memory))
    throw new ConfigError(
      "config.invalid",
      'The option memory of langchainHandler must be "auto", "room" or "checkpointer".',
    );
  if (typeof agent !== "function") {
    const checked = checkedAgent(agent, options);
    return withStartNote((turn) => new AgentTurn(turn, checked, options).take(), startNote(checked, options));
  }
  return withStartNote(
    async (turn) => new AgentTurn(turn, checkedAgent(await agent(turn), options), options).take(),
    "The agent is made for each message: it has the room's tools that it is given, by turn.tools or roomTools().",
  );
}

/** Whether the agent can act in its rooms: LangChain lets nobody add tools to an agent that is built already. */
function startNote(agent: CallableAgent, options: LangchainHandlerOptions): string {
  if (agent.loop !== undefined && offeredSelection(options.tools) !== undefined)
    return "The agent is a toolLoop: it is offered the room's tools for each message.";
  const names = agent.tools.filter((tool) => roomToolName(tool) !== undefined).map(nameOf);
  if (names.length > 0) return `The agent has these tools of the room: ${names.join(", ")}.`;
  return "No tools of the room are seen in the agent: it answers, and what it does is reported. To let it do more there, give it roomTools(), or roomMiddleware() with createAgent.";
}

function checkedAgent(value: unknown, options: LangchainHandlerOptions): CallableAgent {
  const agent = callableAgent(value, options);
  rememberingGraph(agent, options.memory);
  const guarded = options.approve?.tools ?? [];
  if (guarded.length > 0 && agent.loop === undefined)
    throw new ConfigError(
      "config.invalid",
      "approve.tools can't be kept for an agent that is built already: give it humanInTheLoopMiddleware or an interrupt(), which are asked in the room, or use toolLoop.",
    );
  const own = [...agent.tools, ...(agent.loop?.tools ?? [])];
  const offered = offeredNames(options);
  const colliding = own.find((tool) => roomToolName(tool) === undefined && offered.includes(nameOf(tool)));
  if (colliding !== undefined)
    throw new ConfigError(
      "config.invalid",
      `The agent's own tool ${JSON.stringify(nameOf(colliding))} has the name of one of the room's: rename it, or set tools: { prefix } or tools: { exclude }.`,
    );
  const names = own.map(nameOf);
  // several nodes of a graph may each have a tool of a name; what one model is offered may not
  const twice = agent.isConversation
    ? own.find((tool) => own.some((other) => other !== tool && nameOf(other) === nameOf(tool)))
    : undefined;
  if (twice !== undefined)
    throw new ConfigError(
      "config.invalid",
      `The agent has two tools with the name ${JSON.stringify(nameOf(twice))}, which no provider takes: rename one.`,
    );
  const missing = guarded.find((name) => !names.includes(name) && !offered.includes(name));
  if (missing !== undefined)
    throw new ConfigError(
      "config.invalid",
      `approve.tools names ${JSON.stringify(missing)}, which the agent does not have; it has ${names.join(", ") || "none"}.`,
    );
  return agent;
}

/** The names under which the room's tools may be offered; which prefix it will be is known only once the agent is live. */
function offeredNames(options: LangchainHandlerOptions): readonly string[] {
  const selection = offeredSelection(options.tools);
  if (selection === undefined) return [];
  const prefixes = selection.prefix === undefined ? ["thenvoi_", "band_"] : [selection.prefix];
  return prefixes.flatMap((prefix) => roomTools({ ...selection, prefix }).map(nameOf));
}

function nameOf(tool: object): string {
  return String(Reflect.get(tool, "name"));
}
