import type { Delivery } from "./delivery.ts";
import type { ParticipantKind } from "./participant.ts";
import type { RoomEventType } from "./room-event.ts";

/**
 * A row of a room as the platform keeps it: mentions as `@[[id]]` in the text, with where it stands for each recipient.
 *
 * Inside this package only; users hold {@link Message} and {@link RoomEvent}, whose text is readable.
 */
export interface StoredItem {
  readonly id: string;
  readonly roomId: string;
  readonly type: "text" | RoomEventType | "other";
  readonly content: string;
  readonly senderId: string;
  readonly senderKind: ParticipantKind;
  /** Empty when the platform sent none. */
  readonly senderName: string;
  readonly mentions: readonly StoredMention[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** By recipient id. */
  readonly deliveries: Readonly<Record<string, Delivery>>;
  /** Empty when the platform sent none. */
  readonly insertedAt: string;
  /** Later than `insertedAt` once the row changed, as it does with each step of a delivery. Empty when the platform sent none. */
  readonly updatedAt: string;
}

export interface StoredMention {
  readonly id: string;
  readonly handle: string | undefined;
  readonly name: string | undefined;
  /** Only a mention is delivered; a reference names someone without waking them. */
  readonly kind: "mention" | "reference";
}

/** The delivery of `item` for one recipient; `new` when the platform has no entry. */
export function deliveryFor(item: StoredItem, recipientId: string): Delivery {
  return (Object.hasOwn(item.deliveries, recipientId) ? item.deliveries[recipientId] : undefined) ?? newDelivery;
}

const newDelivery: Delivery = { status: "new", attempts: [] };
