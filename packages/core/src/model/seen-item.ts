import type { Delivery } from "./delivery.ts";
import type { RoomItem } from "./room-event.ts";

/** One entry of a room as a person sees it: everything said and reported there, with where each text stands. */
export type SeenItem = RoomItem & {
  /** Where a text stands with those it is for, by their id; empty for events. */
  readonly deliveries: Readonly<Record<string, Delivery>>;
  /** ISO-8601 UTC with microseconds; later than `insertedAt` once it changed. */
  readonly updatedAt: string;
};
