import { AIMessage, type BaseMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { type RunnableConfig, RunnableLambda } from "@langchain/core/runnables";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { ConfigError, type Decision } from "@thenvoi/core";
import { callsOf, cutBy, isMessage, type ModelCall, messagesIn } from "./message-parts.ts";
import { isRecord, methodOf } from "./shape.ts";
import { isControlFlow } from "./stream.ts";
import { roomToolName } from "./tools.ts";

/** What {@link toolLoop} takes. */
export interface ToolLoopOptions {
  /** A chat model; it must be able to bind tools, if there are any. */
  readonly model: { invoke(input: never, config?: never): unknown };
  readonly tools?: readonly StructuredToolInterface[];
  readonly systemPrompt?: string;
  /** How often the model may be called for one message. Default 25. */
  readonly maxSteps?: number;
  /** How long one of these tools may take, in milliseconds, before the model is told that it failed. Default 60,000. */
  readonly toolTimeoutMs?: number;
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
 * In rooms it is offered the room's tools by itself. A tool that is unknown, throws, or takes too long, is told to the model;
 * of a result the model sees 32 KiB. Calls of an answer that was cut at its length limit are not run, and the same calls for
 * the third time in a row neither: then the model is asked once more, without tools. It ends at once when it is aborted, and
 * with an error of the name `GraphRecursionError` after `maxSteps`. Throws a {@link ConfigError} for a
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
  const { model: plain } = options;
  const model: unknown = tools.length > 0 && bind !== undefined ? bind(tools) : plain;
  // one runnable around all of it, so that tracing shows one run with its steps in it
  const whole = RunnableLambda.from((input: BaseMessage[], config: RunnableConfig) =>
    loop({ model, plain, tools, options, approve: additions.approve }, input, config),
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
  /** The same without tools. */
  readonly plain: unknown;
  readonly tools: readonly StructuredToolInterface[];
  readonly options: ToolLoopOptions;
  readonly approve: LoopAdditions["approve"];
}

async function loop(made: Made, input: readonly BaseMessage[], config: RunnableConfig): Promise<BaseMessage[]> {
  const { systemPrompt, maxSteps = 25 } = made.options;
  const before = [...(systemPrompt === undefined ? [] : [new SystemMessage(systemPrompt)]), ...input];
  const added: BaseMessage[] = [];
  const repetition = new Repetition();
  for (let step = 0; step < maxSteps; step += 1) {
    const call = methodOf(repetition.isStuck ? made.plain : made.model, "invoke");
    const answer = await orAborted(call?.([...before, ...added], config), config.signal);
    const message = isMessage(answer) ? answer : new AIMessage(String(answer));
    added.push(message);
    const calls = callsOf(message);
    if (calls.length === 0) return added;
    if (repetition.isStuck) break;
    repetition.note(calls);
    const refusal = repetition.isStuck ? sameAgain : cutBy(message) === "length" ? cutAtLength : undefined;
    added.push(
      ...(refusal === undefined
        ? await Promise.all(calls.map((each) => orAborted(runCall(made, each, config), config.signal)))
        : calls.map((each) => failedCall(each, refusal))),
    );
  }
  throw new StepLimitError(maxSteps);
}

const sameAgain =
  "Not run: this is the third time in a row that the same is called with the same arguments. Answer with what is known.";
const cutAtLength = "Not run: the answer was cut at its length limit, and its arguments may not be whole.";

/** Notices a model that makes the same calls again and again. */
class Repetition {
  #last = "";
  #times = 0;

  get isStuck(): boolean {
    return this.#times >= 3;
  }

  note(calls: readonly ModelCall[]): void {
    const made = JSON.stringify(calls.map(({ name, input }) => [name, input]));
    this.#times = made === this.#last ? this.#times + 1 : 1;
    this.#last = made;
  }
}

function failedCall({ id, name }: ModelCall, content: string): ToolMessage {
  return new ToolMessage({ content: bounded(content), tool_call_id: id, name, status: "error" });
}

const resultAtMost = 32_768;

/** A result as the model may see it: no tool fills its whole memory. */
function bounded(content: string): string {
  if (content.length <= resultAtMost) return content;
  return `${content.slice(0, resultAtMost)}… [cut: ${content.length} characters in all]`;
}

async function runCall(made: Made, call: ModelCall, config: RunnableConfig): Promise<ToolMessage> {
  const { id, name, input } = call;
  const failed = (content: string) => failedCall(call, content);
  const tool = made.tools.find((each) => each.name === name);
  if (tool === undefined)
    return failed(`There is no tool ${name}; there are ${made.tools.map((each) => each.name).join(", ") || "none"}.`);
  if (made.approve?.tools.has(name) === true) {
    const decision = await made.approve.decide({ name, input });
    if (!decision.approved) return failed(`Not approved. ${decision.reason}`);
  }
  const { toolTimeoutMs = 60_000 } = made.options;
  // the room's own know how long to wait, for a person longer than for a peer
  const deadline = roomToolName(tool) === undefined ? AbortSignal.timeout(toolTimeoutMs) : undefined;
  const signals = [config.signal, deadline].filter((signal) => signal !== undefined);
  try {
    const running = tool.invoke(
      { id, name, args: isRecord(input) ? input : {}, type: "tool_call" },
      signals.length === 0 ? config : { ...config, signal: AbortSignal.any(signals) },
    );
    const output: unknown = await orAborted<unknown>(running, deadline);
    if (isMessage(output) && ToolMessage.isInstance(output)) return withBounds(output);
    const content = typeof output === "string" ? output : JSON.stringify(output);
    return new ToolMessage({ content: bounded(content ?? ""), tool_call_id: id, name });
  } catch (error) {
    if (isControlFlow(error) || config.signal?.aborted === true) throw error;
    if (deadline?.aborted === true) return failed(`${name} gave no result within ${toolTimeoutMs / 1_000} s.`);
    return failed(error instanceof Error ? error.message : "The tool failed.");
  }
}

function withBounds(message: ToolMessage): ToolMessage {
  const { content, tool_call_id, name, status } = message;
  if (typeof content !== "string" || content.length <= resultAtMost) return message;
  return new ToolMessage({
    content: bounded(content),
    tool_call_id,
    ...(name !== undefined && { name }),
    ...(status !== undefined && { status }),
  });
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
