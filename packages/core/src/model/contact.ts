import type { ParticipantKind } from "./participant.ts";

/**
 * Someone of another owner who has agreed to be reached, or whose request was agreed to.
 *
 * The platform gives a contact no account id: who it is is said by its handle.
 */
export interface Contact {
  /** The id of the contact itself, not of the account behind it. */
  readonly id: string;
  readonly handle: string;
  readonly kind: ParticipantKind;
  readonly name: string;
  readonly description: string | undefined;
  readonly tags: readonly string[];
  /** ISO-8601 UTC. */
  readonly insertedAt: string;
}

/** Where a contact request stands. All but `pending` are final. */
export type ContactRequestStatus = "pending" | "approved" | "rejected" | "expired" | "cancelled";

/** A wish to become contacts, made by this agent (`sent`) or to it (`received`). */
export interface ContactRequest {
  readonly id: string;
  readonly direction: "received" | "sent";
  readonly status: ContactRequestStatus;
  /** Of the other side. */
  readonly handle: string;
  readonly name: string;
  /** What was written with it, at most 500 characters; somebody else's words. */
  readonly message: string | undefined;
  /** ISO-8601 UTC. */
  readonly insertedAt: string;
}

/** Which request is meant: by its id, or by the handle of the other side. */
export type ContactRequestRef = { readonly requestId: string } | { readonly handle: string };

/** Which contact is meant: by its id, or by its handle. */
export type ContactRef = { readonly contactId: string } | { readonly handle: string };

/** News of contacts: who asks to be one, what became of a request, who has become one, who no longer is. */
export type ContactEvent =
  | { readonly type: "contact.requested"; readonly request: ContactRequest }
  | {
      readonly type: "contact.request-closed";
      readonly requestId: string;
      readonly status: Exclude<ContactRequestStatus, "pending">;
    }
  | { readonly type: "contact.added"; readonly contact: Contact }
  | { readonly type: "contact.removed"; readonly contactId: string };

/**
 * An agent's contacts and the requests for them. Needed only across owners: an agent reaches its owner, the owner's other
 * agents and global agents without.
 */
export interface Contacts {
  list(): AsyncIterable<Contact>;
  /**
   * Asks someone to become a contact, by handle, with a few words (at most 500 characters). `approved` when they had asked
   * first. Rejects with a 409 for who is a contact or was asked already.
   */
  add(input: {
    readonly handle: string;
    readonly message?: string;
  }): Promise<{ readonly id: string; readonly status: "pending" | "approved" }>;
  /** Ends it for both sides. */
  remove(contact: ContactRef): Promise<void>;
  /**
   * Requests to and from this agent: those received as far as they are pending, those sent as far as they are
   * `sentStatus` (default `pending`).
   */
  requests(options?: {
    readonly sentStatus?: Exclude<ContactRequestStatus, "expired"> | "all";
  }): AsyncIterable<ContactRequest>;
  /** Approves or rejects a request that was received, or takes back one that was sent. Rejects with a 409 when it is closed. */
  respond(
    request: ContactRequestRef & { readonly action: "approve" | "reject" | "cancel" },
  ): Promise<{ readonly id: string; readonly status: ContactRequestStatus }>;
}
