import { randomUUID } from "node:crypto";
import type { Keys } from "./keys.ts";
import type { Agent, Entity, User } from "./model.ts";
import { type Page, type PageRequest, readPage } from "./paging.ts";
import type { Plan } from "./plan.ts";
import { conflict, invalid, notFound } from "./refusal.ts";
import { flag, oneOf, type Parameter, type Row, text, textOrNull } from "./row.ts";
import type { Store } from "./store.ts";

export interface NewUser {
  readonly handle: string;
  readonly name?: string;
  readonly email?: string;
  readonly apiKey?: string;
}

export interface NewAgent {
  readonly ownerId: string;
  readonly name: string;
  readonly description: string;
  readonly apiKey?: string;
  readonly isGlobal?: boolean;
}

/** What of an agent its owner can change; absent: as it was. */
export interface AgentChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly listedInDirectory?: boolean | undefined;
  readonly tags?: readonly string[] | undefined;
}

export interface AgentFilter {
  /** Part of the name, in any case. */
  readonly name?: string | undefined;
  readonly isExternal?: boolean | undefined;
  readonly listedInDirectory?: boolean | undefined;
  readonly sortBy: "name" | "inserted_at" | "updated_at";
  readonly order: "asc" | "desc";
}

/** Users and agents. */
export class Accounts {
  readonly #store: Store;
  readonly #keys: Keys;
  readonly #plan: Plan;

  constructor(store: Store, parts: { keys: Keys; plan: Plan }) {
    this.#store = store;
    this.#keys = parts.keys;
    this.#plan = parts.plan;
  }

  entity(id: string): Entity | undefined {
    return this.#store.one(readEntity, "SELECT * FROM entities WHERE id = ? AND deleted_at IS NULL", id);
  }

  /** The account too when it was deleted since: its words remain. */
  everKnown(id: string): Entity | undefined {
    return this.#store.one(readEntity, "SELECT * FROM entities WHERE id = ?", id);
  }

  /** The account of an id that something else refers to, deleted or not. */
  existing(id: string): Entity {
    const entity = this.everKnown(id);
    if (entity === undefined) throw new Error(`account ${id} vanished while it was read`);
    return entity;
  }

  byHandle(handle: string): Entity | undefined {
    return this.#store.one(readEntity, "SELECT * FROM entities WHERE handle = ? AND deleted_at IS NULL", handle);
  }

  /** All people, in the order they came. */
  users(): readonly User[] {
    return this.#all().filter((entity) => entity.kind === "User");
  }

  /** All agents, in the order they came. */
  agents(): readonly Agent[] {
    return this.#all().filter((entity) => entity.kind === "Agent");
  }

