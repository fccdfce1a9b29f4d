import type { Message, Sender } from "./message.ts";

/** The kinds of things an agent reports in a room. @see PROTOCOL.md, "events" */
export type RoomEventType = "thought" | "tool_call" | "tool_result" | "error" | "task" | "attention";

/** Something an agent reported in a room, to no one in particular. Wakes nobody. */
export interface RoomEvent {
  readonly kind: "event";
  readonly id: string;
  readonly roomId: string;
  readonly type: RoomEventType;
  /** As stored: plain text, or JSON text for tool calls and results. */
  readonly content: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly sender: Sender;
  /** ISO-8601 UTC with microseconds. */
  readonly insertedAt: string;
}

/** One entry of a room's history. */
export type RoomItem = Message | RoomEvent;

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What can be reported: a thought, a tool call, its result, an error, a task note, or a call for attention. */
export type RoomEventInput =
  | { readonly type: "thought"; readonly text: string }
  | { readonly type: "tool_call"; readonly toolCallId: string; readonly name: string; readonly input: unknown }
  | {
      readonly type: "tool_result";
      readonly toolCallId: string;
      readonly name: string;
      readonly output: unknown;
      readonly isError?: boolean;
    }
  | { readonly type: "error"; readonly text: string; readonly errorCode?: string; readonly details?: unknown }
  | { readonly type: "task"; readonly text: string; readonly metadata?: Readonly<Record<string, unknown>> }
  | {
      readonly type: "attention";
      readonly text: string;
      readonly attention: "question" | "assumption" | "failure" | "review";
      readonly blocking?: boolean;
      /** The id of an earlier attention event that this one closes. */
      readonly resolves?: string;
      readonly resolution?: string;
    };
