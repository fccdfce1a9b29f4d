import { randomUUID } from "node:crypto";
import type { Accounts } from "./accounts.ts";
import { checkText } from "./content.ts";
import {
  checkTaxonomy,
  memoryScopes,
  memorySegments,
  memoryStatuses,
  memorySystems,
  memoryTypes,
} from "./memory-taxonomy.ts";
import type { Agent, Memory, MemoryMetadata, User } from "./model.ts";
import { type Page, type PageRequest, readPage } from "./paging.ts";
import { forbidden, invalid, notFound } from "./refusal.ts";
import { oneOf, type Parameter, type Row, text, textOrNull } from "./row.ts";
import type { Store } from "./store.ts";

export interface NewMemory {
  readonly content: string;
  readonly thought: string;
  readonly system: Memory["system"];
  readonly type: Memory["type"];
  readonly segment: Memory["segment"];
  readonly scope: Memory["scope"];
  /** Whom it is about; with scope `subject` only, and always there. */
  readonly subjectId?: string | undefined;
  readonly metadata?: MemoryMetadata | undefined;
}

export interface MemoryFilter {
  readonly status: Memory["status"] | "all";
  readonly system?: Memory["system"] | undefined;
  readonly type?: Memory["type"] | undefined;
  readonly segment?: Memory["segment"] | undefined;
  /** Words that must all occur in the content, in any case. */
  readonly query?: string | undefined;
}

/** Which memories an agent asks for: those about a subject, those of the organization, or both. */
export interface AgentView extends MemoryFilter {
  readonly scope: Memory["scope"] | "all";
  readonly subjectId?: string | undefined;
}

/** Which memories a person asks for. No memory belongs to a room: nobody can store one that does. */
export interface UserView extends MemoryFilter {
  readonly scope: "about_me" | "organization" | "room" | "all";
}

/** A condition in SQL with what it compares to. */
type Condition = readonly [sql: string, ...parameters: Parameter[]];

/**
 * What agents remember.
 *
 * All agents of the organization read what is known about a subject, whoever stored it; a sandbox is one organization.
 * Only the agent that stored a memory, or the person it is about, changes its status: `active` → `superseded` or
 * `archived`, and a person brings `archived` back.
 */
export class Memories {
  readonly #store: Store;
  readonly #accounts: Accounts;

  constructor(store: Store, accounts: Accounts) {
    this.#store = store;
    this.#accounts = accounts;
  }

