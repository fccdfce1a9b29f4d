import type { ParticipantKind } from "./participant.ts";

/** Who said something. */
export interface Sender {
  readonly id: string;
  readonly kind: ParticipantKind;
  readonly name: string;
  /** Known when the sender is still in the room. */
  readonly handle: string | undefined;
}

/** Someone addressed by a message. */
export interface Mention {
  readonly id: string;
  readonly handle: string | undefined;
  readonly name: string | undefined;
}

/**
 * A text said in a room, with who said it and whom it mentions.
 *
 * A `prompt` has no message behind it: it is what {@link RoomAgent.wake} was given.
 */
export interface Message {
  readonly kind: "message" | "prompt";
  /** UUID; of a prompt, one made up on this machine. */
  readonly id: string;
  readonly roomId: string;
  /** The text as a person reads it, mentions written as `@handle`. */
  readonly text: string;
  readonly sender: Sender;
  readonly mentions: readonly Mention[];
  /** ISO-8601 UTC with microseconds, as the platform wrote it. Sorts as text. */
  readonly insertedAt: string;
}

/** How a message that was posted is known from then on. */
export interface SentMessage {
  readonly id: string;
  /** Those it was delivered to. */
  readonly recipients: readonly Mention[];
  /** True when it had been said by an earlier attempt and was not posted again. */
  readonly adopted: boolean;
}
