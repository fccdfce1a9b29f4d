import type { RoomEventInput } from "../model/room-event.ts";
import type { StoredItem } from "../model/stored-item.ts";

const lateForMs = 600_000;
const key = "thenvoi_ask";

/** The note that a question was given up: what a late answer is known by. */
export function askTimedOut(ask: {
  questionId: string;
  peerId: string;
  peerName: string;
  seconds: number;
}): RoomEventInput {
  return {
    type: "task",
    text: `${ask.peerName} did not answer within ${ask.seconds} s.`,
    metadata: { [key]: { state: "timed_out", question_id: ask.questionId, peer_id: ask.peerId } },
  };
}

/**
 * Whether a message is the late answer to a question that was given up: the first text of that peer after it, within ten
 * minutes. Whatever that peer says later is a new message. Read from the room, so it holds after a restart.
 */
export function isLateAnswer(message: StoredItem, context: readonly StoredItem[], selfId: string): boolean {
  const note = context.findLast(
    (item) =>
      item.senderId === selfId && peerGivenUp(item) === message.senderId && item.insertedAt < message.insertedAt,
  );
  if (note === undefined) return false;
  if (Date.parse(message.insertedAt) - Date.parse(note.insertedAt) > lateForMs) return false;
  return !context.some(
    (item) =>
      item.type === "text" &&
      item.senderId === message.senderId &&
      item.id !== message.id &&
      item.insertedAt > note.insertedAt &&
      item.insertedAt < message.insertedAt,
  );
}

function peerGivenUp(item: StoredItem): string | undefined {
  const ask = item.type === "task" ? item.metadata[key] : undefined;
  if (typeof ask !== "object" || ask === null) return undefined;
  if (!("state" in ask) || ask.state !== "timed_out" || !("peer_id" in ask)) return undefined;
  return typeof ask.peer_id === "string" ? ask.peer_id : undefined;
}
