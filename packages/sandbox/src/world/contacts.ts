import { randomUUID } from "node:crypto";
import type { Accounts } from "./accounts.ts";
import { readHandle } from "./handles.ts";
import type { Contact, Entity, Timestamp } from "./model.ts";
import { type Page, type PageRequest, readPage } from "./paging.ts";
import { badRequest, notFound } from "./refusal.ts";
import { type Row, text } from "./row.ts";
import type { Store } from "./store.ts";

/** Which contact is meant: by its record, or by the other side's handle. The record decides when both are given. */
export interface ContactKey {
  readonly contactId?: string | undefined;
  readonly handle?: string | undefined;
}

/** Who agreed to know whom: always both ways, each side with a record of its own. */
export class Contacts {
  readonly #store: Store;
  readonly #accounts: Accounts;

  constructor(store: Store, accounts: Accounts) {
    this.#store = store;
    this.#accounts = accounts;
  }

  has(holderId: string, entityId: string): boolean {
    return this.#store.exists("SELECT 1 FROM contacts WHERE holder_id = ? AND entity_id = ?", holderId, entityId);
  }

  /** Newest first. */
  list(holder: Entity, request: PageRequest): Page<Contact> {
    const listing = {
      from: "FROM contacts WHERE holder_id = ?",
      parameters: [holder.id],
      sortBy: "inserted_at",
      id: "id",
      direction: "DESC" as const,
    };
    return readPage(this.#store, listing, request, (id) => this.#existing(id));
  }

  /** Makes each the contact of the other, since their request was approved. Part of that change. */
  link(one: Entity, other: Entity, insertedAt: Timestamp): void {
    this.#store.change(() => {
      for (const [holder, entity] of [[one, other] as const, [other, one] as const]) {
        const contact: Contact = { id: randomUUID(), holder, entity, insertedAt };
        this.#store.run(
          "INSERT INTO contacts (id, holder_id, entity_id, inserted_at) VALUES (?, ?, ?, ?)",
          contact.id,
          holder.id,
          entity.id,
          insertedAt,
        );
        this.#store.publish({ type: "contact_added", contact });
      }
    });
  }

  /** Parts two contacts, for both. Throws a 400 (nobody named, or no handle) or a 404 (no contact of this account). */
  remove(holder: Entity, key: ContactKey): void {
    const contact = this.#find(holder, key);
    if (contact === undefined) throw notFound("Contact");
    this.#store.change(() => this.#unlink(contact));
  }

  /** Parts an account that is going from all its contacts. */
  forget(holder: Entity): void {
    this.#store.change(() => {
      const all = this.#store.ids("SELECT id FROM contacts WHERE holder_id = ? ORDER BY inserted_at, id", holder.id);
      for (const id of all) this.#unlink(this.#existing(id));
    });
  }

  #unlink({ holder, entity }: Contact): void {
    const both =
      "SELECT * FROM contacts WHERE (holder_id = ?1 AND entity_id = ?2) OR (holder_id = ?2 AND entity_id = ?1)";
    const records = this.#store.all((row) => this.#read(row), both, holder.id, entity.id);
    for (const contact of records) {
      this.#store.run("DELETE FROM contacts WHERE id = ?", contact.id);
      this.#store.publish({ type: "contact_removed", contact });
    }
  }

  #find(holder: Entity, { contactId, handle }: ContactKey): Contact | undefined {
    const read = (row: Row) => this.#read(row);
    if (contactId !== undefined) {
      return this.#store.one(read, "SELECT * FROM contacts WHERE id = ? AND holder_id = ?", contactId, holder.id);
    }
    if (handle === undefined) throw badRequest("Either handle or contact_id is required");
    const entity = this.#accounts.byHandle(readHandle(handle));
    const between = "SELECT * FROM contacts WHERE holder_id = ? AND entity_id = ?";
    return entity && this.#store.one(read, between, holder.id, entity.id);
  }

  #existing(id: string): Contact {
    const contact = this.#store.one((row) => this.#read(row), "SELECT * FROM contacts WHERE id = ?", id);
    if (contact === undefined) throw new Error(`contact ${id} vanished while it was read`);
    return contact;
  }

  #read(row: Row): Contact {
    return {
      id: text(row, "id"),
      holder: this.#accounts.existing(text(row, "holder_id")),
      entity: this.#accounts.existing(text(row, "entity_id")),
      insertedAt: text(row, "inserted_at"),
    };
  }
}
