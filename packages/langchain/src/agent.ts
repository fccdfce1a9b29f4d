import { ConfigError } from "@thenvoi/core";
import { isRecord, methodOf } from "./shape.ts";
import { type Preparable, preparable } from "./tool-loop.ts";

/**
 * What can be put into rooms: whatever has `invoke`. An agent of `createAgent`, a compiled graph, a functional entrypoint, a
 * chain, a chat model with or without tools bound, {@link toolLoop}.
 */
export interface Invokable {
  invoke(input: never, config?: never): unknown;
}

/** The graph behind an agent, as far as it is used here: to read what a thread holds, and to resume it. */
export interface Graph {
  readonly hasCheckpointer: boolean;
  invoke(input: unknown, config: object): unknown;
  getState(config: object): unknown;
}

/** What was handed over, ready to be called. */
export interface CallableAgent {
  /** `messages`: takes a list of messages, as chat models do. `state`: takes an object that holds them. */
  readonly takes: "messages" | "state";
  readonly graph: Graph | undefined;
  /** Present for {@link toolLoop}, whose tools can be added to for a turn. */
  readonly loop: Preparable | undefined;
  /** Its state is the conversation with one model: asked with what its model was asked, it goes on from there. */
  readonly isConversation: boolean;
  /** The agent's own tools, where it shows them. */
  readonly tools: readonly object[];
  invoke(input: unknown, config: object): unknown;
}

/** Throws a {@link ConfigError} of one sentence for what can't be used. */
export function callableAgent(
  value: unknown,
  options: { readonly input?: unknown; readonly output?: unknown },
): CallableAgent {
  const invoke = methodOf(value, "invoke");
  if (!isRecord(value) || invoke === undefined)
    throw new ConfigError(
      "config.invalid",
      "langchainHandler takes something with `invoke`: an agent of createAgent, a compiled graph, a chain, a chat model.",
    );
  const pregel = methodOf(value.graph, "getState") === undefined ? value : value.graph;
  if (isRecord(pregel)) checkState(pregel, options);
  return {
    takes: isModel(value) ? "messages" : "state",
    graph: graphIn(pregel),
    loop: preparable(value),
    isConversation: preparable(value) !== undefined || (isRecord(value.graph) && isRecord(value.options)),
    tools: toolsIn(value),
    invoke: (input, config) => invoke(input, config),
  };
}

/** A graph of named states shows its channels; one without messages can be given none. */
function checkState(
  graph: Readonly<Record<string, unknown>>,
  options: { readonly input?: unknown; readonly output?: unknown },
): void {
  const { builder, channels } = graph;
  if (methodOf(graph, "getState") === undefined || !isRecord(builder) || !isRecord(channels)) return;
  if ("messages" in channels || (options.input !== undefined && options.output !== undefined)) return;
  throw new ConfigError(
    "config.invalid",
    "The state of the graph handed to langchainHandler has no `messages`: give `input`, which makes its input of messages, and `output`, which finds the answer in its result.",
  );
}

function graphIn(value: unknown): Graph | undefined {
  const getState = methodOf(value, "getState");
  const invoke = methodOf(value, "invoke");
  if (!isRecord(value) || getState === undefined || invoke === undefined) return undefined;
  return {
    hasCheckpointer: isRecord(value.checkpointer),
    invoke: (input, config) => invoke(input, config),
    getState: (config) => getState(config),
  };
}

/** A chat model, one with something bound to it, or a chain that begins with one. */
function isModel(value: unknown, depth = 0): boolean {
  if (!isRecord(value) || depth > 8) return false;
  const modelType = methodOf(value, "_modelType");
  if (modelType !== undefined) return String(modelType()).includes("model");
  return isModel(value.bound, depth + 1) || isModel(value.first, depth + 1);
}

/** The tools of `createAgent` and its middleware, and those that a node of a graph runs. */
function toolsIn(agent: Readonly<Record<string, unknown>>): readonly object[] {
  const { options, nodes } = agent;
  const middleware: readonly unknown[] =
    isRecord(options) && Array.isArray(options.middleware) ? options.middleware : [];
  const bound = isRecord(nodes) ? Object.values(nodes).map((node) => (isRecord(node) ? node.bound : undefined)) : [];
  const held = [options, ...middleware, ...bound].flatMap((holder) => {
    const tools: unknown = isRecord(holder) ? holder.tools : undefined;
    return Array.isArray(tools) ? tools.filter(isRecord) : [];
  });
  return [...new Set(held)];
}
