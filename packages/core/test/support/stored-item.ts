import type { DeliveryAttempt } from "../../src/model/delivery.ts";
import type { StoredItem } from "../../src/model/stored-item.ts";

/** The agent whose view tables are written from. */
export const self = "agent";

/** A time of day as the platform writes it, from seconds. */
export function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString().replace("Z", "000Z");
}

/** An item of a room; the sender is someone else unless told otherwise. */
export function storedItem(about: Partial<StoredItem> & { readonly id: string }): StoredItem {
  return {
    roomId: "room",
    type: "text",
    content: about.id,
    senderId: "ada",
    senderKind: about.senderId === self ? "agent" : "user",
    senderName: "Ada",
    mentions: [],
    metadata: {},
    deliveries: {},
    insertedAt: at(0),
    updatedAt: about.insertedAt ?? at(0),
    ...about,
  };
}

/** One claim: open, or closed with an outcome. */
export function attempt(
  number: number,
  status: DeliveryAttempt["status"],
  times: { readonly from?: number; readonly to?: number; readonly error?: string } = {},
): DeliveryAttempt {
  const { from, to, error } = times;
  return {
    number,
    status,
    startedAt: from === undefined ? undefined : at(from),
    completedAt: to === undefined ? undefined : at(to),
    error,
  };
}
