import { isToolFailure, type RoomEventInput } from "@thenvoi/core";
import type { TextStreamPart, ToolSet } from "ai";

/** A part of the SDK's stream, of whichever version. */
export interface StreamPart {
  readonly type: string;
}

/** A tool call that the SDK holds back until someone has decided. */
export interface PendingApproval {
  readonly approvalId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
  readonly providerExecuted: boolean;
}

/** How a run ended, as its parts tell: exactly one of these, whatever the SDK's promises say. */
export type RunOutcome =
  | {
      readonly kind: "finished";
      /** What the model ended with; empty when it ended with a tool call or nothing. */
      readonly text: string;
      readonly finishReason: string;
      readonly steps: number;
      /** Ended because no further step was allowed, not because the model was done. */
      readonly isStepLimit: boolean;
      /** Calls of tools that nobody here runs. They have been closed in the room and have no result for the model. */
      readonly leftOpen: readonly { readonly toolCallId: string; readonly toolName: string }[];
      readonly approvals: readonly PendingApproval[];
    }
  | { readonly kind: "aborted"; readonly reason: string; readonly text: string }
  /** `isCut`: the provider's answer broke off. */
  | { readonly kind: "failed"; readonly error: unknown; readonly text: string; readonly isCut: boolean };

const nothing: readonly RoomEventInput[] = [];

/**
 * Reads the parts of a run as they come and tells what is to be reported. Synchronous: it never holds up the model.
 *
 * Parts may come in any order that the supported versions produce: results before later calls, results without a call (after
 * an approval), invalid calls, several results that are only progress; unknown parts are ignored. Each call is closed once.
 * One reader can read the runs of a turn one after another, so that calls closed in a later run are known.
 */
export class StreamReader {
  readonly #shownId: (toolCallId: string) => string;
  /** Calls without a result, by the model's id. */
  readonly #open = new Map<string, { readonly shownId: string; readonly toolName: string }>();
  readonly #closed = new Set<string>();
  readonly #approvals = new Map<string, PendingApproval>();
  readonly #reasoning = new Map<string, string>();
  readonly #openTexts = new Set<string>();
  readonly #reasons = new Map<string, string>();
  /** What finished steps ended with before a message that arrived meanwhile made the model go on. */
  #said: string[] = [];
  #text = "";
  #steps = 0;
  #finishReason: string | undefined;
  #stepReason: string | undefined;
  #failure: { readonly error: unknown } | undefined;
  #abort: { readonly reason: string } | undefined;
  #isSteered = false;
  #hasCalled = false;
  #hasCalledInStep = false;

  /** @param shownId The id under which a call is reported; the model's own unless told otherwise. */
  constructor(shownId: (toolCallId: string) => string = (toolCallId) => toolCallId) {
    this.#shownId = shownId;
  }

  /** Whether a tool was called, or gave a result, in the run that is being read. */
  get hasCalled(): boolean {
    return this.#hasCalled;
  }

  /** Whether a step that is not finished has called a tool; the calls of finished ones have their results. */
  get hasCalledInStep(): boolean {
    return this.#hasCalledInStep;
  }

  /** Another run of the same turn begins; with `resumed`, one that goes on where the last was held back. */
  begin(options: { readonly resumed?: boolean } = {}): void {
    if (options.resumed !== true) this.#closed.clear();
    this.#text = "";
    this.#said = [];
    this.#steps = 0;
    this.#finishReason = undefined;
    this.#stepReason = undefined;
    this.#failure = undefined;
    this.#abort = undefined;
    this.#hasCalled = false;
    this.#hasCalledInStep = false;
    this.#isSteered = false;
    this.#openTexts.clear();
    this.#reasoning.clear();
    this.#approvals.clear();
  }

