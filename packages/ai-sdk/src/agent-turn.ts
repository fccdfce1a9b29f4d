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
import type { ToolSet } from "ai";
import { type CallableAgent, isRecord, toolsIn } from "./agent.ts";
import { decideAll, guardedApproval } from "./approvals.ts";
import type { AiSdkHandlerOptions } from "./handler.ts";
import { messagesOf } from "./messages.ts";
import { driveAgent, responseMessages } from "./run.ts";
import { Helm } from "./steering.ts";
import { type RunOutcome, StreamReader, stepLimit } from "./stream.ts";
import { beginConversation, missingTools, preparedTools, roomToolName } from "./tools.ts";

type Finished = Extract<RunOutcome, { kind: "finished" }>;

/** A run that came to its end, with the conversation so far, ready to be gone on with. */
interface Ended {
  readonly outcome: Finished;
  readonly messages: readonly object[];
}

/** One message, answered by an agent: its runs, what is reported of them, and the answer. */
export class AgentTurn {
  readonly #turn: Turn;
  readonly #agent: CallableAgent;
  readonly #options: AiSdkHandlerOptions;
  readonly #report: Reporter;
  readonly #reader: StreamReader;
  readonly #approver: Approver;
  readonly #patience: Patience;
  readonly #offered: ToolSet;
  readonly #names: ToolNames;
  readonly #shownIds = new Set<string>();
  /** What the newest step of the run was asked, where the agent tells. */
  #asked: readonly object[] | undefined;
  #alsoTo: readonly string[] = [];

  constructor(turn: Turn, agent: CallableAgent, options: AiSdkHandlerOptions) {
    this.#turn = turn;
    this.#agent = agent;
    this.#options = options;
    this.#report = createReporter(turn, options.events);
    this.#reader = new StreamReader((toolCallId) => this.#shownId(toolCallId));
    this.#approver = new Approver(turn, options.approve);
    this.#patience = new Patience(turn);
    const selection = offeredSelection(options.tools);
    const offered = selection === undefined ? [] : turn.room.tools(selection);
    const [first] = turn.room.tools({
      exclude: [],
      ...(selection?.prefix !== undefined && { prefix: selection.prefix }),
    });
    const prefix = first?.name.slice(0, -"send_message".length) ?? "";
    this.#offered = missingTools(offered, agent.tools, prefix);
    this.#names = toolNames({ ...this.#offered, ...agent.tools });
  }

