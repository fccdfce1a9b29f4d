import {
  type ConversationEntry,
  conversation,
  type Message,
  type RoomItem,
  type Transcript,
  transcript,
} from "@thenvoi/core";
import type { ModelMessage } from "ai";

/** A message as this package makes it: narrower than the SDK's, and so one of every version's. */
export type RoomModelMessage =
  | { role: "user"; content: string }
  | {
      role: "assistant";
      content: string | { type: "tool-call"; toolCallId: string; toolName: string; input: unknown }[];
    }
  | {
      role: "tool";
      content: {
        type: "tool-result";
        toolCallId: string;
        toolName: string;
        output: { type: "text" | "error-text"; value: string };
      }[];
    };

/**
 * A room as messages for a model. Pure, and valid on every supported version of `ai`, whatever the room holds.
 *
 * Only what this agent said is `assistant`. Everyone else, other agents too, is `user`, under a label that no text can
 * forge. A tool call stands with its result or not at all. Nothing is ever `system`.
 *
 * @param history What `turn.transcript()` gives; or items of a room, as `turn.history()` gives them, oldest first.
 * @param about Whose history it is; needed for items only. What came after the newest message of someone else is left out,
 * but for own items.
 */
export function toModelMessages(history: Transcript): RoomModelMessage[];
export function toModelMessages(history: readonly RoomItem[], about: { readonly selfId: string }): RoomModelMessage[];
export function toModelMessages(
  history: Transcript | readonly RoomItem[],
  about?: { readonly selfId: string },
): RoomModelMessage[] {
  const shown = isTranscript(history) ? history : transcriptOf(history, about?.selfId ?? "");
  return messagesOf(conversation(shown));
}

/** Entries of a conversation in the SDK's words. */
export function messagesOf(entries: readonly ConversationEntry[]): RoomModelMessage[] {
  return entries.flatMap((entry): (RoomModelMessage & ModelMessage)[] => {
    if (entry.kind === "user") return [{ role: "user", content: entry.text }];
    if (entry.kind === "own") return [{ role: "assistant", content: entry.text }];
    const { toolCallId, name: toolName, input, output, isError } = entry;
    const value = typeof output === "string" ? output : JSON.stringify(output);
    return [
      { role: "assistant", content: [{ type: "tool-call", toolCallId, toolName, input }] },
      {
        role: "tool",
        content: [
          { type: "tool-result", toolCallId, toolName, output: { type: isError ? "error-text" : "text", value } },
        ],
      },
    ];
  });
}

function isTranscript(history: Transcript | readonly RoomItem[]): history is Transcript {
  return !Array.isArray(history);
}

function transcriptOf(items: readonly RoomItem[], selfId: string): Transcript {
  const trigger = items.findLast(
    (item): item is Message => item.kind !== "event" && item.sender.id !== selfId && item.text.trim() !== "",
  );
  if (trigger === undefined) return { entries: [] };
  return transcript(items, { trigger, selfId }, { maxTokens: Number.POSITIVE_INFINITY });
}
