import type { BaseMessage } from "@langchain/core/messages";
import { isRecord } from "./shape.ts";

/**
 * What a model thought, block by block, in whichever of the spellings its provider has.
 *
 * LangChain's standard blocks come first; it makes them only where the message says whose model it was, so raw blocks and
 * the two spellings in `additional_kwargs` are looked at too.
 */
export function reasoningOf(message: BaseMessage): readonly string[] {
  for (const found of [standardBlocks(message), rawBlocks(message), besideContent(message)]) {
    const texts = found.map((each) => each.trim()).filter((each) => each !== "");
    if (texts.length > 0) return texts;
  }
  return [];
}

function standardBlocks(message: BaseMessage): readonly string[] {
  try {
    const blocks: readonly unknown[] = message.contentBlocks;
    return blocks.flatMap((block) =>
      isRecord(block) && block.type === "reasoning" && typeof block.reasoning === "string" ? [block.reasoning] : [],
    );
  } catch {
    return []; // some content can't be translated
  }
}

function rawBlocks(message: BaseMessage): readonly string[] {
  if (typeof message.content === "string") return [];
  const blocks: readonly unknown[] = message.content;
  return blocks.flatMap((block) => {
    if (!isRecord(block)) return [];
    if (block.type === "thinking") return text(block.thinking);
    return block.type === "reasoning" ? [...text(block.reasoning), ...text(block.text), ...summary(block.summary)] : [];
  });
}

function besideContent(message: BaseMessage): readonly string[] {
  const beside: unknown = message.additional_kwargs;
  if (!isRecord(beside)) return [];
  const { reasoning_content: content, reasoning } = beside;
  return [...text(content), ...text(reasoning), ...(isRecord(reasoning) ? summary(reasoning.summary) : [])];
}

function summary(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.flatMap((part: unknown) => (isRecord(part) ? text(part.text) : [])) : [];
}

function text(value: unknown): readonly string[] {
  return typeof value === "string" ? [value] : [];
}
