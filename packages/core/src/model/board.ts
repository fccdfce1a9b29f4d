import type { Sender } from "./message.ts";
import type { HistoryEntry } from "./task.ts";

/** What a room is for: one goal, with a summary. Everything is undefined until one is set. */
export interface Board {
  readonly goalTitle: string | undefined;
  readonly goalSummary: string | undefined;
  readonly createdBy: Sender | undefined;
  readonly updatedBy: Sender | undefined;
  /** ISO-8601 UTC. */
  readonly insertedAt: string | undefined;
  readonly updatedAt: string | undefined;
}

/** What a goal is to be; what is left out stays as it is, and one of them must be given. */
export interface GoalInput {
  readonly goalTitle?: string;
  readonly goalSummary?: string;
}

/** The goal of a room. */
export interface RoomBoard {
  get(): Promise<Board>;
  setGoal(goal: GoalInput): Promise<Board>;
  /** How the goal came to be, oldest first; the newest 100 changes. */
  history(): Promise<readonly HistoryEntry[]>;
}
