/** Something an agent has kept: about someone, or for everyone in its organisation. Needs a plan that has memories. */
export interface Memory {
  readonly id: string;
  readonly content: string;
  /** Why it was worth keeping. */
  readonly thought: string | undefined;
  /** `sensory`, `working` or `long_term`. */
  readonly system: string;
  /** `iconic`, `echoic` or `haptic` of a sensory one; else `episodic`, `semantic` or `procedural`. */
  readonly type: string;
  /** `user`, `agent`, `tool` or `guideline`. */
  readonly segment: string;
  readonly scope: string;
  /** `active`, `superseded` or `archived`. */
  readonly status: string;
  /** Whom it is about, a user's or agent's id; undefined for one of the organisation. */
  readonly subjectId: string | undefined;
  /** Which agent has stored it. Only that one can supersede or archive it. */
  readonly sourceAgentId: string | undefined;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** ISO-8601 UTC. */
  readonly insertedAt: string;
}

/** Where in the mind a memory belongs: a system, and a type that there is in it. */
export type MemoryKind =
  | { readonly system: "sensory"; readonly type: "iconic" | "echoic" | "haptic" }
  | { readonly system: "working" | "long_term"; readonly type: "episodic" | "semantic" | "procedural" };

/** What a memory is about. */
export type MemorySegment = "user" | "agent" | "tool" | "guideline";

/** Whom a memory is for: about one user or agent, or everyone in the organisation. */
export type MemoryScope =
  | { readonly scope?: "subject"; readonly subjectId: string }
  | { readonly scope: "organization" };

/** A memory to be kept. */
export type NewMemory = MemoryKind &
  MemoryScope & {
    readonly content: string;
    /** Why it is worth keeping. */
    readonly thought: string;
    readonly segment: MemorySegment;
    readonly tags?: readonly string[];
    readonly references?: readonly string[];
  };

/** Which memories are meant. Default: active ones about `subjectId`, and those of the organisation. */
export interface MemoryFilter {
  readonly subjectId?: string | undefined;
  readonly scope?: "subject" | "organization" | "all" | undefined;
  readonly system?: MemoryKind["system"] | undefined;
  readonly type?: MemoryKind["type"] | undefined;
  readonly segment?: MemorySegment | undefined;
  /** Words to look for in the content. */
  readonly query?: string | undefined;
  readonly status?: "active" | "superseded" | "archived" | "all" | undefined;
}

/** What an agent has kept. */
export interface Memories {
  list(filter?: MemoryFilter): AsyncIterable<Memory>;
  get(id: string): Promise<Memory>;
  store(memory: NewMemory): Promise<Memory>;
  /** Marks one as no longer true. */
  supersede(id: string): Promise<Memory>;
  /** Puts one away. */
  archive(id: string): Promise<Memory>;
}
