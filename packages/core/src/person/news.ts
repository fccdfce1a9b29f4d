import type { Participant } from "../model/participant.ts";
import type { SeenItem } from "../model/seen-item.ts";

/**
 * What a person hears who follows a room.
 *
 * - `read`: the room was read. `ids` are all of its items from `from` on (ISO-8601; empty: from its first), so whoever holds
 *   one of that time which is not among them can let go of it. Those that are new or changed follow as `item`.
 * - `item`: something said or reported, oldest first after a `read`; the same id again when it changed.
 * - `deleted`: an item is no longer there.
 * - `participants`: who is in the room, from now on.
 * - `gone`: the room, or the person's place in it, is gone; nothing follows.
 */
export type RoomNews =
  | { readonly type: "read"; readonly from: string; readonly ids: readonly string[] }
  | { readonly type: "item"; readonly item: SeenItem }
  | { readonly type: "deleted"; readonly id: string }
  | { readonly type: "participants"; readonly participants: readonly Participant[] }
  | { readonly type: "gone" };

/** What a person hears of their rooms. After `connected` they are listed anew, since nothing is replayed. */
export type RoomsNews =
  | { readonly type: "connected" }
  | { readonly type: "room_added" | "room_removed"; readonly roomId: string };
