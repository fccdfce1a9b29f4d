import { deliveryFor, type StoredItem } from "../model/stored-item.ts";
import { claim } from "../rest/marks.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { readableMessage } from "../room/readable.ts";
import type { Answer } from "../tools/answer.ts";
import type { FoundPeer } from "../tools/toolbox.ts";
import type { Asking } from "./ask.ts";
import { settle } from "./settle.ts";

/** The messages that an answer consists of, oldest first, and how long they were waited for. */
export interface Answered {
  readonly room: KnownRoom;
  readonly peer: FoundPeer;
  readonly items: readonly [StoredItem, ...StoredItem[]];
  readonly waitedMs: number;
}

/** Hands an answer to whoever asked. The messages it came in are claimed and settled meanwhile, without a turn. */
export function handOver(asking: Asking, answered: Answered): Answer {
  const { room, peer, items, waitedMs } = answered;
  for (const item of items) {
    room.answers.handOver(item.id);
    room.saw(item);
    asking.voice.holdFor(settleAnswer(asking, room, item));
  }
  const { id, name, handle, kind } = peer;
  const answer = items.map((item) => spoken(room, item)).join("\n\n");
  return { peer: { id, name, handle, kind }, answer, messageId: items[0].id, waitedMs };
}

/** A text without the address it begins with: who asked knows that it is meant. */
function spoken(room: KnownRoom, item: StoredItem): string {
  const { text } = readableMessage(item, room.people.known);
  const address = `@${room.session.identity.handle}`;
  return text.startsWith(`${address} `) ? text.slice(address.length).trimStart() : text;
}

/** What a cut of the turn leaves undone here is done by the room's worker: for it the message is settled, never run. */
async function settleAnswer(asking: Asking, room: KnownRoom, item: StoredItem): Promise<void> {
  const { session, id: roomId, answers } = room;
  const { rules, end } = asking;
  rules.onAnswer(item.id, "running");
  try {
    if (deliveryFor(item, session.identity.id).status === "processed") return;
    const claimed = await claim(session.client, { roomId, messageId: item.id });
    if (claimed.kind === "marked") await settle(session, roomId, { messageId: item.id, as: "processed" }, [end.signal]);
  } catch (error) {
    if (!end.signal.aborted)
      session.logger.warn(`The answer ${item.id} in room ${roomId} could not be settled: ${String(error)}`);
  } finally {
    rules.onAnswer(item.id, "settled");
    answers.settled(item.id);
  }
}
