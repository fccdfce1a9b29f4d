import { ApiError } from "../errors.ts";
import { claim } from "../rest/marks.ts";
import { outcomeUnknown } from "../rest/repetition.ts";
import type { KnownRoom } from "../room/known-room.ts";
import type { AttemptBook } from "./attempt-book.ts";
import type { TurnEnd } from "./ending.ts";

/**
 * Finds out why a post was forbidden: one claim tells. Answered without content, the agent is stopped here; not found, it
 * is no longer in the room. Either ends the turn. Otherwise (a quota, a right that is missing) the error is the caller's.
 */
export function watchForbidden(
  room: KnownRoom,
  messageId: string,
  book: AttemptBook,
  end: TurnEnd,
): (error: unknown) => Promise<void> {
  return async (error) => {
    if (!(error instanceof ApiError)) return;
    if (error.status === 404) return end.end("gone");
    if (error.status !== 403 || error.reason === "limit_reached") return;
    try {
      const marked = await claim(room.session.client, { roomId: room.id, messageId });
      if (marked.kind === "stopped") return end.end("stop");
      book.add(messageId, marked.attemptNumber);
      book.run(messageId);
    } catch (refusal) {
      if (refusal instanceof ApiError && refusal.status === 404) end.end("gone");
      if (outcomeUnknown(refusal)) book.addUnanswered(messageId, 0);
    }
  };
}
