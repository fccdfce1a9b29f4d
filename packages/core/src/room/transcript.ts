import type { Message } from "../model/message.ts";
import type { RoomEvent, RoomItem } from "../model/room-event.ts";

/** How much of a room a transcript holds. */
export interface TranscriptOptions {
  /** Most tokens in all; the newest entries are kept, the trigger always is. Default 32,000. */
  readonly maxTokens?: number;
  /** Counts the tokens of a text. Default: a quarter of its characters, rounded up. */
  readonly countTokens?: (text: string) => number;
}

/** A room as a model should see it: neutral, valid, within a budget, the message to answer last. */
export interface Transcript {
  readonly entries: readonly TranscriptEntry[];
}

/** One entry: someone else's words, own words, or an own tool call with its result. */
export type TranscriptEntry =
  | {
      readonly kind: "said";
      /** True when this agent said it. */
      readonly own: boolean;
      /** Who said it, on one line: `Dana Reyes (@dana)`. Made from the account, not from the text. */
      readonly speaker: string;
      readonly text: string;
      readonly messageId: string;
    }
  | {
      readonly kind: "tool";
      readonly toolCallId: string;
      readonly name: string;
      readonly input: unknown;
      readonly output: unknown;
      readonly isError: boolean;
    };

const defaultMaxTokens = 32_000;
/** The trigger is never cut below this, whatever the budget. */
const triggerLimitBytes = 65_536;
const cutMarker = "\n… [cut]";

/**
 * Makes a transcript from a room's history. Pure: the same items give the same transcript, also after a restart.
 *
 * Others' words that came after the trigger are left out: they are, or were, turns of their own. Own items after it are
 * what an earlier attempt did and stand before it. A tool call without a result, or with more than one, is left out or
 * takes the first, so that a call is never parted from its result.
 *
 * @param items Oldest first; may or may not hold the trigger.
 */
export function transcript(
  items: readonly RoomItem[],
  about: { readonly trigger: Message; readonly selfId: string },
  options: TranscriptOptions = {},
): Transcript {
  const count = options.countTokens ?? quarterOfCharacters;
  const trigger = said({ ...about.trigger, text: cutToBytes(about.trigger.text, triggerLimitBytes) }, about.selfId);
  const earlier = items.filter((item) => item.id !== about.trigger.id && belongsBefore(item, about));
  const entries = entriesOf(earlier, about.selfId);

  let left = (options.maxTokens ?? defaultMaxTokens) - count(textOf(trigger));
  const kept: TranscriptEntry[] = [];
  for (const entry of entries.toReversed()) {
    left -= count(textOf(entry));
    if (left < 0) break;
    kept.unshift(entry);
  }
  return { entries: [...kept, trigger] };
}

function belongsBefore(item: RoomItem, about: { readonly trigger: Message; readonly selfId: string }): boolean {
  return item.sender.id === about.selfId || item.insertedAt <= about.trigger.insertedAt;
}

function entriesOf(items: readonly RoomItem[], selfId: string): TranscriptEntry[] {
  const results = new Map<string, ToolResult>();
  for (const item of items) {
    const result = item.kind === "event" && item.sender.id === selfId ? readToolResult(item) : undefined;
    if (result !== undefined && !results.has(result.toolCallId)) results.set(result.toolCallId, result);
  }
  const seen = new Set<string>();
  return items.flatMap((item): TranscriptEntry[] => {
    if (item.kind !== "event") return item.text.trim() === "" ? [] : [said(item, selfId)];
    const call = item.sender.id === selfId ? readToolCall(item) : undefined;
    const result = call === undefined ? undefined : results.get(call.toolCallId);
    if (call === undefined || result === undefined || seen.has(call.toolCallId)) return [];
    seen.add(call.toolCallId);
    return [{ kind: "tool", ...call, output: result.output, isError: result.isError }];
  });
}

function said(message: Message, selfId: string): TranscriptEntry {
  const { name, handle } = message.sender;
  const speaker = handle === undefined ? oneLine(name) : `${oneLine(name)} (@${handle})`;
  return {
    kind: "said",
    own: message.sender.id === selfId && message.kind !== "prompt",
    speaker,
    text: message.text,
    messageId: message.id,
  };
}

interface ToolCall {
  readonly toolCallId: string;
  readonly name: string;
  readonly input: unknown;
}

interface ToolResult {
  readonly toolCallId: string;
  readonly output: unknown;
  readonly isError: boolean;
}

function readToolCall(event: RoomEvent): ToolCall | undefined {
  if (event.type !== "tool_call") return undefined;
  const body = parseRecord(event.content);
  const toolCallId = body?.tool_call_id;
  const name = body?.name;
  return typeof toolCallId === "string" && typeof name === "string"
    ? { toolCallId, name, input: body?.args }
    : undefined;
}

function readToolResult(event: RoomEvent): ToolResult | undefined {
  if (event.type !== "tool_result") return undefined;
  const body = parseRecord(event.content);
  const toolCallId = body?.tool_call_id;
  if (typeof toolCallId !== "string") return undefined;
  return { toolCallId, output: body?.output, isError: body?.is_error === true };
}

function parseRecord(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined; // another agent's dialect: opaque text
  }
}

function textOf(entry: TranscriptEntry): string {
  return entry.kind === "said"
    ? `${entry.speaker}: ${entry.text}`
    : JSON.stringify([entry.name, entry.input, entry.output]);
}

function quarterOfCharacters(text: string): number {
  return Math.ceil(text.length / 4);
}

function oneLine(name: string): string {
  return name
    .replace(/[\p{Cc}\p{Bidi_Control}\s]+/gu, " ")
    .trim()
    .slice(0, 100);
}

function cutToBytes(text: string, limitBytes: number): string {
  if (Buffer.byteLength(text) <= limitBytes) return text;
  const kept = Buffer.from(text).subarray(0, limitBytes - Buffer.byteLength(cutMarker));
  return new TextDecoder().decode(kept).replace(/\uFFFD+$/u, "") + cutMarker;
}
