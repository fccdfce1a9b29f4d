import { randomUUID } from "node:crypto";
import type { Accounts } from "./accounts.ts";
import type { Contacts } from "./contacts.ts";
import { checkLength } from "./content.ts";
import { readHandle } from "./handles.ts";
import type { ContactRequest, Entity } from "./model.ts";
import { type Page, type PageRequest, readPage } from "./paging.ts";
import { badRequest, conflict, forbidden, notFound } from "./refusal.ts";
import { oneOf, type Row, text, textOrNull } from "./row.ts";
import type { Store } from "./store.ts";

/** What a list of sent requests can be narrowed to. */
export const sentFilters = ["all", "pending", "approved", "rejected", "cancelled"] as const;
export const contactActions = ["approve", "reject", "cancel"] as const;
type Action = (typeof contactActions)[number];

/** Which request is meant: by its id, or as the pending one of the other side. The id decides when both are given. */
export interface ContactRequestKey {
  readonly requestId?: string | undefined;
  readonly handle?: string | undefined;
}

const outcomes = { approve: "approved", reject: "rejected", cancel: "cancelled" } as const;
const longestMessage = 500;

/**
 * Requests to become contacts. They are of use across owners; nothing keeps accounts of one owner from it.
 *
 * `pending` → `approved`, `rejected` (by the recipient), `cancelled` (by the requester) or `expired`; all four are final,
 * and after them a new request may be made. At most one is pending each way: asking somebody who has asked already
 * approves that request.
 */
export class ContactRequests {
  readonly #store: Store;
  readonly #accounts: Accounts;
  readonly #contacts: Contacts;

  constructor(store: Store, parts: { accounts: Accounts; contacts: Contacts }) {
    this.#store = store;
    this.#accounts = parts.accounts;
    this.#contacts = parts.contacts;
  }

