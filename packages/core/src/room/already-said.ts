import { deliveryFor, type StoredItem } from "../model/stored-item.ts";

interface Window {
  readonly messageId: string;
  readonly from: string;
  readonly to: string | undefined;
}

/**
 * What this agent posted during the earlier attempts of one message, oldest first.
 *
 * A post belongs to the attempt, of any message in the room, that had been started last when it was inserted, and only
 * if that attempt was not closed before. So neither the answer to a message handled in between nor something posted
 * from outside a turn is taken for an answer to this one. What was asked during an attempt and answered is part of it:
 * the claim of such an answer ends nothing.
 *
 * @param context The room as this agent may see it, with the deliveries of the messages that mention it.
 */
export function alreadySaid(
  context: readonly StoredItem[],
  of: { readonly message: StoredItem; readonly selfId: string; readonly beforeAttempt: number },
): readonly StoredItem[] {
  const others = context.filter((item) => item.id !== of.message.id && item.senderId !== of.selfId);
  const own = attemptWindows(of.message, of.selfId, of.beforeAttempt);
  const windows = [
    ...others
      .filter((item) => !own.some((window) => isAnswerDuring(window, item, context, of.selfId)))
      .flatMap((item) => attemptWindows(item, of.selfId, Number.POSITIVE_INFINITY)),
    ...own,
  ].sort((a, b) => (a.from < b.from ? -1 : 1));
  return context.filter((item) => {
    if (item.senderId !== of.selfId) return false;
    const latest = windows.findLast((window) => window.from <= item.insertedAt);
    if (latest === undefined || latest.messageId !== of.message.id) return false;
    return latest.to === undefined || item.insertedAt <= latest.to;
  });
}

/** Whether an item was said during an attempt, by someone whom this agent had put a question to in it. */
function isAnswerDuring(window: Window, item: StoredItem, context: readonly StoredItem[], selfId: string): boolean {
  if (item.insertedAt <= window.from || (window.to !== undefined && item.insertedAt > window.to)) return false;
  return context.some(
    ({ senderId, type, mentions, insertedAt }) =>
      senderId === selfId &&
      type === "text" &&
      insertedAt >= window.from &&
      insertedAt < item.insertedAt &&
      mentions.length === 1 &&
      mentions[0]?.id === item.senderId,
  );
}

function attemptWindows(item: StoredItem, selfId: string, beforeAttempt: number): Window[] {
  return deliveryFor(item, selfId)
    .attempts.filter((attempt) => attempt.number < beforeAttempt && attempt.startedAt !== undefined)
    .map((attempt) => ({ messageId: item.id, from: attempt.startedAt ?? "", to: attempt.completedAt }));
}
