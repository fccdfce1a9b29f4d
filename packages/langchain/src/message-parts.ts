import type { BaseMessage } from "@langchain/core/messages";
import { isRecord, methodOf } from "./shape.ts";

/** A tool call as a model made it. */
export interface ModelCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** A message of whichever copy of LangChain. */
export function isMessage(value: unknown): value is BaseMessage {
  return isRecord(value) && methodOf(value, "getType") !== undefined && "content" in value;
}

/** `human`, `ai`, `tool`, `system`, …; undefined for what is no message. */
export function typeOf(value: unknown): string | undefined {
  return isMessage(value) ? value.getType() : undefined;
}

/** The messages that a result or a state holds; undefined where it holds none. */
export function messagesIn(value: unknown): readonly BaseMessage[] | undefined {
  const found = isRecord(value) ? value.messages : value;
  return Array.isArray(found) && found.length > 0 && found.every(isMessage) ? found : undefined;
}

/** Its text blocks, joined. */
export function textOf(message: BaseMessage): string {
  const { content } = message;
  if (typeof content === "string") return content;
  return content
    .map((block: unknown) =>
      isRecord(block) && block.type === "text" && typeof block.text === "string" ? block.text : "",
    )
    .join("");
}

/** The calls of an AI message whose arguments could be read. */
export function callsOf(message: unknown): readonly ModelCall[] {
  return listOf(message, "tool_calls").map(({ id, name, args }, index) => ({
    id: typeof id === "string" && id !== "" ? id : `call_${index}`,
    name: String(name),
    input: args,
  }));
}

/** The calls of an AI message whose arguments are not JSON, with the text that they are. */
export function unreadableCallsOf(message: unknown): readonly ModelCall[] {
  return listOf(message, "invalid_tool_calls").map(({ id, name, args }, index) => ({
    id: typeof id === "string" && id !== "" ? id : `invalid_${index}`,
    name: typeof name === "string" && name !== "" ? name : "unnamed",
    input: args ?? "",
  }));
}

/** The id of the call that a tool message answers. */
export function answeredId(message: unknown): string | undefined {
  if (typeOf(message) !== "tool" || !isRecord(message)) return undefined;
  return typeof message.tool_call_id === "string" ? message.tool_call_id : undefined;
}

/** What a tool message says to the model: text, or what its JSON text holds. Never its artifact. */
export function outputOf(message: BaseMessage): unknown {
  const { content } = message;
  if (typeof content !== "string") {
    const blocks: readonly unknown[] = content;
    return blocks.every((block) => isRecord(block) && block.type === "text") ? textOf(message) : content;
  }
  if (!/^\s*[[{]/u.test(content)) return content;
  try {
    const value: unknown = JSON.parse(content);
    return value;
  } catch {
    return content;
  }
}

/** Whether a tool message says that the tool failed. */
export function isFailure(message: BaseMessage): boolean {
  return "status" in message && message.status === "error";
}

/** Whether a tool message says that the tool did not fail. */
export function isSuccess(message: BaseMessage): boolean {
  return "status" in message && message.status === "success";
}

/** How a provider says that an answer is not whole. */
export function cutBy(message: BaseMessage): "length" | "content_filter" | undefined {
  const metadata: unknown = message.response_metadata;
  if (!isRecord(metadata)) return undefined;
  const reason = [metadata.finish_reason, metadata.stop_reason, metadata.finishReason].find(
    (each) => typeof each === "string",
  );
  if (reason === "length" || reason === "max_tokens" || reason === "MAX_TOKENS") return "length";
  return reason === "content_filter" || reason === "refusal" || reason === "SAFETY" ? "content_filter" : undefined;
}

function listOf(message: unknown, key: string): readonly Readonly<Record<string, unknown>>[] {
  const list: unknown = isRecord(message) ? message[key] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}