  /** What a part gives to report, in order. */
  read(streamPart: StreamPart): readonly RoomEventInput[] {
    if (!isKnown(streamPart)) return nothing;
    const part = streamPart;
    switch (part.type) {
      case "text-start":
        this.#openTexts.add(part.id);
        return nothing;
      case "text-delta":
        this.#text += part.text;
        return nothing;
      case "text-end":
        this.#openTexts.delete(part.id);
        return nothing;
      case "reasoning-start":
        this.#reasoning.set(part.id, "");
        return nothing;
      case "reasoning-delta":
        this.#reasoning.set(part.id, (this.#reasoning.get(part.id) ?? "") + part.text);
        return nothing;
      case "reasoning-end":
        return this.#thought(part.id);
      case "start-step":
        return this.#startStep();
      case "tool-call":
        return this.#call(part);
      case "tool-result":
        if (part.preliminary === true) return nothing;
        return this.#close(part, part.output, isToolFailure(part.output) && hasErrorText(part.output));
      case "tool-error":
        return this.#close(part, toolErrorText(part.error), true);
      case "tool-output-denied":
        return this.#close(part, this.#reasons.get(part.toolCallId) ?? "Not approved.", true);
      case "tool-approval-request":
        if (part.isAutomatic !== true) this.#hold(part);
        return nothing;
      case "tool-approval-response":
        this.#approvals.delete(part.toolCall.toolCallId);
        if (part.reason !== undefined) this.#reasons.set(part.toolCall.toolCallId, `Not approved: ${part.reason}`);
        return nothing;
      case "steering-message":
        this.#isSteered = true;
        return nothing;
      case "finish-step":
        this.#steps += 1;
        this.#hasCalledInStep = false;
        this.#stepReason = part.finishReason;
        if (part.finishReason === "other" && this.#openTexts.size > 0)
          this.#failure ??= { error: new Error("the answer broke off") };
        return nothing;
      case "finish":
        this.#finishReason = part.finishReason;
        return nothing;
      case "error":
        this.#failure ??= { error: part.error };
        return nothing;
      case "abort":
        this.#abort ??= { reason: part.reason ?? "" };
        return nothing;
      default:
        return nothing;
    }
  }

  /** A person has refused a call that was held back: it is closed here and now. */
  deny(toolCallId: string, reason: string): readonly RoomEventInput[] {
    this.#reasons.set(toolCallId, reason);
    const call = this.#open.get(toolCallId);
    return call === undefined ? nothing : this.#close({ toolCallId, toolName: call.toolName }, reason, true);
  }

  /**
   * The run is over: what is still to be reported, and how it ended.
   *
   * @param thrown What the iteration threw, if it did.
   */
  end(thrown?: { readonly error: unknown }): {
    readonly events: readonly RoomEventInput[];
    readonly outcome: RunOutcome;
  } {
    const isCut = thrown !== undefined || this.#openTexts.size > 0;
    const failure = this.#failure ?? thrown;
    const events: RoomEventInput[] = [...this.#reasoning.keys()].flatMap((id) => this.#thought(id));
    const text = [...this.#said, this.#text].filter((each) => each.trim() !== "").join("\n\n");
    if (failure !== undefined || this.#abort !== undefined) {
      if (this.#text.trim() !== "") events.push({ type: "thought", text: `${this.#text.trim()} … [broken off]` });
      const why =
        failure === undefined
          ? "The run was cut off before this call had a result."
          : "The run failed before this call had a result.";
      events.push(...this.#closeAll(why));
      if (failure !== undefined) return { events, outcome: { kind: "failed", error: failure.error, text, isCut } };
      return { events, outcome: { kind: "aborted", reason: this.#abort?.reason ?? "", text } };
    }
    const approvals = [...this.#approvals.values()].filter(({ toolCallId }) => this.#open.has(toolCallId));
    const leftOpen = [...this.#open]
      .filter(([id]) => !this.#approvals.has(id))
      .map(([toolCallId, { toolName }]) => ({ toolCallId, toolName }));
    const finishReason = this.#finishReason ?? this.#stepReason ?? "other";
    for (const { toolCallId, toolName } of leftOpen)
      events.push(...this.#close({ toolCallId, toolName }, unrun(finishReason), true));
    const isStepLimit = finishReason === "tool-calls" && leftOpen.length === 0 && approvals.length === 0;
    const steps = this.#steps;
    return { events, outcome: { kind: "finished", text, finishReason, steps, isStepLimit, leftOpen, approvals } };
  }

  /** What a model writes before it goes on working is a thought; what it ended with before it was spoken to is an answer. */
  #startStep(): readonly RoomEventInput[] {
    const text = this.#text;
    this.#text = "";
    this.#openTexts.clear();
    if (text.trim() === "") return nothing;
    if (!this.#isSteered) return [{ type: "thought", text: text.trim() }];
    this.#isSteered = false;
    this.#said.push(text);
    return nothing;
  }

  #thought(id: string): readonly RoomEventInput[] {
    const text = this.#reasoning.get(id)?.trim() ?? "";
    this.#reasoning.delete(id);
    return text === "" ? nothing : [{ type: "thought", text }];
  }

  #call(call: {
    readonly toolCallId: string;
    readonly toolName: string;
    readonly input: unknown;
  }): readonly RoomEventInput[] {
    const { toolCallId, toolName, input } = call;
    this.#hasCalled = true;
    this.#hasCalledInStep = true;
    if (this.#open.has(toolCallId) || this.#closed.has(toolCallId)) return nothing;
    const shownId = this.#shownId(toolCallId);
    this.#open.set(toolCallId, { shownId, toolName });
    const text = this.#text.trim();
    this.#text = "";
    const event: RoomEventInput = { type: "tool_call", toolCallId: shownId, name: toolName, input };
    return text === "" ? [event] : [{ type: "thought", text }, event];
  }

  #close(
    call: { readonly toolCallId: string; readonly toolName: string },
    output: unknown,
    isError: boolean,
  ): readonly RoomEventInput[] {
    const { toolCallId, toolName: name } = call;
    this.#hasCalled = true;
    if (this.#closed.has(toolCallId)) return nothing;
    const shownId = this.#open.get(toolCallId)?.shownId ?? this.#shownId(toolCallId);
    this.#open.delete(toolCallId);
    this.#closed.add(toolCallId);
    this.#approvals.delete(toolCallId);
    return [{ type: "tool_result", toolCallId: shownId, name, output, ...(isError && { isError }) }];
  }

  #closeAll(text: string): readonly RoomEventInput[] {
    return [...this.#open].flatMap(([toolCallId, { toolName }]) => this.#close({ toolCallId, toolName }, text, true));
  }

  #hold(part: {
    readonly approvalId: string;
    readonly toolCall: {
      readonly toolCallId: string;
      readonly toolName: string;
      readonly input: unknown;
      readonly providerExecuted?: boolean | undefined;
    };
  }): void {
    const { toolCallId, toolName, input, providerExecuted = false } = part.toolCall;
    this.#approvals.set(toolCallId, { approvalId: part.approvalId, toolCallId, toolName, input, providerExecuted });
  }
}

/**
 * The events of a run, for those who drive an agent themselves: `for await (const event of toRoomEvents(result.fullStream))
 * turn.report(event)`. Gives back how the run ended; throws nothing. Never await the network in the loop: `report` doesn't.
 */
export async function* toRoomEvents(
  stream: AsyncIterable<StreamPart>,
): AsyncGenerator<RoomEventInput, RunOutcome, void> {
  const reader = new StreamReader();
  let thrown: { readonly error: unknown } | undefined;
  try {
    for await (const part of stream) yield* reader.read(part);
  } catch (error) {
    thrown = { error };
  }
  const { events, outcome } = reader.end(thrown);
  yield* events;
  if (outcome.kind === "finished" && outcome.isStepLimit) yield stepLimit(outcome.steps);
  return outcome;
}

/** Tells people that the model wanted to go on and was not allowed to. */
export function stepLimit(steps: number): RoomEventInput {
  return {
    type: "error",
    errorCode: "step_limit",
    text: `Stopped at the step limit, after ${steps} ${steps === 1 ? "step" : "steps"}: the model wanted to go on.`,
  };
}

/** A part of a type this version does not know falls through the switch, so that being wrong here does no harm. */
function isKnown(part: StreamPart): part is TextStreamPart<ToolSet> {
  return typeof part.type === "string";
}

function hasErrorText(output: { readonly error: unknown }): boolean {
  const { error } = output;
  return typeof error === "object" && error !== null && "code" in error && "message" in error;
}

function unrun(finishReason: string): string {
  return finishReason === "length"
    ? "Not run: the model's answer was cut at its length limit."
    : "Not run: nothing here runs this tool.";
}

/** What a tool threw, as the room may see it: its message, never its stack. */
function toolErrorText(error: unknown): string {
  const text = error instanceof Error ? error.message : typeof error === "string" ? error : "The tool failed.";
  return text.trim() === "" ? "The tool failed." : text.slice(0, 1_000);
}
