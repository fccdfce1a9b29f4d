import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import {
  type ConversationEntry,
  conversation,
  labelledNote,
  type Message,
  type RoomItem,
  type Transcript,
  transcript,
} from "@thenvoi/core";

/**
 * A room as messages for a model. Pure, and valid for every provider, whatever the room holds.
 *
 * Only what this agent said is `ai`. Everyone else, other agents too, is `human`, under a label that no text can forge, and
 * without `name`, which not every provider takes. A tool call stands with its result or not at all. Nothing is ever
 * `system`, and the first message is a human one.
 *
 * @param history What `turn.transcript()` gives; or items of a room, as `turn.history()` gives them, oldest first.
 * @param about Whose history it is; needed for items only. What came after the newest message of someone else is left out,
 * but for own items.
 */
export function toBaseMessages(history: Transcript): BaseMessage[];
export function toBaseMessages(history: readonly RoomItem[], about: { readonly selfId: string }): BaseMessage[];
export function toBaseMessages(
  history: Transcript | readonly RoomItem[],
  about?: { readonly selfId: string },
): BaseMessage[] {
  const shown = isTranscript(history) ? history : transcriptOf(history, about?.selfId ?? "");
  return messagesOf(conversation(shown));
}

/** Entries of a conversation in LangChain's words. */
export function messagesOf(entries: readonly ConversationEntry[]): BaseMessage[] {
  const messages = entries.flatMap((entry): BaseMessage[] => {
    if (entry.kind === "user") return [new HumanMessage(entry.text)];
    if (entry.kind === "own") return [new AIMessage(entry.text)];
    const { toolCallId: id, name, input, output, isError } = entry;
    return [
      new AIMessage({ content: "", tool_calls: [{ type: "tool_call", id, name, args: { ...input } }] }),
      new ToolMessage({
        tool_call_id: id,
        name,
        content: typeof output === "string" ? output : JSON.stringify(output),
        status: isError ? "error" : "success",
      }),
    ];
  });
  const [first] = entries;
  return first === undefined || first.kind === "user" ? messages : [new HumanMessage(earlier), ...messages];
}

const earlier = labelledNote("What was said before this is not shown.");

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
