import type { Accounts } from "./accounts.ts";
import type { Entity } from "./model.ts";
import { type Page, type PageRequest, readPage } from "./paging.ts";
import type { Parameter } from "./row.ts";
import type { Store } from "./store.ts";

/** Someone who could be brought into a room, and how they are known: here always through the registry. */
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
 * Whom an account reaches: an agent its owner, the owner's other agents and the global ones; a person all people
 * (a sandbox is one organization), their own agents and the global ones. Nobody reaches itself.
 */
export class Peers {
  readonly #store: Store;
  readonly #accounts: Accounts;

  constructor(store: Store, accounts: Accounts) {
    this.#store = store;
    this.#accounts = accounts;
  }

  reaches(actor: Entity, entity: Entity): boolean {
    const { condition, parameters } = reach(actor);
    return this.#store.exists(`SELECT 1 FROM entities WHERE id = ? AND ${condition}`, entity.id, ...parameters);
  }

  list(actor: Entity, filter: PeerFilter, request: PageRequest): Page<Peer> {
    const { condition, parameters } = reach(actor);
    const conditions = [condition];
    if (filter.notInRoom !== undefined) {
      conditions.push("NOT EXISTS (SELECT 1 FROM participants WHERE room_id = ? AND entity_id = entities.id)");
      parameters.push(filter.notInRoom);
    }
    if (filter.type !== undefined) {
      conditions.push("kind = ?");
      parameters.push(filter.type);
    }
    const from = `FROM entities WHERE ${conditions.join(" AND ")}`;
    const listing = { from, parameters, sortBy: "inserted_at", id: "id", direction: "ASC" as const };
    return readPage(this.#store, listing, request, (id) => {
      const entity = this.#accounts.entity(id);
      if (entity === undefined) throw new Error(`peer ${id} vanished while it was read`);
      return { entity, isContact: false, source: "registry" };
    });
  }
}

function reach(actor: Entity): { condition: string; parameters: Parameter[] } {
  return actor.kind === "Agent"
    ? {
        condition: "id <> ? AND (id = ? OR owner_id = ? OR is_global = 1)",
        parameters: [actor.id, actor.ownerId, actor.ownerId],
      }
    : { condition: "id <> ? AND (kind = 'User' OR owner_id = ? OR is_global = 1)", parameters: [actor.id, actor.id] };
}
