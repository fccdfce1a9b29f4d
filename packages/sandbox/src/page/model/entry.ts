import type { Row } from "../platform/wire.ts";
import { type Delivery, deliveriesOf, type Mentioned, mentionsOf } from "./delivery.ts";
import { readCall, readResult, type ToolCall, type ToolResult } from "./tool.ts";

interface Common {
  readonly id: string;
  readonly at: string;
  readonly sender: Row["sender"];
}

/** One thing in a room's timeline. A tool call and what came of it are one. */
export type Entry =
  | (Common & {
      readonly kind: "message";
      readonly content: string;
      readonly mentions: readonly Mentioned[];
      readonly deliveries: readonly Delivery[];
    })
  | (Common & { readonly kind: "thought" | "error" | "task"; readonly content: string })
  | (Common & {
      readonly kind: "attention";
      readonly content: string;
      /** `question`, `assumption`, `failure` or `review`. */
      readonly about: string;
      /** The attention this one settles. */
      readonly resolves: string | undefined;
      /** How it was settled, once it was. */
      readonly resolution: string | undefined;
    })
  | ToolEntry;

export interface ToolEntry extends Common {
  readonly kind: "tool";
  /** Unknown while the page has not read that far back. */
  readonly call: ToolCall | undefined;
  readonly result: (ToolResult & { readonly at: string }) | undefined;
}

/** What a row is by itself; pairing calls with results and attentions with what settles them is the timeline's. */
export function entryOf(row: Row): Entry {
  const { id, at, sender, content, metadata } = row;
  const common = { id, at, sender };
  switch (row.type) {
    case "text":
      return { ...common, kind: "message", content, mentions: mentionsOf(row), deliveries: deliveriesOf(row) };
    case "tool_call":
      return { ...common, kind: "tool", call: readCall(row), result: undefined };
    case "tool_result":
      return { ...common, kind: "tool", call: undefined, result: { ...readResult(row), at } };
    case "attention": {
      const { kind, resolves, resolution } = metadata;
      return {
        ...common,
        kind: "attention",
        content,
        about: typeof kind === "string" ? kind : "question",
        resolves: typeof resolves === "string" ? resolves : undefined,
        resolution: typeof resolution === "string" ? resolution : undefined,
      };
    }
    case "thought":
    case "error":
      return { ...common, kind: row.type, content };
    default:
      return { ...common, kind: "task", content };
  }
}

/** Milliseconds between two times of the platform. */
export function millisecondsBetween(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}
