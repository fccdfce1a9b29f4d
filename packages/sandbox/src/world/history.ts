import { randomUUID } from "node:crypto";
import type { Actor, Entity, HistoryEvent, Timestamp } from "./model.ts";
import { type Page, type PageRequest, readPage } from "./paging.ts";
import { integer, oneOf, type Row, text } from "./row.ts";
import type { Store } from "./store.ts";

/** The last of a history, oldest first, and whether more came before. */
export interface RecentHistory {
  readonly events: readonly HistoryEvent[];
  readonly truncated: boolean;
}

const mostRecent = 100;

/** What was done to tasks and goals, and by whom: only ever added to, each change a row of its own. */
export class History {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Keeps who somebody is right now; the same number for as long as they are called the same. */
  snapshot({ id, kind, name, handle }: Entity): number {
    this.#store.run(
      "INSERT INTO actors (entity_id, kind, name, handle) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      id,
      kind,
      name,
      handle,
    );
    const kept = "SELECT id FROM actors WHERE entity_id = ? AND name = ? AND handle = ?";
    const snapshot = this.#store.one((row) => integer(row, "id"), kept, id, name, handle);
    if (snapshot === undefined) throw new Error(`actor ${id} vanished while it was written`);
    return snapshot;
  }

  actor(snapshot: number): Actor {
    const actor = this.#store.one(readActor, "SELECT * FROM actors WHERE id = ?", snapshot);
    if (actor === undefined) throw new Error(`actor ${snapshot} vanished while it was read`);
    return actor;
  }

  /** Adds to the history of a task or room; part of the caller's change. Returns when. */
  add(ofId: string, actor: Entity, event: string, payload: HistoryEvent["payload"]): Timestamp {
    const at = this.#store.clock.tick();
    this.#store.run(
      "INSERT INTO history (id, of_id, event, actor, payload, at) VALUES (?, ?, ?, ?, ?, ?)",
      randomUUID(),
      ofId,
      event,
      this.snapshot(actor),
      JSON.stringify(payload),
      at,
    );
    return at;
  }

  /** Oldest first. */
  page(ofId: string, request: PageRequest): Page<HistoryEvent> {
    const from = "FROM history WHERE of_id = ?";
    const listing = { from, parameters: [ofId], sortBy: "at", id: "id", direction: "ASC" as const };
    return readPage(this.#store, listing, request, (id) => this.#existing(id));
  }

  recent(ofId: string): RecentHistory {
    const newestFirst = `SELECT * FROM history WHERE of_id = ? ORDER BY at DESC, id DESC LIMIT ${mostRecent + 1}`;
    const events = this.#store.all((row) => this.#read(row), newestFirst, ofId);
    return { events: events.slice(0, mostRecent).reverse(), truncated: events.length > mostRecent };
  }

  #existing(id: string): HistoryEvent {
    const event = this.#store.one((row) => this.#read(row), "SELECT * FROM history WHERE id = ?", id);
    if (event === undefined) throw new Error(`event ${id} vanished while it was read`);
    return event;
  }

  #read(row: Row): HistoryEvent {
    const payload: unknown = JSON.parse(text(row, "payload"));
    return {
      event: text(row, "event"),
      actor: this.actor(integer(row, "actor")),
      at: text(row, "at"),
      payload: typeof payload === "object" ? { ...payload } : {},
    };
  }
}

function readActor(row: Row): Actor {
  return {
    id: text(row, "entity_id"),
    kind: oneOf(row, "kind", ["User", "Agent"]),
    name: text(row, "name"),
    handle: text(row, "handle"),
  };
}
