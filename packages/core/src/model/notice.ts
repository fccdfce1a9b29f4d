import type { ContactEvent } from "./contact.ts";

/** What a room agent tells about its own work, to listeners and on `diagnostics_channel`. */
export type Notice =
  | { readonly type: "live"; readonly rooms: number }
  | { readonly type: "disconnected"; readonly code: number | undefined; readonly text: string }
  | { readonly type: "turn.start"; readonly roomId: string; readonly messageId: string; readonly attempt: number }
  | {
      readonly type: "turn.end";
      readonly roomId: string;
      readonly messageId: string;
      readonly outcome: TurnOutcome;
      readonly durationMs: number;
    }
  | { readonly type: "post"; readonly roomId: string; readonly messageId: string; readonly durationMs: number }
  | { readonly type: "retry"; readonly roomId: string; readonly what: string; readonly waitMs: number }
  | { readonly type: "dead-letter"; readonly roomId: string; readonly messageId: string }
  | { readonly type: "stopped"; readonly reason: string }
  /** News of contacts, whatever the option `contacts` says. */
  | ContactEvent;

/**
 * How one message, or one {@link RoomAgent.wake}, ended.
 *
 * - `processed`: the handler ran to its end and the message is settled.
 * - `settled`: it was settled without a run: declined by `accept`, or answered before.
 * - `failed`: the handler threw or took too long; it will be tried again.
 * - `dead-lettered`: it was given up, in the open, and settled.
 * - `interrupted`: a person cancelled the run; settled.
 * - `stopped`: a person stopped the agent; the message waits for `play`.
 * - `shut-down`: this process ended first; the message waits for the next one.
 * - `gone`: the room, or this agent's place in it, is gone.
 */
export type TurnOutcome =
  | "processed"
  | "settled"
  | "failed"
  | "dead-lettered"
  | "interrupted"
  | "stopped"
  | "shut-down"
  | "gone";
