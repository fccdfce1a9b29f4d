import type { Sender } from "./message.ts";

/** Where a task stands as a whole. Only an archived one can become active again. `other`: a state this package does not know. */
export type TaskState = "active" | "cancelled" | "superseded" | "archived" | "other";

/** How far someone is with a task. */
export type WorkStatus = "pending" | "in_progress" | "blocked" | "in_review" | "failed" | "completed";

/** An entry of a room's task list, which everyone in the room shares. Not the event of type `task`, which is a note. */
export interface RoomTask {
  readonly id: string;
  /** Counted from 1 in its room, never used twice. */
  readonly number: number;
  readonly roomId: string;
  readonly subject: string;
  /** May be empty. */
  readonly detail: string;
  readonly state: TaskState;
  /** What the assignments come to. */
  readonly status: WorkStatus | "other";
  /** Who works on it. An agent is assigned by setting its first status. */
  readonly assignments: readonly TaskAssignment[];
  readonly createdBy: Sender;
  readonly supersededById: string | undefined;
  /** ISO-8601 UTC. */
  readonly insertedAt: string;
  readonly updatedAt: string;
}

/** Someone at work on a task. */
export interface TaskAssignment {
  readonly assignee: Sender;
  readonly status: WorkStatus | "other";
  /** What is being done now, in a few words; may be empty. */
  readonly activeForm: string;
  /** The task's id in a system of the assignee's own; may be empty. */
  readonly linkedNativeId: string;
  readonly updatedAt: string;
}

/** Something that happened to a task or to a room's goal. */
export interface HistoryEntry {
  /** As the platform names it: `created`, `edited`, `status_changed`, `commented`, `goal_set`, … */
  readonly event: string;
  readonly actor: Sender;
  /** ISO-8601 UTC. */
  readonly at: string;
  /** Changes as `{ field: { from, to } }`; of a comment `{ text }`. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A task by its id, or by its number in the room. */
export type TaskRef = string | number;

/** A task to be added. */
export interface NewTask {
  readonly subject: string;
  readonly detail?: string;
  /** The task that this one replaces. */
  readonly supersedes?: TaskRef;
}

/** What is to be different about a task; at least one of them. */
export interface TaskChange {
  /** How far this agent is with it; the first one assigns it. */
  readonly status?: WorkStatus;
  readonly activeForm?: string;
  readonly comment?: string;
  readonly subject?: string;
  readonly detail?: string;
  readonly linkedNativeId?: string;
  readonly state?: "active" | "cancelled" | "archived";
}

/** The tasks of a room. */
export interface RoomTasks {
  /** By number. Default: those that are active. */
  list(options?: { readonly state?: Exclude<TaskState, "other"> | "all" }): AsyncIterable<RoomTask>;
  get(task: TaskRef): Promise<RoomTask>;
  create(task: NewTask): Promise<RoomTask>;
  update(task: TaskRef, change: TaskChange): Promise<RoomTask>;
  /** What happened to a task, oldest first. */
  history(task: TaskRef): AsyncIterable<HistoryEntry>;
}