  /**
   * Asks, or approves what the other side asked: then that request is returned.
   * Throws a 400 (no handle), a 404 (nobody of that handle), a 409 (oneself, contacts already, asked already) or a 422
   * (`message` longer than 500 characters, at `pointer`).
   */
  send(
    requester: Entity,
    input: { handle: string; message?: string | null | undefined; pointer: string },
  ): ContactRequest {
    const handle = readHandle(input.handle);
    const message = input.message ?? null;
    if (message !== null) checkLength(message, longestMessage, input.pointer);
    const recipient = this.#accounts.byHandle(handle);
    if (recipient === undefined) throw notFound("Handle");
    if (recipient.id === requester.id) throw conflict("You cannot add yourself as a contact");
    if (this.#contacts.has(requester.id, recipient.id)) throw conflict("Already contacts");
    if (this.#pending(requester, recipient) !== undefined) throw conflict("A contact request is pending already");
    const inverse = this.#pending(recipient, requester);
    return inverse === undefined ? this.#create(requester, recipient, message) : this.#settle(inverse, "approved");
  }

  /**
   * Ends a pending request. Throws a 400 (none named, or no handle), a 403 (not this side's to do so), a 404 (no request of
   * this account, or none pending with that handle) or a 409 (ended already).
   */
  respond(actor: Entity, action: Action, key: ContactRequestKey): ContactRequest {
    const request = this.#find(actor, action, key);
    const entitled = action === "cancel" ? request.requester : request.recipient;
    if (entitled.id !== actor.id) {
      throw forbidden(`Only the ${action === "cancel" ? "requester" : "recipient"} can ${action} a contact request`);
    }
    if (request.status !== "pending") throw conflict("The contact request is resolved already");
    return this.#settle(request, outcomes[action]);
  }

  /** Lets all that is pending run out, as the platform does by itself after a time it doesn't tell. Returns how many. */
  expire(): number {
    return this.#store.change(() => {
      const pending = this.#store.ids(
        "SELECT id FROM contact_requests WHERE status = 'pending' ORDER BY inserted_at, id",
      );
      for (const id of pending) this.#settle(this.#existing(id), "expired");
      return pending.length;
    });
  }

  /** Ends what is pending with an account that is going. */
  forget(entity: Entity): void {
    this.#store.change(() => {
      const pending =
        "SELECT id FROM contact_requests WHERE status = 'pending' AND (requester_id = ?1 OR recipient_id = ?1)";
      for (const id of this.#store.ids(pending, entity.id)) this.#settle(this.#existing(id), "cancelled");
    });
  }

  /** Pending ones, newest first. */
  received(recipient: Entity, request: PageRequest): Page<ContactRequest> {
    return this.#page("recipient_id = ? AND status = 'pending'", [recipient.id], request);
  }

  /** Newest first; expired ones are among `all` only. */
  sent(requester: Entity, status: (typeof sentFilters)[number], request: PageRequest): Page<ContactRequest> {
    return status === "all"
      ? this.#page("requester_id = ?", [requester.id], request)
      : this.#page("requester_id = ? AND status = ?", [requester.id, status], request);
  }

  #create(requester: Entity, recipient: Entity, message: string | null): ContactRequest {
    return this.#store.change(() => {
      const insertedAt = this.#store.clock.tick();
      const id = randomUUID();
      const request: ContactRequest = {
        id,
        requester,
        recipient,
        status: "pending",
        message,
        insertedAt,
        respondedAt: null,
      };
      this.#store.run(
        `INSERT INTO contact_requests (id, requester_id, recipient_id, status, message, inserted_at, updated_at)
          VALUES (?, ?, ?, 'pending', ?, ?, ?)`,
        id,
        requester.id,
        recipient.id,
        message,
        insertedAt,
        insertedAt,
      );
      this.#store.publish({ type: "contact_request_received", request });
      return request;
    });
  }

  #settle(request: ContactRequest, status: Exclude<ContactRequest["status"], "pending">): ContactRequest {
    return this.#store.change(() => {
      const now = this.#store.clock.tick();
      const respondedAt = status === "approved" || status === "rejected" ? now : null;
      const settled: ContactRequest = { ...request, status, respondedAt };
      this.#store.run(
        "UPDATE contact_requests SET status = ?, responded_at = ?, updated_at = ? WHERE id = ?",
        status,
        respondedAt,
        now,
        request.id,
      );
      this.#store.publish({ type: "contact_request_updated", request: settled });
      if (status === "approved") this.#contacts.link(request.recipient, request.requester, now);
      return settled;
    });
  }

  #find(actor: Entity, action: Action, { requestId, handle }: ContactRequestKey): ContactRequest {
    if (requestId !== undefined) {
      const request = this.#byId(requestId);
      if (request?.requester.id !== actor.id && request?.recipient.id !== actor.id) throw notFound("Contact request");
      return request;
    }
    if (handle === undefined) throw badRequest("Either handle or request_id is required");
    const other = this.#accounts.byHandle(readHandle(handle));
    const request = other && (action === "cancel" ? this.#pending(actor, other) : this.#pending(other, actor));
    if (request === undefined) throw notFound("Pending contact request");
    return request;
  }

  #pending(requester: Entity, recipient: Entity): ContactRequest | undefined {
    const pending = "SELECT * FROM contact_requests WHERE requester_id = ? AND recipient_id = ? AND status = 'pending'";
    return this.#store.one((row) => this.#read(row), pending, requester.id, recipient.id);
  }

  #page(condition: string, parameters: readonly string[], request: PageRequest): Page<ContactRequest> {
    const from = `FROM contact_requests WHERE ${condition}`;
    const listing = { from, parameters, sortBy: "inserted_at", id: "id", direction: "DESC" as const };
    return readPage(this.#store, listing, request, (id) => this.#existing(id));
  }

  #byId(id: string): ContactRequest | undefined {
    return this.#store.one((row) => this.#read(row), "SELECT * FROM contact_requests WHERE id = ?", id);
  }

  #existing(id: string): ContactRequest {
    const request = this.#byId(id);
    if (request === undefined) throw new Error(`contact request ${id} vanished while it was read`);
    return request;
  }

  #read(row: Row): ContactRequest {
    return {
      id: text(row, "id"),
      requester: this.#accounts.existing(text(row, "requester_id")),
      recipient: this.#accounts.existing(text(row, "recipient_id")),
      status: oneOf(row, "status", ["pending", "approved", "rejected", "expired", "cancelled"]),
      message: textOrNull(row, "message"),
      insertedAt: text(row, "inserted_at"),
      respondedAt: textOrNull(row, "responded_at"),
    };
  }
}
