import { type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import {
  Approver,
  createReporter,
  deliverAnswer,
  failTurn,
  isAlreadyAnswered,
  type ModelFailure,
  nudge,
  offeredSelection,
  Patience,
  type Reporter,
  readModelFailure,
  reportNoAnswer,
  type ToolNames,
  type Turn,
  turnConversation,
} from "@thenvoi/core";
import type { CallableAgent, Graph } from "./agent.ts";
import { callConfig } from "./call-config.ts";
import { RunFollower } from "./callbacks.ts";
import type { CallConfig, LangchainHandlerOptions } from "./handler.ts";
import { answerInterrupt, interruptsIn, type PendingInterrupt, resumeCommand } from "./interrupts.ts";
import { holds, readThread, rememberingGraph, repairs, threadInput } from "./memory.ts";
import { callsOf, isMessage, type ModelCall, messagesIn, textOf, typeOf } from "./message-parts.ts";
import { messagesOf } from "./messages.ts";
import { driveRun } from "./run.ts";
import { isRecord } from "./shape.ts";
import { RunReader } from "./stream.ts";
import { beginConversation, missingTools, toolNames } from "./tools.ts";

/** What a run is given: messages, or the command that resumes it. */
interface Given {
  readonly messages: readonly BaseMessage[];
  readonly command?: object;
  /** It goes on where a model call of the run before has failed: from `messages`, or from the graph's own checkpoint. */
  readonly after?: "messages" | "checkpoint";
}

type Start = Given | { readonly interrupt: PendingInterrupt };

/** A run that came to its end, or to a question, with the conversation so far, ready to be gone on with. */
interface Ended {
  readonly text: string;
  /** Nothing more can come of it: it is not asked once more. */
  readonly isOver: boolean;
  readonly messages: readonly BaseMessage[];
  readonly interrupt?: PendingInterrupt;
}

const nothingSaid: Ended = { text: "", isOver: false, messages: [] };

/** One message, answered by an agent: its runs, what is reported of them, and the answer. */
export class AgentTurn {
  readonly #turn: Turn;
  readonly #agent: CallableAgent;
  readonly #options: LangchainHandlerOptions;
  readonly #report: Reporter;
  readonly #reader: RunReader;
  readonly #patience: Patience;
  readonly #names: ToolNames;
  readonly #approver: Approver;
  /** The graph whose checkpointer is the memory; without one, it is the room. */
  readonly #remembering: Graph | undefined;
  readonly #shownIds = new Set<string>();
  #conversations = 0;

  constructor(turn: Turn, agent: CallableAgent, options: LangchainHandlerOptions) {
    this.#turn = turn;
    this.#options = options;
    this.#report = createReporter(turn, options.events);
    this.#reader = new RunReader(this.#report, ({ id }) => this.#shownId(id));
    this.#patience = new Patience(turn);
    const offered = agent.loop === undefined ? [] : this.#offered(agent.loop.tools);
    this.#names = toolNames([...agent.tools, ...(agent.loop?.tools ?? []), ...offered]);
    const approver = new Approver(turn, options.approve);
    this.#approver = approver;
    this.#remembering = rememberingGraph(agent, options.memory);
    const loop = agent.loop?.prepared({
      tools: offered,
      approve: { tools: new Set(options.approve?.tools ?? []), decide: (call) => approver.decide(call) },
    });
    this.#agent =
      loop === undefined
        ? agent
        : { ...agent, invoke: (input, config) => loop.invoke(messagesIn(input) ?? [], config) };
  }

  /** Ends when the answer was handed over; throws when the message is to be tried again. */
  async take(): Promise<void> {
    const turn = this.#turn;
    if (isAlreadyAnswered(turn)) return;
    const { reply } = this.#options;
    const first = await this.#converse(await this.#begin());
    if (first === undefined || (await this.#deliver(first)) !== "unanswered" || first.isOver) return;
    const again = new HumanMessage(nudge(turn, { ...this.#names, ...(reply !== undefined && { reply }) }));
    const before = this.#remembering === undefined ? first.messages : repairs(first.messages);
    const second = await this.#converse({ messages: [...before, again] });
    if (second === undefined || (await this.#deliver(second)) !== "unanswered" || second.isOver) return;
    reportNoAnswer(this.#report);
  }

  /** Where the turn begins: with messages, or, after a restart, with a question that is still open in its thread. */
  async #begin(): Promise<Start> {
    const turn = this.#turn;
    const graph = this.#remembering;
    if (graph === undefined) return { messages: messagesOf(await turnConversation(turn, this.#options, this.#names)) };
    const thread = await readThread(graph, await this.#config());
    const [interrupt] = thread.interrupts;
    if (interrupt !== undefined && holds(thread, turn)) return { interrupt };
    return { messages: await threadInput(thread, turn, this.#options, this.#names) };
  }

  /** Runs the agent, and again after each question that people have answered; undefined when the turn was cut. */
  async #converse(start: Start): Promise<Ended | undefined> {
    let next = start;
    for (;;) {
      const ended = "messages" in next ? await this.#runPatiently(next) : { ...nothingSaid, interrupt: next.interrupt };
      if (ended?.interrupt === undefined) return ended;
      const answered = await answerInterrupt(ended.interrupt, this.#approver);
      if (this.#turn.signal.aborted) return undefined;
      if (answered === undefined) return this.#unanswered("Nobody gave the answer that is needed to go on.");
      if (!(await this.#isOpen(ended.interrupt)))
        return this.#unanswered("The question was settled elsewhere meanwhile, so the answer was not used.");
      next = { messages: ended.messages, command: await resumeCommand(ended.interrupt, answered.resume) };
    }
  }

  #unanswered(text: string): Ended {
    this.#report({ type: "error", errorCode: "unanswered", text });
    this.#reader.end("cut", { messages: [], text: "" });
    return { ...nothingSaid, isOver: true };
  }

  /** Whether the thread still waits for this answer: to resume what is over would run the graph from somewhere else. */
  async #isOpen(interrupt: PendingInterrupt): Promise<boolean> {
    const { graph } = this.#agent;
    if (graph === undefined || interrupt.id === undefined) return true;
    const { interrupts } = await readThread(graph, await this.#config());
    return interrupts.some(({ id }) => id === interrupt.id);
  }

  async #deliver(ended: Ended): ReturnType<typeof deliverAnswer> {
    const { reply } = this.#options;
    const report = this.#report;
    if (this.#reader.cut === "length")
      report({ type: "error", errorCode: "length", text: "The model's answer was cut at its length limit." });
    if (this.#reader.cut === "content_filter")
      report({ type: "error", errorCode: "content_filter", text: "The model provider held the answer back." });
    return deliverAnswer(this.#turn, { text: ended.text }, { report, ...(reply !== undefined && { reply }) });
  }

  /**
   * One run. A provider that is busy is waited for as it asks, and then asked again; an answer that broke off is asked for once
   * more. The tools before it are not run again.
   */
  async #runPatiently(given: Given): Promise<Ended | undefined> {
    let cuts = 0;
    for (let next = given; ; ) {
      const ran = await this.#run(next);
      if (ran === undefined || !("failure" in ran)) return ran;
      const again = this.#continuation(next);
      const isBusy = again !== undefined && (await this.#patience.waitFor(ran.failure));
      const isCut = this.#reader.isBrokenOff && cuts === 0;
      if (again === undefined || !(isBusy || isCut)) throw failTurn(this.#turn, ran.failure, this.#report);
      if (!isBusy) cuts += 1;
      next = again;
    }
  }

  /** What to run once a failed model call may be tried again; undefined where that would run tools a second time. */
  #continuation(given: Given): Given | undefined {
    if (!this.#reader.hasCalled) return given;
    if (this.#reader.modelFailure === undefined) return undefined;
    if (this.#agent.graph?.hasCheckpointer === true) return { messages: given.messages, after: "checkpoint" };
    const asked = this.#reader.asked.filter(isMessage).filter((message) => typeOf(message) !== "system");
    if (!this.#agent.isConversation || asked.length === 0 || this.#options.input !== undefined) return undefined;
    return { messages: asked, after: "messages" };
  }

  async #run({ messages, command, after }: Given): Promise<Ended | { readonly failure: ModelFailure } | undefined> {
    const turn = this.#turn;
    const reader = this.#reader;
    const isResumed = command !== undefined || after !== undefined;
    if (!isResumed) this.#conversations += 1;
    const config = await this.#config();
    reader.begin({ resumed: isResumed });
    if (!isResumed) beginConversation(turn);
    const { graph } = this.#agent;
    const fromCheckpoint = command !== undefined || after === "checkpoint";
    const end = await driveRun(
      () =>
        fromCheckpoint && graph !== undefined
          ? graph.invoke(command ?? null, config) // null: only the step that failed is run again
          : this.#agent.invoke(this.#input(messages), config),
      turn.signal,
    );
    if (end.kind === "ended") return this.#ended(end.result, messages);
    const isStepLimit = end.kind === "threw" && isRecord(end.error) && end.error.name === "GraphRecursionError";
    reader.end(end.kind === "aborted" ? "cut" : isStepLimit ? "finished" : "failed", { messages: [], text: "" });
    if (end.kind === "aborted") return undefined;
    if (!isStepLimit) return { failure: this.#failure(end.error) };
    if (!turn.answered && !turn.silent)
      this.#report({
        type: "error",
        errorCode: "step_limit",
        text: "Stopped at the step limit: the model wanted to go on.",
      });
    return { ...nothingSaid, isOver: true };
  }

  #input(messages: readonly BaseMessage[]): unknown {
    const { input } = this.#options;
    if (input !== undefined) return input([...messages], this.#turn);
    return this.#agent.takes === "messages" ? [...messages] : { messages: [...messages] };
  }

  #config(): Promise<CallConfig> {
    const { config } = this.#options;
    return callConfig(this.#turn, { config, threadId: this.#threadId() }, new RunFollower(this.#reader));
  }

  /** Where the room is the memory, each conversation is a thread of its own: a checkpointer would remember a second time. */
  #threadId(): string {
    const { room, message, attempt } = this.#turn;
    if (this.#remembering === undefined && this.#agent.graph?.hasCheckpointer === true)
      return `${room.id}/${message.id}/${attempt}/${this.#conversations}`;
    return this.#options.threadId?.(this.#turn) ?? room.id;
  }

  #ended(result: unknown, messages: readonly BaseMessage[]): Ended {
    const held = messagesIn(result) ?? (isMessage(result) ? [result] : []);
    const [interrupt] = interruptsIn(result);
    if (interrupt !== undefined) {
      this.#reader.end("interrupted", { messages: held, text: "" });
      return { ...nothingSaid, messages, interrupt };
    }
    const text =
      this.#options.output === undefined ? answerIn(result, held) : (this.#options.output(result, this.#turn) ?? "");
    const leftOpen = this.#reader.end("finished", { messages: held, text });
    if (this.#remembering !== undefined) return { text, isOver: false, messages: held };
    const whole = held.length > messages.length ? held : [...messages, ...held];
    return { text, isOver: false, messages: [...whole.filter(isWorthKeeping), ...closing(leftOpen)] };
  }

  /** A model's failure is read by its shape; whatever else was thrown is the agent's own. */
  #failure(error: unknown): ModelFailure {
    const failure = readModelFailure(error);
    if (failure.code !== "model.failed" || this.#reader.modelFailure !== undefined) return failure;
    return { ...failure, code: "agent.failed", text: "The agent failed while it was answering." };
  }

  #offered(own: readonly object[]): ReturnType<typeof missingTools> {
    const selection = offeredSelection(this.#options.tools);
    if (selection === undefined) return [];
    const { room } = this.#turn;
    const [first] = room.tools({ ...(selection.prefix !== undefined && { prefix: selection.prefix }) });
    return missingTools(room.tools(selection), own, first?.name.slice(0, -"send_message".length) ?? "");
  }

  /**
   * The id under which a call is reported. Some models count from zero in each run, and a room remembers ids: short ones are
   * made unique by the message, and by a count where the same comes again.
   */
  #shownId(toolCallId: string): string {
    const { message, attempt } = this.#turn;
    const safe = toolCallId.replace(/[^A-Za-z0-9_-]/gu, "_").slice(0, 40);
    const base = toolCallId.length >= 16 ? safe : `${safe}_${message.id.slice(0, 8)}_${attempt}`;
    let id = base;
    for (let count = 2; this.#shownIds.has(id); count += 1) id = `${base}_${count}`;
    this.#shownIds.add(id);
    return id;
  }
}

/** The text of the last message, if it is the model's and asks for no tool. */
function answerIn(result: unknown, messages: readonly BaseMessage[]): string {
  if (typeof result === "string") return result;
  const last = messages.at(-1);
  return last !== undefined && typeOf(last) === "ai" && callsOf(last).length === 0 ? textOf(last) : "";
}

/** Providers refuse an answer that is empty. */
function isWorthKeeping(message: BaseMessage): boolean {
  return typeOf(message) !== "ai" || callsOf(message).length > 0 || textOf(message).trim() !== "";
}

/** Results for calls that have none, without which no model could be asked again. */
function closing(leftOpen: readonly ModelCall[]): readonly BaseMessage[] {
  return leftOpen.map(
    ({ id, name }) => new ToolMessage({ content: "This tool was not run.", tool_call_id: id, name, status: "error" }),
  );
}
