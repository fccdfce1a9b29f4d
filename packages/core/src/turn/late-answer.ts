import type { RoomEventInput } from "../model/room-event.ts";
import type { StoredItem } from "../model/stored-item.ts";

const lateForMs = 600_000;
const key = "thenvoi_ask";

/** A question that nobody waits on any more. */
export interface GivenUp {
  readonly questionId: string;
  /** When the question was inserted, by the platform's clock; undefined when that could not be learnt. */
  readonly askedAt: string | undefined;
  readonly peerId: string;
  /** Why there was no answer, for people. */
  readonly text: string;
}

/** The note that a question was given up: what a late answer is known by. */
export function questionGivenUp({ questionId, askedAt, peerId, text }: GivenUp): RoomEventInput {
  const metadata = {
    [key]: { state: "given_up", question_id: questionId, peer_id: peerId, ...(askedAt && { asked_at: askedAt }) },
  };
  return { type: "task", text, metadata };
}

/**
 * Whether a message is the late answer to a question that was given up: the first text of that peer after the question,
 * within ten minutes of its being given up. Whatever that peer says later is a new message, and so is what it said before.
 * Read from the room, so it holds after a restart.
 */
export function isLateAnswer(message: StoredItem, context: readonly StoredItem[], selfId: string): boolean {
  const note = context.findLast((item) => item.senderId === selfId && peerGivenUp(item)?.id === message.senderId);
  const askedAt = note && (peerGivenUp(note)?.askedAt ?? note.insertedAt);
  if (note === undefined || askedAt === undefined || message.insertedAt <= askedAt) return false;
  if (Date.parse(message.insertedAt) - Date.parse(note.insertedAt) > lateForMs) return false;
  return !context.some(
    (item) =>
      item.type === "text" &&
      item.senderId === message.senderId &&
      item.id !== message.id &&
      item.insertedAt > askedAt &&
      item.insertedAt < message.insertedAt,
  );
}

/** Whether the room tells of a question that was given up. */
export function isAnyGivenUp(context: readonly StoredItem[], selfId: string): boolean {
  return context.some((item) => item.senderId === selfId && peerGivenUp(item) !== undefined);
}

/** Whom a note says was given up, and since when their answer was waited for. */
function peerGivenUp(item: StoredItem): { readonly id: string; readonly askedAt: string | undefined } | undefined {
  const ask = item.type === "task" ? item.metadata[key] : undefined;
  if (typeof ask !== "object" || ask === null) return undefined;
  if (!("state" in ask) || ask.state !== "given_up" || !("peer_id" in ask)) return undefined;
  if (typeof ask.peer_id !== "string") return undefined;
  return { id: ask.peer_id, askedAt: "asked_at" in ask && typeof ask.asked_at === "string" ? ask.asked_at : undefined };
}
