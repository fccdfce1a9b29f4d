import { AIMessage, type BaseMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { type RunnableConfig, RunnableLambda } from "@langchain/core/runnables";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { ConfigError, type Decision } from "@thenvoi/core";
import { callsOf, isMessage, type ModelCall, messagesIn } from "./message-parts.ts";
import { isRecord, methodOf } from "./shape.ts";
import { isControlFlow } from "./stream.ts";

/** What {@link toolLoop} takes. */
export interface ToolLoopOptions {
  /** A chat model; it must be able to bind tools, if there are any. */
  readonly model: { invoke(input: never, config?: never): unknown };
  readonly tools?: readonly StructuredToolInterface[];
  readonly systemPrompt?: string;
  /** How often the model may be called for one message. Default 25. */
  readonly maxSteps?: number;
}

/** A chat model that uses tools until it has an answer. */
export interface ToolLoop {
  invoke(
    input: { readonly messages: readonly BaseMessage[] } | readonly BaseMessage[],
    config?: RunnableConfig,
  ): Promise<{ messages: BaseMessage[] }>;
}

/** What one turn adds to a loop: tools of its room, and a word on calls before they run. */
export interface LoopAdditions {
  readonly tools: readonly StructuredToolInterface[];
  readonly approve?: {
    readonly tools: ReadonlySet<string>;
    decide(call: { name: string; input: unknown }): Promise<Decision>;
  };
}

/** A loop that can be added to. */
export interface Preparable {
  readonly tools: readonly StructuredToolInterface[];
  prepared(additions: LoopAdditions): ToolLoop;
}

const loops = new WeakMap<object, Preparable>();

/**
 * The loop around a chat model, for those who have only a model: it calls the tools that the model asks for, all of one step
 * at once, and goes on until the model has an answer.
 *
 * In rooms it is offered the room's tools by itself. A tool that is unknown, or throws, is told to the model. It ends at once
 * when it is aborted, and with an error of the name `GraphRecursionError` after `maxSteps`. Throws a {@link ConfigError} for a
 * model that can't bind tools and for two tools of one name.
 */
export function toolLoop(options: ToolLoopOptions): ToolLoop {
  const own = options.tools ?? [];
  if (methodOf(options.model, "invoke") === undefined)
    throw new ConfigError("config.invalid", "toolLoop takes a chat model: { model: new ChatOpenAI(…) }.");
  if (own.length > 0 && methodOf(options.model, "bindTools") === undefined)
    throw new ConfigError(
      "config.invalid",
      "The model handed to toolLoop can't bind tools: hand over the chat model itself.",
    );
  const twice = own.find(({ name }, index) => own.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined)
    throw new ConfigError(
      "config.invalid",
      `toolLoop was given two tools with the name ${JSON.stringify(twice.name)}.`,
    );
  const loop = looping(options, { tools: [] });
  const canBind = methodOf(options.model, "bindTools") !== undefined;
  loops.set(loop, {
    tools: own,
    prepared: ({ tools, ...rest }) => looping(options, { ...rest, tools: canBind ? tools : [] }),
  });
  return loop;
}

/** How a {@link toolLoop} can be added to; undefined for anything else. */
export function preparable(value: object): Preparable | undefined {
  return loops.get(value);
}

function looping(options: ToolLoopOptions, additions: LoopAdditions): ToolLoop {
  const tools = [...(options.tools ?? []), ...additions.tools];
  const bind = methodOf(options.model, "bindTools");
  const model: unknown = tools.length > 0 && bind !== undefined ? bind(tools) : options.model;
  // one runnable around all of it, so that tracing shows one run with its steps in it
  const whole = RunnableLambda.from((input: BaseMessage[], config: RunnableConfig) =>
    loop({ model, tools, options, approve: additions.approve }, input, config),
  ).withConfig({ runName: "tool_loop" });
  return {
    async invoke(input, config) {
      const messages = messagesIn(input) ?? [];
      return { messages: [...messages, ...(await whole.invoke([...messages], config))] };
    },
  };
}

interface Made {
  readonly model: unknown;
  readonly tools: readonly StructuredToolInterface[];
  readonly options: ToolLoopOptions;
  readonly approve: LoopAdditions["approve"];
}

async function loop(made: Made, input: readonly BaseMessage[], config: RunnableConfig): Promise<BaseMessage[]> {
  const { systemPrompt, maxSteps = 25 } = made.options;
  const before = [...(systemPrompt === undefined ? [] : [new SystemMessage(systemPrompt)]), ...input];
  const added: BaseMessage[] = [];
  const call = methodOf(made.model, "invoke");
  for (let step = 0; step < maxSteps; step += 1) {
    const answer = await orAborted(call?.([...before, ...added], config), config.signal);
    const message = isMessage(answer) ? answer : new AIMessage(String(answer));
    added.push(message);
    const calls = callsOf(message);
    if (calls.length === 0) return added;
    added.push(...(await Promise.all(calls.map((each) => orAborted(runCall(made, each, config), config.signal)))));
  }
  throw new StepLimitError(maxSteps);
}

async function runCall(made: Made, call: ModelCall, config: RunnableConfig): Promise<ToolMessage> {
  const { id, name, input } = call;
  const failed = (content: string) => new ToolMessage({ content, tool_call_id: id, name, status: "error" });
  const tool = made.tools.find((each) => each.name === name);
  if (tool === undefined)
    return failed(`There is no tool ${name}; there are ${made.tools.map((each) => each.name).join(", ") || "none"}.`);
  if (made.approve?.tools.has(name) === true) {
    const decision = await made.approve.decide({ name, input });
    if (!decision.approved) return failed(`Not approved. ${decision.reason}`);
  }
  try {
    const output: unknown = await tool.invoke(
      { id, name, args: isRecord(input) ? input : {}, type: "tool_call" },
      config,
    );
    if (isMessage(output) && ToolMessage.isInstance(output)) return output;
    const content = typeof output === "string" ? output : JSON.stringify(output);
    return new ToolMessage({ content: content ?? "", tool_call_id: id, name });
  } catch (error) {
    if (isControlFlow(error) || config.signal?.aborted === true) throw error;
    return failed(error instanceof Error ? error.message : "The tool failed.");
  }
}

/** A model or tool that ignores its signal is left behind. */
async function orAborted<Value>(working: Value | Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return working;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([working, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** As LangGraph names it when a graph may take no further step. */
class StepLimitError extends Error {
  override readonly name = "GraphRecursionError";
  readonly lc_error_code = "GRAPH_RECURSION_LIMIT";

  constructor(maxSteps: number) {
    super(`The model wanted to go on after ${maxSteps} steps.`);
  }
}
