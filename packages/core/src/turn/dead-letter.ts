import type { DeliveryAttempt } from "../model/delivery.ts";
import type { Message } from "../model/message.ts";
import { Voice } from "../outbox/voice.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { flushWithin } from "./flush.ts";
import { describe } from "./run.ts";

/** Told of a message that is given up, with every attempt the platform counted. May be used to keep it elsewhere. */
export type DeadLetterListener = (message: Message, attempts: readonly DeliveryAttempt[]) => unknown;

/**
 * Gives a message up, in the open: an `error` event in its room, then the listener. The message is settled by the caller,
 * so that the room goes on.
 */
export async function deadLetter(
  room: KnownRoom,
  given: { readonly message: Message; readonly attempts: readonly DeliveryAttempt[] },
  listener: DeadLetterListener | undefined,
): Promise<void> {
  const { session } = room;
  const last =
    given.attempts.findLast((attempt) => attempt.status === "failed")?.error ?? "the agent ended while handling it";
  session.logger.error(`Gave up message ${given.message.id} in room ${room.id}: ${last}`);
  const voice = new Voice(room.outbox, { onPosted: (posted) => room.posted(posted) });
  voice.report({
    type: "error",
    text: `A message could not be handled and was given up: ${last}`,
    errorCode: "dead_letter",
    details: { message_id: given.message.id, attempts: given.attempts.length },
  });
  await flushWithin(session, voice);
  voice.close("The message was given up.");
  session.notify({ type: "dead-letter", roomId: room.id, messageId: given.message.id });
  try {
    await listener?.(given.message, given.attempts);
  } catch (error) {
    session.logger.error(`onDeadLetter failed: ${describe(error)}`);
  }
}
