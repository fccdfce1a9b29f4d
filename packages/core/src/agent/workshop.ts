import type { Session } from "../rest/session.ts";
import type { Ledger } from "../room/ledger.ts";
import type { TurnRules } from "../turn/take-turn.ts";
import type { Slots } from "./slots.ts";

/** What the workers of all rooms of an agent share. */
export interface Workshop {
  readonly session: Session;
  readonly rules: Omit<TurnRules, "rest">;
  readonly ledger: Ledger;
  /** Turns at once. */
  readonly turns: Slots;
  /** Reads of queues at once. */
  readonly looks: Slots;
  /** Aborts when the agent has ended: nothing more is claimed, settled or said. */
  readonly ended: AbortSignal;
  /** Aborts when the agent is asked to stop: nothing new is claimed. */
  readonly closing: AbortSignal;
  /** Told when a room gets to work. */
  atWork(roomId: string): void;
}
