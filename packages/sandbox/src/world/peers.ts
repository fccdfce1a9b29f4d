import type { Accounts } from "./accounts.ts";
import type { Entity } from "./model.ts";
import { type Page, type PageRequest, readPage } from "./paging.ts";
import { flag, type Parameter, text } from "./row.ts";
import type { Store } from "./store.ts";

/** Someone who could be brought into a room: known by the registry, or only as a contact. */
export interface Peer {
  readonly entity: Entity;
  readonly isContact: boolean;
  readonly source: "registry" | "contact";
}

export interface PeerFilter {
  /** Hides who is in this room already. */
  readonly notInRoom?: string | undefined;
  readonly type?: Entity["kind"] | undefined;
}

/**
 * Whom an account reaches. The registry tells an agent of its owner, the owner's other agents and the global ones; a
 * person of all people (a sandbox is one organization), their own agents and the global ones. Contacts come beside it.
 * Nobody reaches itself.
 */
export class Peers {
  readonly #store: Store;
  readonly #accounts: Accounts;

  constructor(store: Store, accounts: Accounts) {
    this.#store = store;
    this.#accounts = accounts;
  }

  reaches(actor: Entity, entity: Entity): boolean {
    const { from, parameters } = reach(actor);
    return this.#store.exists(`SELECT 1 ${from} AND id = ?`, ...parameters, entity.id);
  }

  /** Those of the registry first, then those who are contacts only, each in the order they came. */
  list(actor: Entity, filter: PeerFilter, request: PageRequest): Page<Peer> {
    const { from, parameters } = reach(actor);
    const conditions = [from];
    if (filter.notInRoom !== undefined) {
      conditions.push("NOT EXISTS (SELECT 1 FROM participants WHERE room_id = ? AND entity_id = known.id)");
      parameters.push(filter.notInRoom);
    }
    if (filter.type !== undefined) {
      conditions.push("kind = ?");
      parameters.push(filter.type);
    }
    const sortBy = "(1 - in_registry) || inserted_at";
    const listing = { from: conditions.join(" AND "), parameters, sortBy, id: "id", direction: "ASC" as const };
    return readPage(this.#store, listing, request, (id) => this.#peer(actor, id));
  }

  #peer(actor: Entity, id: string): Peer {
    const { from, parameters } = reach(actor);
    const known = this.#store.one(
      (row) => ({ inRegistry: flag(row, "in_registry"), isContact: flag(row, "is_contact"), id: text(row, "id") }),
      `SELECT id, in_registry, is_contact ${from} AND id = ?`,
      ...parameters,
      id,
    );
    if (known === undefined) throw new Error(`peer ${id} vanished while it was read`);
    const { inRegistry, isContact } = known;
    return { entity: this.#accounts.existing(id), isContact, source: inRegistry ? "registry" : "contact" };
  }
}

/** Whom the actor knows, and how, as the tail of a SELECT to be narrowed further. */
function reach(actor: Entity): { from: string; parameters: Parameter[] } {
  const [registry, owner] =
    actor.kind === "Agent"
      ? ["id = ?1 OR owner_id IS ?1", actor.ownerId]
      : ["kind = 'User' OR owner_id IS ?1", actor.id];
  return {
    from: `FROM (
        SELECT *, (${registry} OR is_global = 1) AS in_registry,
          EXISTS (SELECT 1 FROM contacts WHERE holder_id = ?2 AND entity_id = entities.id) AS is_contact
        FROM entities WHERE deleted_at IS NULL AND id <> ?2
      ) AS known WHERE (in_registry OR is_contact)`,
    parameters: [owner, actor.id],
  };
}
