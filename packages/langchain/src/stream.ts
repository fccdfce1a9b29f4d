import type { BaseMessage } from "@langchain/core/messages";
import type { Reporter } from "@thenvoi/core";
import {
  answeredId,
  callsOf,
  cutBy,
  isFailure,
  isMessage,
  isSuccess,
  type ModelCall,
  messagesIn,
  outputOf,
  textOf,
  unreadableCallsOf,
} from "./message-parts.ts";
import { reasoningOf } from "./reasoning.ts";
import { isRecord } from "./shape.ts";

/** A call of this run: planned by a model, shown in the room, closed there. */
interface Call extends ModelCall {
  shownId: string | undefined;
  isClosed: boolean;
  /** What the tool threw, kept until it is known that no other try follows. */
  failure: { readonly error: unknown } | undefined;
}

/** How a run ended, for the calls that are still open. */
export type RunEnding = "finished" | "interrupted" | "failed" | "cut";

/**
 * Reads what callbacks tell of a run, and the messages that tell what callbacks don't, and reports it in order.
 *
 * Synchronous: it never holds up a run. A call is shown when its tool starts, or when a message shows that it was answered
 * without one (arguments that don't fit, unknown tools, refusals), and closed once. A tool that throws is closed when the next
 * model call sees what came of it, because it may be tried again. One reader reads all the runs of a turn.
 */
export class RunReader {
  readonly #report: Reporter;
  readonly #shownId: (call: { readonly id: string }) => string;
  readonly #calls = new Map<string, Call>();
  /** Text of a model that may turn out to be the answer. */
  #text = "";
  #cut: ReturnType<typeof cutBy>;
  #hasCalled = false;
  #isOver = false;
  #modelFailure: { readonly error: unknown } | undefined;
  #hasBegun = false;
  #isBrokenOff = false;
  #asked: readonly unknown[] = [];

  constructor(report: Reporter, shownId: (call: { readonly id: string }) => string) {
    this.#report = report;
    this.#shownId = shownId;
  }

  /** Whether a tool was called in the run that is being read. */
  get hasCalled(): boolean {
    return this.#hasCalled;
  }

  /** How the provider says that the last answer is not whole; undefined for one that is. */
  get cut(): ReturnType<typeof cutBy> {
    return this.#cut;
  }

  /** What the last model call threw, if it did. */
  get modelFailure(): { readonly error: unknown } | undefined {
    return this.#modelFailure;
  }

  /** Whether the last model call broke off in the middle of its answer. */
  get isBrokenOff(): boolean {
    return this.#isBrokenOff;
  }

  /** What the last model call was asked. */
  get asked(): readonly unknown[] {
    return this.#asked;
  }

  /** Another run of the turn begins; with `resumed`, one that goes on where the last was interrupted. */
  begin(options: { readonly resumed?: boolean } = {}): void {
    this.#isOver = false;
    this.#isBrokenOff = false;
    if (options.resumed === true) return;
    this.#calls.clear();
    this.#text = "";
    this.#cut = undefined;
    this.#hasCalled = false;
    this.#modelFailure = undefined;
    this.#asked = [];
  }