  /** Ends when the answer was handed over; throws when the message is to be tried again. */
  async take(): Promise<void> {
    const turn = this.#turn;
    if (isAlreadyAnswered(turn)) return;
    const { reply } = this.#options;
    const messages = messagesOf(await turnConversation(turn, this.#options, this.#names));
    const first = await this.#converse(messages, {});
    if (first === undefined || (await this.#deliver(first.outcome)) !== "unanswered") return;
    const again = { role: "user", content: nudge(turn, { ...this.#names, ...(reply !== undefined && { reply }) }) };
    const second = await this.#converse([...first.messages, again], { stopWhen: () => true });
    if (second === undefined || (await this.#deliver(second.outcome)) !== "unanswered") return;
    reportNoAnswer(this.#report);
  }

  async #deliver(outcome: Finished): ReturnType<typeof deliverAnswer> {
    const { reply } = this.#options;
    const report = this.#report;
    if (outcome.isStepLimit && !this.#turn.answered && !this.#turn.silent) report(stepLimit(outcome.steps));
    if (outcome.finishReason === "length")
      report({ type: "error", errorCode: "length", text: "The model's answer was cut at its length limit." });
    if (outcome.finishReason === "content-filter")
      report({ type: "error", errorCode: "content_filter", text: "The model provider held the answer back." });
    const text = this.#isStructured ? fenced(outcome.text) : outcome.text;
    return deliverAnswer(this.#turn, { text, alsoTo: this.#alsoTo }, { report, ...(reply !== undefined && { reply }) });
  }

  /** Runs the agent, and again after each pause for a person's word; undefined when the turn was cut. */
  async #converse(start: readonly object[], extra: Readonly<Record<string, unknown>>): Promise<Ended | undefined> {
    let messages = start;
    for (let resumed = false; ; resumed = true) {
      const ended = await this.#runPatiently(messages, extra, resumed);
      if (ended === undefined) return undefined;
      const { approvals } = ended.outcome;
      if (approvals.length === 0) return ended;
      const { signal } = this.#turn;
      const decisions = await decideAll(approvals, {
        approver: this.#approver,
        reader: this.#reader,
        report: this.#report,
      });
      if (signal.aborted) return undefined;
      messages = [...ended.messages, decisions];
    }
  }

  /**
   * One run. A provider that is busy is waited for as it asks; an answer that broke off is asked for once more. After tools
   * have run it goes on with what the failed step was asked: what a tool has done must not be done twice.
   */
  async #runPatiently(
    messages: readonly object[],
    extra: Readonly<Record<string, unknown>>,
    resumed: boolean,
  ): Promise<Ended | undefined> {
    let cuts = 0;
    for (let next = { messages, resumed }; ; ) {
      const ran = await this.#run(next.messages, extra, next.resumed);
      if (ran === undefined || "outcome" in ran) return ran;
      const again = this.#continuation(next);
      const isBusy = again !== undefined && (await this.#patience.waitFor(ran.failure));
      const isCut = ran.isCut && ran.failure.code === "model.failed" && cuts === 0;
      if (again === undefined || !(isBusy || isCut)) throw failTurn(this.#turn, ran.failure, this.#report);
      if (!isBusy) cuts += 1;
      next = again;
    }
  }

  /** What to run once a failed step may be tried again; undefined where that would run tools a second time. */
  #continuation(given: { readonly messages: readonly object[]; readonly resumed: boolean }): typeof given | undefined {
    if (!this.#reader.hasCalled) return given;
    if (this.#reader.hasCalledInStep || this.#asked === undefined) return undefined;
    return { messages: this.#asked, resumed: true };
  }

  async #run(
    messages: readonly object[],
    extra: Readonly<Record<string, unknown>>,
    resumed: boolean,
  ): Promise<Ended | { readonly failure: ModelFailure; readonly isCut: boolean } | undefined> {
    const turn = this.#turn;
    const reader = this.#reader;
    const steering = this.#options.steering?.();
    const call = await this.#call(messages, {
      ...extra,
      ...(steering !== undefined && { experimental_steering: steering }),
    });
    reader.begin({ resumed });
    this.#asked = undefined;
    if (!resumed) beginConversation(turn);
    using helm = steering === undefined ? undefined : new Helm(turn, steering);
    const end = await driveAgent(this.#agent, call, {
      signal: turn.signal,
      read: (part) => {
        for (const event of reader.read(part)) this.#report(event);
        if (part.type === "finish-step" || part.type === "tool-result") helm?.look();
      },
    });
    if (end.kind === "aborted") return undefined;
    const { events, outcome } = reader.end(end.kind === "threw" ? { error: end.error } : undefined);
    for (const event of events) this.#report(event);
    if (outcome.kind === "failed") return { failure: readModelFailure(outcome.error), isCut: outcome.isCut };
    if (outcome.kind === "aborted") return { failure: timedOut(outcome.reason), isCut: false };
    await helm?.settled();
    this.#alsoTo = [...this.#alsoTo, ...(helm?.senders ?? [])];
    const added = end.kind === "ended" ? await responseMessages(end.result) : [];
    return { outcome, messages: [...messages, ...added, ...closing(outcome)] };
  }

  /** What the agent is called with. What is given for one call stands in for its settings, so it is made from them. */
  async #call(
    messages: readonly object[],
    extra: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { callOptions = {}, approve } = this.#options;
    const asked = typeof callOptions === "function" ? await callOptions(this.#turn) : callOptions;
    const { settings } = this.#agent;
    const guarded = new Set(approve?.tools ?? []);
    const own = "tools" in asked ? toolsIn(asked.tools) : this.#agent.tools;
    const tools = preparedTools({ ...this.#offered, ...own }, guarded);
    const active = asked.activeTools ?? settings.activeTools;
    return {
      ...this.#traced(),
      ...guardedApproval(this.#agent, guarded),
      ...asked,
      ...this.#listening(asked),
      ...extra,
      ...(Object.keys(tools).length > 0 && { tools }),
      ...(Array.isArray(active) && { activeTools: [...new Set([...active, ...Object.keys(this.#offered)])] }),
      messages,
      abortSignal: this.#turn.signal,
    };
  }

  /** Notes what each step is asked, and lets the agent's own preparation of steps do what it does. */
  #listening(asked: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const { settings, isToolLoop } = this.#agent;
    if (!isToolLoop) return {};
    const own = "prepareStep" in asked ? asked.prepareStep : settings.prepareStep;
    return {
      prepareStep: (step: unknown): unknown => {
        const messages: unknown = isRecord(step) ? step.messages : undefined;
        this.#asked = Array.isArray(messages) ? messages.filter(isRecord) : undefined;
        return typeof own === "function" ? Reflect.apply(own, undefined, [step]) : undefined;
      },
    };
  }

  /** Room, message and attempt where the SDK's tracing looks: `runtimeContext` in `ai` 7, the metadata of its telemetry in `ai` 6. */
  #traced(): Readonly<Record<string, unknown>> {
    const { settings, isToolLoop } = this.#agent;
    if (!isToolLoop) return {};
    const { room, message, attempt } = this.#turn;
    const place = { roomId: room.id, messageId: message.id, attempt };
    const { runtimeContext, experimental_telemetry: telemetry } = settings;
    return {
      runtimeContext: { ...(isRecord(runtimeContext) && runtimeContext), thenvoi: place },
      ...(isRecord(telemetry) && {
        experimental_telemetry: {
          ...telemetry,
          metadata: { ...(isRecord(telemetry.metadata) && telemetry.metadata), ...place },
        },
      }),
    };
  }

  /** The text of an agent with an `output` of its own is JSON. */
  get #isStructured(): boolean {
    return this.#agent.settings.output !== undefined;
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

/** What the room's tools are called in this agent, its own copies of them included. */
function toolNames(tools: ToolSet): ToolNames {
  const named = new Map(Object.entries(tools).map(([name, tool]) => [roomToolName(tool), name]));
  const [sendTool, silentTool, askTool] = ["send_message", "no_reply", "ask_peer"].map((name) => named.get(name));
  return {
    ...(sendTool !== undefined && { sendTool }),
    ...(silentTool !== undefined && { silentTool }),
    ...(askTool !== undefined && { askTool }),
  };
}

/** Results for calls that have none, without which no model could be asked again. */
function closing({ leftOpen }: Finished): readonly object[] {
  if (leftOpen.length === 0) return [];
  const content = leftOpen.map(({ toolCallId, toolName }) => ({
    type: "tool-result",
    toolCallId,
    toolName,
    output: { type: "error-text", value: "This tool was not run." },
  }));
  return [{ role: "tool", content }];
}

function timedOut(reason: string): ModelFailure {
  return {
    code: "model.timeout",
    text: "The run was cut off before the model was done: a time limit of the agent.",
    retryAfterMs: undefined,
    cause: reason,
  };
}

/** JSON as people can read it; anything else as it is. */
function fenced(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``
      : text;
  } catch {
    return text;
  }
}
