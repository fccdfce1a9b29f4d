import { ThenvoiError } from "../errors.ts";
import { deliveryFor, type StoredItem } from "../model/stored-item.ts";
import { listMessages } from "../rest/messages.ts";
import type { KnownRoom } from "../room/known-room.ts";
import type { AttemptBook } from "./attempt-book.ts";
import { type Claimed, claimFromQueue } from "./claim.ts";

const batchedAtMost = 10;

/**
 * Claims the messages that wait right behind one that is claimed, to be handled with it in one run, ten in all.
 *
 * Those that can't be had are left where they are. Only what is new is taken along: a message tried before has a turn to itself, and nothing overtakes it.
 */
export async function claimBatch(
  room: KnownRoom,
  first: Claimed,
  rules: { readonly book: AttemptBook; accepts(item: StoredItem): Promise<boolean> },
): Promise<readonly Claimed[]> {
  if (first.attemptNumber > 1) return [];
  const taken: Claimed[] = [];
  try {
    for await (const item of listMessages(room.session.client, { roomId: room.id })) {
      if (item.id === first.item.id) continue;
      if (taken.length === batchedAtMost - 1 || !(await isFresh(room, item, rules))) break;
      const claimed = await claimFromQueue(room, item, rules.book);
      if (claimed.kind !== "claimed") break;
      room.saw(item);
      taken.push(claimed);
    }
  } catch (error) {
    if (!ThenvoiError.is(error)) throw error;
    room.session.logger.debug(`What waits in room ${room.id} has a turn of its own: ${error.message}`);
  }
  return taken;
}

async function isFresh(
  room: KnownRoom,
  item: StoredItem,
  rules: { accepts(item: StoredItem): Promise<boolean> },
): Promise<boolean> {
  const selfId = room.session.identity.id;
  if (item.senderId === selfId || deliveryFor(item, selfId).attempts.length > 0) return false;
  return rules.accepts(item);
}
