import type { Json } from "../model/room-event.ts";
import type { Transcript, TranscriptEntry } from "../room/transcript.ts";
import type { Turn } from "../turn/turn.ts";
import { jsonSafe } from "./json-safe.ts";
import { labelledMessage, labelledNote, withoutTags } from "./label.ts";
import type { AdapterOptions } from "./options.ts";
import { roomNote, type ToolNames } from "./room-note.ts";

/** One entry of what a model is shown, ready to be put into any framework's words. None of it is ever system text. */
export type ConversationEntry =
  /** Everyone else's words, labelled, and notes about the room. */
  | { readonly kind: "user"; readonly text: string }
  /** What this agent said. */
  | { readonly kind: "own"; readonly text: string }
  /** A tool call of this agent with its result: valid names and ids, plain JSON. */
  | {
      readonly kind: "tool";
      readonly toolCallId: string;
      readonly name: string;
      readonly input: { readonly [key: string]: Json };
      readonly output: Json;
      readonly isError: boolean;
    };

/** A transcript as conversation: valid whatever the room holds, in the order it was said. */
export function conversation(transcript: Transcript): readonly ConversationEntry[] {
  const taken = new Set<string>();
  return transcript.entries
    .map((entry) => entryOf(entry, taken))
    .filter((entry) => entry.kind !== "own" || entry.text.trim() !== "");
}

/** What the model of a turn is shown: the note about the room, then the room, then the message to answer. */
export async function turnConversation(
  turn: Turn,
  options: Pick<AdapterOptions, "history" | "instructions" | "reply">,
  names: ToolNames,
): Promise<readonly ConversationEntry[]> {
  const [note, said] = await Promise.all([roomNote(turn, options, names), saidOf(turn, options.history)]);
  return note === undefined ? said : [{ kind: "user", text: note }, ...said];
}

/** A message that arrived while the turn ran, as a model is shown it. */
export function arrivedText(message: Turn["message"]): string {
  if (message.kind === "prompt") return labelledNote(`What you are to do now:\n${withoutTags(message.text)}`);
  const { name, handle } = message.sender;
  return labelledMessage({ speaker: handle === undefined ? name : `${name} (@${handle})`, text: message.text });
}

async function saidOf(turn: Turn, history: AdapterOptions["history"]): Promise<readonly ConversationEntry[]> {
  if (history === false) return turn.messages.map((message) => ({ kind: "user", text: arrivedText(message) }));
  const entries = conversation(await turn.transcript(history));
  if (turn.message.kind !== "prompt") return entries;
  return [...entries.slice(0, -1), { kind: "user", text: arrivedText(turn.message) }]; // nobody in the room has said it
}

function entryOf(entry: TranscriptEntry, taken: Set<string>): ConversationEntry {
  if (entry.kind === "said")
    return entry.own ? { kind: "own", text: entry.text } : { kind: "user", text: labelledMessage(entry) };
  return {
    kind: "tool",
    toolCallId: unique(safeName(entry.toolCallId), taken),
    name: safeName(entry.name),
    input: asObject(jsonSafe(entry.input)),
    output: jsonSafe(entry.output),
    isError: entry.isError,
  };
}

/** Providers take letters, digits, `_` and `-`, at most 64. */
function safeName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9_-]/gu, "_").slice(0, 64);
  return safe === "" ? "unnamed" : safe;
}

/** Two ids that were told apart only by what was taken out of them are told apart again. */
function unique(id: string, taken: Set<string>): string {
  let candidate = id;
  for (let count = 2; taken.has(candidate); count += 1) candidate = `${id.slice(0, 56)}_${count}`;
  taken.add(candidate);
  return candidate;
}

/** Providers take only objects as the input of a call; one that was too long to be kept is text here. */
function asObject(value: Json): { readonly [key: string]: Json } {
  return isObject(value) ? value : { value };
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
