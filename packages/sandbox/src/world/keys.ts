import { randomBytes } from "node:crypto";
import type { Entity } from "./model.ts";
import { conflict } from "./refusal.ts";
import { text } from "./row.ts";
import type { Store } from "./store.ts";

/** The keys that accounts show to be let in; an account may have several. Kept as they are: a sandbox may tell them. */
export class Keys {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The id of the account whose key it is. */
  owner(apiKey: string): string | undefined {
    return this.#store.ids("SELECT entity_id AS id FROM keys WHERE key = ?", apiKey)[0];
  }

  /** The account's newest key that still works. */
  newest(entityId: string): string | undefined {
    const newest = "SELECT key FROM keys WHERE entity_id = ? ORDER BY inserted_at DESC LIMIT 1";
    return this.#store.one((row) => text(row, "key"), newest, entityId);
  }

  /** Gives the account a key, a new one or the given one. Throws a 409 when that key is in use. */
  issue(entity: Entity, apiKey?: string): string {
    if (apiKey !== undefined && this.owner(apiKey) !== undefined) throw conflict("This API key is in use already");
    const now = this.#store.clock.tick();
    const key = apiKey ?? mint(entity.kind, now);
    this.#store.change(() =>
      this.#store.run("INSERT INTO keys (key, entity_id, inserted_at) VALUES (?, ?, ?)", key, entity.id, now),
    );
    return key;
  }

  revokeAll(entityId: string): void {
    this.#store.change(() => this.#store.run("DELETE FROM keys WHERE entity_id = ?", entityId));
  }

  revoke(apiKey: string): void {
    this.#store.change(() => this.#store.run("DELETE FROM keys WHERE key = ?", apiKey));
  }
}

/** Tools tell the two kinds of keys by `_u_` and `_a_`, so these carry them as the platform's do. */
function mint(kind: Entity["kind"], now: string): string {
  const seconds = Math.floor(Date.parse(now) / 1000);
  return `band_${kind === "User" ? "u" : "a"}_${seconds}_${randomBytes(24).toString("base64url")}`;
}