  /** Throws a 409 when the handle is taken, a 422 when it is no handle. */
  createUser(input: NewUser): { user: User; apiKey: string } {
    const { handle, name = handle, email = `${handle}@example.test` } = input;
    if (!/^[a-z0-9][a-z0-9_-]*$/.test(handle)) throw invalid("/user/handle", "must be lower case, without spaces");
    if (this.byHandle(handle) !== undefined) throw conflict(`The handle ${handle} is taken`);
    const now = this.#store.clock.tick();
    const [firstName, ...lastNames] = name.split(" ");
    const user: User = {
      kind: "User",
      id: randomUUID(),
      handle,
      name,
      firstName: firstName ?? "",
      lastName: lastNames.join(" "),
      email,
      insertedAt: now,
      updatedAt: now,
    };
    return this.#store.change(() => {
      this.#store.run(
        `INSERT INTO entities (id, kind, handle, name, first_name, last_name, email, inserted_at, updated_at)
          VALUES (?, 'User', ?, ?, ?, ?, ?, ?, ?)`,
        user.id,
        handle,
        name,
        user.firstName,
        user.lastName,
        email,
        now,
        now,
      );
      return { user, apiKey: this.#keys.issue(user, input.apiKey) };
    });
  }

  /** The handle is the owner's and a slug of the name, numbered when taken. Throws a 404 when there is no such owner. */
  registerAgent(input: NewAgent): { agent: Agent; apiKey: string } {
    this.#plan.checkRoomFor("agents");
    const owner = this.entity(input.ownerId);
    if (owner?.kind !== "User") throw notFound("Owner");
    const now = this.#store.clock.tick();
    const slug = this.#freeSlug(owner.handle, slugOf(input.name));
    const agent: Agent = {
      kind: "Agent",
      id: randomUUID(),
      handle: `${owner.handle}/${slug}`,
      name: input.name,
      slug,
      description: input.description,
      ownerId: owner.id,
      isExternal: true,
      isGlobal: input.isGlobal ?? false,
      listedInDirectory: false,
      tags: [],
      insertedAt: now,
      updatedAt: now,
    };
    return this.#store.change(() => {
      this.#store.run(
        `INSERT INTO entities
          (id, kind, handle, name, slug, description, owner_id, is_external, is_global, inserted_at, updated_at)
          VALUES (?, 'Agent', ?, ?, ?, ?, ?, 1, ?, ?, ?)`,
        agent.id,
        agent.handle,
        agent.name,
        slug,
        agent.description,
        owner.id,
        Number(agent.isGlobal),
        now,
        now,
      );
      return { agent, apiKey: this.#keys.issue(agent, input.apiKey) };
    });
  }

  /** Changes what is given of a person's name. */
  renameUser(user: User, names: { firstName?: string | undefined; lastName?: string | undefined }): User {
    const now = this.#store.clock.tick();
    const { firstName = user.firstName, lastName = user.lastName } = names;
    const name = `${firstName} ${lastName}`.trim();
    this.#store.change(() =>
      this.#store.run(
        "UPDATE entities SET first_name = ?, last_name = ?, name = ?, updated_at = ? WHERE id = ?",
        firstName,
        lastName,
        name,
        now,
        user.id,
      ),
    );
    return { ...user, firstName, lastName, name, updatedAt: now };
  }

  /** Changes what is given; the handle stays as it was registered. */
  describeAgent(agent: Agent, about: AgentChanges): Agent {
    const now = this.#store.clock.tick();
    const { name = agent.name, description = agent.description } = about;
    const { listedInDirectory = agent.listedInDirectory, tags = agent.tags } = about;
    this.#store.change(() =>
      this.#store.run(
        `UPDATE entities SET name = ?, description = ?, listed_in_directory = ?, tags = ?, updated_at = ? WHERE id = ?`,
        name,
        description,
        Number(listedInDirectory),
        JSON.stringify(tags),
        now,
        agent.id,
      ),
    );
    return { ...agent, name, description, listedInDirectory, tags, updatedAt: now };
  }

  /** Takes an agent's keys and handle away. Its row stays, for what it said. Part of the caller's change. */
  retire(agent: Agent): void {
    this.#keys.revokeAll(agent.id);
    const now = this.#store.clock.tick();
    this.#store.run("UPDATE entities SET deleted_at = ?, updated_at = ? WHERE id = ?", now, now, agent.id);
  }

  agentsOf(ownerId: string, filter: AgentFilter, request: PageRequest): Page<Agent> {
    const conditions = ["kind = 'Agent'", "deleted_at IS NULL", "owner_id = ?"];
    const parameters: Parameter[] = [ownerId];
    const narrow = (condition: string, value: Parameter | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      parameters.push(value);
    };
    narrow("instr(lower(name), lower(?)) > 0", filter.name);
    narrow("is_external = ?", filter.isExternal === undefined ? undefined : Number(filter.isExternal));
    narrow(
      "listed_in_directory = ?",
      filter.listedInDirectory === undefined ? undefined : Number(filter.listedInDirectory),
    );
    const listing = {
      from: `FROM entities WHERE ${conditions.join(" AND ")}`,
      parameters,
      sortBy: filter.sortBy,
      id: "id",
      direction: filter.order === "asc" ? ("ASC" as const) : ("DESC" as const),
    };
    return readPage(this.#store, listing, request, (id) => {
      const agent = this.entity(id);
      if (agent?.kind !== "Agent") throw new Error(`agent ${id} vanished while it was read`);
      return agent;
    });
  }

  #all(): Entity[] {
    return this.#store.all(readEntity, "SELECT * FROM entities WHERE deleted_at IS NULL ORDER BY inserted_at, id");
  }

  #freeSlug(ownerHandle: string, wanted: string): string {
    let slug = wanted;
    for (let number = 2; this.byHandle(`${ownerHandle}/${slug}`) !== undefined; number++) slug = `${wanted}-${number}`;
    return slug;
  }
}

/** A name in lower case letters, digits and dashes: "Café Weather" → `cafe-weather`. */
function slugOf(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "agent";
}

function readEntity(row: Row): Entity {
  const kind = oneOf(row, "kind", ["User", "Agent"]);
  const shared = {
    id: text(row, "id"),
    handle: text(row, "handle"),
    name: text(row, "name"),
    insertedAt: text(row, "inserted_at"),
    updatedAt: text(row, "updated_at"),
  };
  if (kind === "User") {
    return {
      kind,
      ...shared,
      firstName: text(row, "first_name"),
      lastName: text(row, "last_name"),
      email: text(row, "email"),
    };
  }
  return {
    kind,
    ...shared,
    slug: text(row, "slug"),
    description: textOrNull(row, "description"),
    ownerId: text(row, "owner_id"),
    isExternal: flag(row, "is_external"),
    isGlobal: flag(row, "is_global"),
    listedInDirectory: flag(row, "listed_in_directory"),
    tags: readTags(text(row, "tags")),
  };
}

function readTags(json: string): readonly string[] {
  const tags: unknown = JSON.parse(json);
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}
