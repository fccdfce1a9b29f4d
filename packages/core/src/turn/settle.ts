import { ApiError, ThenvoiError } from "../errors.ts";
import { fullJitterMs } from "../internal/backoff.ts";
import { sleep } from "../internal/environment.ts";
import { claim, type MarkOutcome, markFailed, markProcessed } from "../rest/marks.ts";
import { nextMessage } from "../rest/messages.ts";
import type { Session } from "../rest/session.ts";

/** How a claimed message is to be closed. */
export type Settlement =
  | { readonly messageId: string; readonly as: "processed" }
  /** `error` is what the platform keeps of the failure, in a few words. */
  | { readonly messageId: string; readonly as: "failed"; readonly error: string };

/** `stopped`: the agent is stopped in this room and the mark is to be repeated after `play`. `gone`: there is nothing left to mark. */
export type SettleEnd = "settled" | "stopped" | "gone";

/**
 * Marks a message processed or failed, and repeats the mark until the platform has acknowledged it. The run is never
 * repeated for it.
 *
 * A 422 says that no attempt is active: an earlier mark whose answer was lost has arrived, or something else has closed
 * the attempt. So the queue is asked: if this message no longer heads it, it is settled; if it does, it is claimed and
 * marked again. A 403 may mean that the agent is stopped here, or no longer in the room: one claim tells. Rejects with its reason when one of `ends` aborts, and with an {@link ApiError} for a refusal that
 * no repetition can cure.
 */
export async function settle(
  session: Session,
  roomId: string,
  settlement: Settlement,
  ends: readonly AbortSignal[],
): Promise<SettleEnd> {
  const ref = { roomId, messageId: settlement.messageId };
  let hasAskedWhy = false;
  for (let retry = 0; ; retry += 1) {
    for (const signal of ends) signal.throwIfAborted();
    try {
      const marked = await mark(session, ref, settlement);
      return marked.kind === "stopped" ? "stopped" : "settled";
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return "gone";
      if (error instanceof ApiError && error.status === 403 && !hasAskedWhy) {
        hasAskedWhy = true;
        const standing = await standingOf(session, ref);
        if (standing !== "claimed") return standing;
        continue;
      }
      if (error instanceof ApiError && error.status === 422 && retry < 5) {
        if (settlement.as === "failed" || (await isSettled(session, ref))) return "settled";
        await claim(session.client, ref);
        continue;
      }
      if (!ThenvoiError.is(error) || !error.retryable) throw error;
      await pause(session, roomId, error, retry, AbortSignal.any([...ends]));
    }
  }
}

/** How this agent stands towards a message, told by a claim of it. */
async function standingOf(
  session: Session,
  ref: { roomId: string; messageId: string },
): Promise<"claimed" | "stopped" | "gone"> {
  try {
    const { kind } = await claim(session.client, ref);
    return kind === "stopped" ? "stopped" : "claimed";
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return "gone";
    throw error;
  }
}

function mark(
  session: Session,
  ref: { roomId: string; messageId: string },
  settlement: Settlement,
): Promise<MarkOutcome> {
  return settlement.as === "processed"
    ? markProcessed(session.client, ref)
    : markFailed(session.client, { ...ref, error: settlement.error });
}

async function isSettled(session: Session, ref: { roomId: string; messageId: string }): Promise<boolean> {
  const head = await nextMessage(session.client, { roomId: ref.roomId });
  return head?.id !== ref.messageId;
}

async function pause(
  session: Session,
  roomId: string,
  error: ThenvoiError,
  retry: number,
  signal: AbortSignal,
): Promise<void> {
  const { environment, timing, logger } = session;
  const askedMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
  const waitMs = Math.max(
    askedMs,
    fullJitterMs(environment, retry, { baseMs: timing.retryBaseMs, capMs: timing.retryCapMs }),
  );
  if (retry === 2)
    logger.warn(`A message in room ${roomId} is done but not yet marked (${error.message}); the mark is repeated`);
  session.notify({ type: "retry", roomId, what: "settle", waitMs });
  await sleep(environment, waitMs, signal);
}
