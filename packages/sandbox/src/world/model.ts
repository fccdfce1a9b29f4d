/** When something was true, as the platform writes it: ISO-8601 UTC with microseconds, `2026-03-01T09:15:04.284136Z`. */
export type Timestamp = string;

/** A person's account. */
export interface User {
  readonly kind: "User";
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly insertedAt: Timestamp;
  readonly updatedAt: Timestamp;
}

/** An agent's account; belongs to one user. Its handle is `<owner handle>/<slug>`. */
export interface Agent {
  readonly kind: "Agent";
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly slug: string;
  readonly description: string | null;
  readonly ownerId: string;
  readonly isExternal: boolean;
  readonly isGlobal: boolean;
  readonly listedInDirectory: boolean;
  readonly tags: readonly string[];
  readonly insertedAt: Timestamp;
  readonly updatedAt: Timestamp;
}

export type Entity = User | Agent;

/** What one account knows of another once they agreed; the other has a record of its own. */
export interface Contact {
  readonly id: string;
  readonly holder: Entity;
  readonly entity: Entity;
  readonly insertedAt: Timestamp;
}

/** Somebody asking somebody to become a contact. Every status but `pending` is final. */
export interface ContactRequest {
  readonly id: string;
  readonly requester: Entity;
  readonly recipient: Entity;
  readonly status: "pending" | "approved" | "rejected" | "expired" | "cancelled";
  readonly message: string | null;
  readonly insertedAt: Timestamp;
  /** When the recipient approved or rejected it. */
  readonly respondedAt: Timestamp | null;
}

export interface Room {
  readonly id: string;
  readonly title: string | null;
  readonly titleLocked: boolean;
  readonly taskId: string | null;
  readonly type: "direct" | "group" | "task";
  readonly status: "active" | "archived" | "closed";
  readonly lastMessageAt: Timestamp | null;
  readonly insertedAt: Timestamp;
  readonly updatedAt: Timestamp;
}

export type Role = "owner" | "admin" | "member";

export interface Participant {
  readonly entity: Entity;
  readonly role: Role;
  readonly status: "active" | "inactive";
}

/** What an agent wants kept: about a user or agent (`subjectId`), or for the whole organization. */
export interface Memory {
  readonly id: string;
  readonly content: string;
  /** Why it was kept. */
  readonly thought: string;
  readonly system: "sensory" | "working" | "long_term";
  /** Of those the system has. */
  readonly type: "iconic" | "echoic" | "haptic" | "episodic" | "semantic" | "procedural";
  readonly segment: "user" | "agent" | "tool" | "guideline";
  readonly scope: "subject" | "organization";
  readonly subjectId: string | null;
  readonly sourceAgentId: string;
  readonly status: "active" | "superseded" | "archived";
  readonly metadata: MemoryMetadata | null;
  readonly insertedAt: Timestamp;
}

export interface MemoryMetadata {
  readonly tags?: readonly string[] | undefined;
  /** Ids of related memories. */
  readonly references?: readonly string[] | undefined;
}

/** Who did something, as they were called when they did it. */
export interface Actor {
  readonly id: string;
  readonly kind: Entity["kind"];
  readonly name: string;
  readonly handle: string;
}

/** A piece of work on a room's board. Never deleted; `number` is never used again. */
export interface Task {
  readonly id: string;
  readonly number: number;
  readonly roomId: string;
  readonly subject: string;
  /** May be empty. */
  readonly detail: string;
  readonly state: "active" | "cancelled" | "superseded" | "archived";
  readonly supersededById: string | null;
  readonly assignments: readonly Assignment[];
  readonly createdBy: Actor;
  readonly insertedAt: Timestamp;
  readonly updatedAt: Timestamp;
}

export type WorkStatus = "pending" | "in_progress" | "blocked" | "in_review" | "failed" | "completed";

/** One participant's part in a task. */
export interface Assignment {
  readonly assignee: Actor;
  readonly status: WorkStatus;
  /** What they are doing right now, in their words; may be empty. */
  readonly activeForm: string;
  /** What the task is called in the assignee's own tools; may be empty. */
  readonly linkedNativeId: string;
  readonly updatedAt: Timestamp;
}

/** The goal of a room. */
export interface Board {
  readonly roomId: string;
  readonly goalTitle: string | null;
  readonly goalSummary: string | null;
  /** Null until a goal is set, like all that follows. */
  readonly createdBy: Actor | null;
  readonly updatedBy: Actor | null;
  readonly insertedAt: Timestamp | null;
  readonly updatedAt: Timestamp | null;
}

/** What was done to a task or a goal. */
export interface HistoryEvent {
  readonly event: string;
  readonly actor: Actor;
  readonly at: Timestamp;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A row of a room: a text, or an event when `type` is anything else. `content` is the stored form, mentions as `@[[id]]`. */
export interface Message {
  readonly id: string;
  readonly roomId: string;
  readonly type: "text" | "tool_call" | "tool_result" | "thought" | "error" | "task" | "attention";
  readonly content: string;
  readonly sender: Entity;
  /** Of a text, those it mentions or refers to; of an event, none. */
  readonly mentions: readonly Mention[];
  /** Of an event, what its author attached; of a text, null. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** Where the text stands for each agent it was meant for, by agent id. */
  readonly deliveries: Readonly<Record<string, Delivery>>;
  readonly insertedAt: Timestamp;
  readonly updatedAt: Timestamp;
}

export interface Mention {
  readonly id: string;
  readonly handle: string | null;
  readonly name: string;
  readonly kind: "mention" | "reference";
}

/** Absent `status`: the text waits and was not pushed to a live socket yet. */
export interface Delivery {
  readonly status: "delivered" | "processing" | "processed" | "failed";
  readonly deliveredAt?: Timestamp;
  readonly processedAt?: Timestamp;
  readonly currentAttempt?: number;
  readonly attempts: readonly Attempt[];
}

export interface Attempt {
  readonly number: number;
  readonly status: "processing" | "success" | "failed";
  readonly startedAt: Timestamp;
  readonly completedAt: Timestamp | null;
  readonly error?: string;
}