  /** Throws a 422 (blank text, a type the system doesn't have, a subject missing, unknown, or where there must be none). */
  create(agent: Agent, input: NewMemory): Memory {
    const { content, thought, system, type, segment, scope, subjectId = null, metadata = null } = input;
    checkText(content, "/memory/content");
    checkText(thought, "/memory/thought");
    checkTaxonomy(system, type);
    this.#checkSubject(scope, subjectId);
    const id = randomUUID();
    const now = this.#store.clock.tick();
    this.#store.change(() =>
      this.#store.run(
        `INSERT INTO memories (id, content, folded, thought, system, type, segment, scope, subject_id, source_agent_id,
            status, metadata, inserted_at, updated_at)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'active', ?11, ?12, ?12)`,
        id,
        content,
        content.toLowerCase(),
        thought,
        system,
        type,
        segment,
        scope,
        subjectId,
        agent.id,
        metadata && JSON.stringify(metadata),
        now,
      ),
    );
    return this.#existing(id);
  }

  /** Throws a 404. */
  get(id: string): Memory {
    const memory = this.#byId(id);
    if (memory === undefined) throw notFound("Memory");
    return memory;
  }

  /** A memory the person may read: about them, or of the organization. Throws a 404. */
  getFor(user: User, id: string): Memory {
    const memory = this.get(id);
    if (memory.scope === "subject" && memory.subjectId !== user.id) throw notFound("Memory");
    return memory;
  }

  /** Newest first. Throws a 422 when subjects are asked for and none is named. */
  list(view: AgentView, request: PageRequest): Page<Memory> {
    const { scope, subjectId } = view;
    if (scope === "subject" && subjectId === undefined) throw invalid("/subject_id", "Missing field: subject_id");
    const visible: Record<AgentView["scope"], Condition> = {
      subject: ["subject_id = ?", subjectId ?? null],
      organization: ["scope = 'organization'"],
      all: ["(scope = 'organization' OR subject_id = ?)", subjectId ?? null],
    };
    return this.#page(visible[scope], view, request);
  }

  /** Newest first. */
  listFor(user: User, view: UserView, request: PageRequest): Page<Memory> {
    const visible: Record<UserView["scope"], Condition> = {
      about_me: ["subject_id = ?", user.id],
      organization: ["scope = 'organization'"],
      room: ["FALSE"],
      all: ["(scope = 'organization' OR subject_id = ?)", user.id],
    };
    return this.#page(visible[view.scope], view, request);
  }

  /** Throws a 404, or a 403 unless the agent stored it. Repeating it changes nothing. */
  settle(agent: Agent, id: string, status: "superseded" | "archived"): Memory {
    const memory = this.get(id);
    if (memory.sourceAgentId !== agent.id) throw forbidden("Only the source agent can change this memory");
    return this.#become(memory, status);
  }

  /** Throws a 404, or a 403 unless it is about the person. Repeating it changes nothing. */
  settleFor(user: User, id: string, status: "superseded" | "archived"): Memory {
    return this.#become(this.#about(user, id), status);
  }

  /** Throws a 404, a 403 unless it is about the person, or a 422 unless it is archived. */
  restoreFor(user: User, id: string): Memory {
    const memory = this.#about(user, id);
    if (memory.status !== "archived") throw invalid("/", "only an archived memory can be restored");
    return this.#become(memory, "active");
  }

  /** For good. Throws a 404, or a 403 unless it is about the person. */
  deleteFor(user: User, id: string): void {
    const memory = this.#about(user, id);
    this.#store.change(() => this.#store.run("DELETE FROM memories WHERE id = ?", memory.id));
  }

  /** Deletes all an agent stored, as it goes. Part of the caller's change. */
  forget(agentId: string): void {
    this.#store.run("DELETE FROM memories WHERE source_agent_id = ?", agentId);
  }

  #checkSubject(scope: Memory["scope"], subjectId: string | null): void {
    const pointer = "/memory/subject_id";
    if (scope === "organization") {
      if (subjectId !== null) throw invalid(pointer, "must be left out in the organization scope");
      return;
    }
    if (subjectId === null) throw invalid(pointer, "Missing field: subject_id");
    if (this.#accounts.entity(subjectId) === undefined) throw invalid(pointer, "is no user or agent");
  }

  #about(user: User, id: string): Memory {
    const memory = this.getFor(user, id);
    if (memory.subjectId !== user.id) throw forbidden("This memory is not about you");
    return memory;
  }

  #become(memory: Memory, status: Memory["status"]): Memory {
    if (memory.status === status) return memory;
    const now = this.#store.clock.tick();
    this.#store.change(() =>
      this.#store.run("UPDATE memories SET status = ?, updated_at = ? WHERE id = ?", status, now, memory.id),
    );
    return { ...memory, status };
  }

  #page(visible: Condition, filter: MemoryFilter, request: PageRequest): Page<Memory> {
    const conditions: Condition[] = [visible];
    if (filter.status !== "all") conditions.push(["status = ?", filter.status]);
    for (const column of ["system", "type", "segment"] as const) {
      const wanted = filter[column];
      if (wanted !== undefined) conditions.push([`${column} = ?`, wanted]);
    }
    const words = (filter.query ?? "").toLowerCase().match(/\S+/g) ?? [];
    const everyWord = "NOT EXISTS (SELECT 1 FROM json_each(?) WHERE instr(folded, value) = 0)";
    if (words.length > 0) conditions.push([everyWord, JSON.stringify(words)]);
    const listing = {
      from: `FROM memories WHERE ${conditions.map(([sql]) => sql).join(" AND ")}`,
      parameters: conditions.flatMap(([, ...parameters]) => parameters),
      sortBy: "inserted_at",
      id: "id",
      direction: "DESC" as const,
    };
    return readPage(this.#store, listing, request, (id) => this.#existing(id));
  }

  #byId(id: string): Memory | undefined {
    return this.#store.one(readMemory, "SELECT * FROM memories WHERE id = ?", id);
  }

  #existing(id: string): Memory {
    const memory = this.#byId(id);
    if (memory === undefined) throw new Error(`memory ${id} vanished while it was read`);
    return memory;
  }
}

function readMemory(row: Row): Memory {
  return {
    id: text(row, "id"),
    content: text(row, "content"),
    thought: text(row, "thought"),
    system: oneOf(row, "system", memorySystems),
    type: oneOf(row, "type", memoryTypes),
    segment: oneOf(row, "segment", memorySegments),
    scope: oneOf(row, "scope", memoryScopes),
    subjectId: textOrNull(row, "subject_id"),
    sourceAgentId: text(row, "source_agent_id"),
    status: oneOf(row, "status", memoryStatuses),
    metadata: readMetadata(textOrNull(row, "metadata")),
    insertedAt: text(row, "inserted_at"),
  };
}

function readMetadata(json: string | null): MemoryMetadata | null {
  const metadata: unknown = json === null ? null : JSON.parse(json);
  return typeof metadata === "object" && metadata !== null ? { ...metadata } : null;
}
