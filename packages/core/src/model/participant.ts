/** Whether someone is a person's account or an agent's. */
export type ParticipantKind = "user" | "agent";

/** A user or agent in a room. */
export interface Participant {
  /** The account's id, a UUID. Identity is always decided by it, never by a name. */
  readonly id: string;
  readonly kind: ParticipantKind;
  readonly name: string;
  /** The written name: `dana` for a person, `dana/weather` for her agent. Some accounts have none. */
  readonly handle: string | undefined;
  readonly role: "owner" | "admin" | "member";
  readonly description: string | undefined;
}

/** Someone who could be added to a room: the owner, sibling and global agents, contacts. */
export interface Peer {
  readonly id: string;
  readonly kind: ParticipantKind;
  readonly name: string;
  readonly handle: string | undefined;
  readonly description: string | undefined;
  readonly isContact: boolean;
}

/** The account an agent acts as. @see PROTOCOL.md, "agent/me" */
export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly handle: string;
  readonly description: string | undefined;
  /** The user who owns this agent. */
  readonly ownerId: string;
}