  modelStarted(messages: readonly unknown[]): void {
    if (!this.#isOver) this.#asked = messages;
    this.#hasBegun = false;
    this.reconcile(messages);
  }

  /** A model that streams has said its first words. */
  modelBegan(): void {
    this.#hasBegun = true;
  }

  modelFailed(error: unknown): void {
    if (this.#isOver) return;
    this.#modelFailure = { error };
    this.#isBrokenOff = this.#hasBegun || isBrokenOff(error);
  }

  modelEnded(message: BaseMessage): void {
    if (this.#isOver) return;
    this.#think(this.#text);
    this.#modelFailure = undefined;
    this.#isBrokenOff = false;
    this.#cut = cutBy(message);
    for (const thought of reasoningOf(message)) this.#think(thought);
    const calls = callsOf(message);
    const unreadable = unreadableCallsOf(message);
    this.#text = textOf(message);
    if (calls.length + unreadable.length > 0) this.#think(this.#text);
    for (const call of calls) this.#plan(call);
    for (const call of unreadable) {
      const planned = this.#plan(call);
      this.#close(planned, "Not run: the arguments could not be read.", true);
    }
  }

  toolStarted(started: ModelCall): void {
    if (this.#isOver) return;
    const known = this.#calls.get(started.id);
    const call = known === undefined || known.isClosed ? this.#plan(started) : known;
    call.failure = undefined;
    this.#show(call);
  }

  toolEnded(id: string, output: unknown): void {
    const call = this.#calls.get(id);
    if (this.#isOver || call === undefined) return;
    const message = messageIn(output, id);
    if (message !== undefined) this.#close(call, outputOf(message), isFailure(message));
    else this.#close(call, isCommand(output) ? "Done." : output, false);
  }

  toolFailed(id: string, error: unknown): void {
    const call = this.#calls.get(id);
    if (this.#isOver || call === undefined || isControlFlow(error)) return;
    call.failure = { error };
  }

  /** Closes what these messages show to be answered, as they show it. */
  reconcile(messages: readonly unknown[]): void {
    if (this.#isOver) return;
    for (const call of this.#calls.values()) {
      if (call.isClosed) continue;
      const planned = messages.findLastIndex((message) => callsOf(message).some(({ id }) => id === call.id));
      const answer = messages.slice(planned + 1).find((message) => answeredId(message) === call.id);
      if (planned < 0 || !isMessage(answer)) continue;
      // older versions don't say in the message that the tool failed, or was never run
      const hasRun = call.shownId !== undefined && call.failure === undefined;
      this.#close(call, outputOf(answer), isFailure(answer) || (!hasRun && !isSuccess(answer)));
    }
  }

  /**
   * The run is over; nothing that comes after this is reported.
   *
   * @param result What the run gave back, if it did.
   * @returns Calls that nobody has run, for which a model would have to be given results.
   */
  end(
    ending: RunEnding,
    result: { readonly messages: readonly BaseMessage[]; readonly text: string },
  ): readonly ModelCall[] {
    this.reconcile(result.messages);
    if (ending !== "finished" || this.#text.trim() !== result.text.trim()) this.#think(this.#text);
    this.#text = "";
    if (ending === "interrupted") return [];
    const leftOpen: ModelCall[] = [];
    for (const call of this.#calls.values()) {
      if (call.isClosed) continue;
      const isAsked = result.messages.some((message) => callsOf(message).some(({ id }) => id === call.id));
      if (ending === "finished" && isAsked) leftOpen.push(call);
      if (call.shownId !== undefined)
        this.#close(call, call.failure === undefined ? closing[ending] : errorText(call.failure.error), true);
      else if (ending === "finished" && isAsked) this.#close(call, "Not run: nothing here runs this tool.", true);
    }
    this.#isOver = true;
    return leftOpen;
  }

  #plan(call: ModelCall): Call {
    this.#hasCalled = true;
    const planned: Call = { ...call, shownId: undefined, isClosed: false, failure: undefined };
    const known = this.#calls.get(call.id);
    if (known !== undefined && !known.isClosed && known.shownId !== undefined)
      this.#close(known, known.failure === undefined ? closing.finished : errorText(known.failure.error), true);
    this.#calls.set(call.id, planned);
    return planned;
  }

  #show(call: Call): string {
    if (call.shownId !== undefined) return call.shownId;
    const toolCallId = this.#shownId(call);
    call.shownId = toolCallId;
    this.#think(this.#text);
    this.#report({ type: "tool_call", toolCallId, name: call.name, input: call.input });
    return toolCallId;
  }

  #close(call: Call, output: unknown, isError: boolean): void {
    if (call.isClosed) return;
    const toolCallId = this.#show(call);
    call.isClosed = true;
    this.#report({ type: "tool_result", toolCallId, name: call.name, output, ...(isError && { isError }) });
  }

  #think(text: string): void {
    if (text === this.#text) this.#text = "";
    if (text.trim() !== "") this.#report({ type: "thought", text: text.trim() });
  }
}

const closing = {
  finished: "The run ended without a result of this call.",
  failed: "The run failed before this call had a result.",
  cut: "The run was cut off before this call had a result.",
} as const;

/** Interrupts, and commands for a graph further up, travel as errors and are none. */
export function isControlFlow(error: unknown): boolean {
  return isRecord(error) && error.is_bubble_up === true;
}

/** How clients of HTTP say that the body of an answer ended too early. */
function isBrokenOff(error: unknown): boolean {
  for (let each = error, depth = 0; isRecord(each) && depth < 6; each = each.cause, depth += 1) {
    const words = [each.message, each.code].filter((word) => typeof word === "string").join(" ");
    if (/^terminated\b|premature close|other side closed|UND_ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE/iu.test(words))
      return true;
  }
  return false;
}

function isCommand(value: unknown): boolean {
  return isRecord(value) && value.lg_name === "Command";
}

/** The message by which a tool answers a call: its output itself, or what its command puts into the state. */
function messageIn(output: unknown, id: string): BaseMessage | undefined {
  if (isMessage(output)) return output;
  if (!isCommand(output) || !isRecord(output)) return undefined;
  return messagesIn(output.update)?.find((message) => answeredId(message) === id);
}

/** What a tool threw, as the room may see it: its message, never its stack. */
function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : typeof error === "string" ? error : "";
  return text.trim() === "" ? "The tool failed." : text.slice(0, 1_000);
}
