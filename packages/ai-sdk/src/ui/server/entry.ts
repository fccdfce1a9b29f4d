import type { Participant, RoomEvent, SeenItem } from "@thenvoi/core";
import type { DeliveryStatus, RoomEntry } from "../entry.ts";

/** An item of a room as a page is told of it: only what a page shows, tool calls taken apart. */
export function entryOf(item: SeenItem, people: readonly Participant[]): RoomEntry {
  const { id, insertedAt: at, sender } = item;
  const said = { id, at, updatedAt: item.updatedAt === "" ? at : item.updatedAt, sender };
  if (item.kind !== "event") {
    const agents = item.mentions.filter(({ id: to }) => item.deliveries[to] ?? isAgent(people, to));
    const status = (to: string): DeliveryStatus => item.deliveries[to]?.status ?? "new";
    const deliveries = Object.fromEntries(agents.map(({ id: to }) => [to, status(to)]));
    return { ...said, type: "text", text: item.text, mentions: item.mentions, deliveries };
  }
  switch (item.type) {
    case "tool_call":
      return { ...said, type: "tool-call", ...callOf(item) };
    case "tool_result":
      return { ...said, type: "tool-result", ...resultOf(item) };
    case "attention": {
      const { kind, blocking, resolves, resolution } = item.metadata;
      const about = { kind: textOf(kind) ?? "question", blocking: blocking === true };
      const end = { resolves: textOf(resolves), resolution: textOf(resolution) };
      return { ...said, type: "attention", text: item.content, ...about, ...end };
    }
    case "thought":
    case "error":
    case "task":
      return { ...said, type: item.type, text: item.content };
    default:
      return item.type satisfies never;
  }
}

/** Both ways to write a call: JSON text in the content, or a text with the structure in the metadata. */
function callOf({ id, content, metadata }: RoomEvent) {
  const written = recordOf(parsed(content));
  const described = recordOf(metadata.function);
  return {
    callId: textOf(written.tool_call_id) ?? textOf(metadata.id) ?? id,
    toolName: textOf(written.name) ?? textOf(described.name) ?? "tool",
    input: written.args ?? described.arguments ?? {},
  };
}

function resultOf({ content, metadata }: RoomEvent) {
  const written = recordOf(parsed(content));
  return {
    callId: textOf(written.tool_call_id) ?? textOf(metadata.tool_call_id),
    toolName: textOf(written.name) ?? "tool",
    output: "output" in written ? written.output : content,
    isError: written.is_error === true || metadata.success === false,
  };
}

function isAgent(people: readonly Participant[], id: string): boolean {
  return people.some((person) => person.id === id && person.kind === "agent");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // an older way to write events: shown as it is
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
