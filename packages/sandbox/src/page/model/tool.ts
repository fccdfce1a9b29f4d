import type { Row } from "../platform/wire.ts";

/** A tool call as an agent reported it. */
export interface ToolCall {
  readonly callId: string | undefined;
  readonly name: string;
  readonly args: unknown;
}

/** What came of a tool call. */
export interface ToolResult {
  readonly callId: string | undefined;
  readonly name: string | undefined;
  readonly output: unknown;
  readonly isError: boolean;
}

/** Reads either way of writing a call: JSON in the content, or the structure in the metadata beside a readable text. */
export function readCall({ content, metadata }: Row): ToolCall {
  const { name, args, tool_call_id: callId } = fields(parse(content));
  if (typeof name === "string") return { callId: text(callId), name, args };
  const described = fields(metadata.function);
  if (typeof described.name === "string")
    return { callId: text(metadata.id), name: described.name, args: described.arguments };
  return { callId: undefined, name: "tool", args: content };
}

export function readResult({ content, metadata }: Row): ToolResult {
  const read = fields(parse(content));
  const callId = text(read.tool_call_id);
  if (callId !== undefined)
    return { callId, name: text(read.name), output: read.output, isError: read.is_error === true };
  const { success, message, tool_call_id: id, ...rest } = metadata;
  const output = Object.keys(rest).length > 0 ? { message: message ?? content, ...rest } : (message ?? content);
  return { callId: text(id), name: undefined, output, isError: success === false };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
