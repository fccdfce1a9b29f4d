import { ApiError } from "../errors.ts";
import { deliveryFor, type StoredItem } from "../model/stored-item.ts";
import { claim, type MarkOutcome, markFailed } from "../rest/marks.ts";
import { listMessages, nextMessage } from "../rest/messages.ts";
import { outcomeUnknown } from "../rest/repetition.ts";
import type { KnownRoom } from "../room/known-room.ts";
import type { AttemptBook } from "./attempt-book.ts";
import { interrupted, notRun } from "./attempts.ts";

/** A message this agent may now run. */
export interface Claimed {
  readonly kind: "claimed";
  /** As the platform had it when it was last read; its deliveries may lack the attempt of this claim. */
  readonly item: StoredItem;
  readonly attemptNumber: number;
}

/**
 * What a claim may come to, besides {@link Claimed}.
 *
 * - `older`: an older message comes first; the claim was given back.
 * - `stopped`: the agent is stopped in this room.
 * - `gone`: the message, or our place in the room, is no longer there.
 */
export type ClaimEnd = Claimed | { readonly kind: "older" | "stopped" | "gone" };

/**
 * Marks a message that the queue has just named as processing. No claim, no run.
 *
 * An attempt of this process that is still open there, and in which nothing has run, is used instead of a new one: the
 * answer to its claim was lost, or what had to be known before the run could not be read.
 */
export async function claimFromQueue(room: KnownRoom, item: StoredItem, book: AttemptBook): Promise<ClaimEnd> {
  const { client } = room.session;
  const ref = { roomId: room.id, messageId: item.id };
  if (book.takeOpen(item.id)) await closeQuietly(markFailed(client, { ...ref, error: interrupted }));
  const unused = book.findUnused(item.id, deliveryFor(item, room.session.identity.id));
  if (unused !== undefined) return { kind: "claimed", item, attemptNumber: unused };
  return orGone(async () => {
    const marked = await markOnRecord(room, item, book);
    if (marked.kind === "stopped") return { kind: "stopped" };
    return { kind: "claimed", item, attemptNumber: marked.attemptNumber };
  });
}

/**
 * Claims a message that only a frame has named, and asks the queue at the same time whether it is its turn, so that the
 * check costs a request and no time. If an older message waits (a frame was lost, or late), the claim is given back.
 */
export async function claimFromFrame(room: KnownRoom, item: StoredItem, book: AttemptBook): Promise<ClaimEnd> {
  const { client } = room.session;
  const ref = { roomId: room.id, messageId: item.id };
  return orGone(async () => {
    const [marked, seen] = await bothOrFirstError(
      markOnRecord(room, item, book),
      nextMessage(client, { roomId: room.id }),
    );
    if (marked.kind === "stopped") return { kind: "stopped" };
    // A queue that is empty although this message waits in it was asked while the agent was still stopped, or too early.
    const head = seen ?? (await nextMessage(client, { roomId: room.id }));
    if (head !== undefined && head.id !== item.id && isBefore(head, item)) {
      await closeQuietly(markFailed(client, { ...ref, error: notRun }));
      return { kind: "older" };
    }
    if (head?.id === item.id) return { kind: "claimed", item: head, attemptNumber: marked.attemptNumber };
    const stored = marked.attemptNumber === 1 ? item : await findClaimed(room, item);
    return { kind: "claimed", item: stored, attemptNumber: marked.attemptNumber };
  });
}

/** Claims a message, and has the book know what came of it, or that nobody knows. */
async function markOnRecord(room: KnownRoom, item: StoredItem, book: AttemptBook): Promise<MarkOutcome> {
  try {
    const marked = await claim(room.session.client, { roomId: room.id, messageId: item.id });
    if (marked.kind === "marked") book.add(item.id, marked.attemptNumber);
    return marked;
  } catch (error) {
    const { attempts } = deliveryFor(item, room.session.identity.id);
    if (outcomeUnknown(error)) book.addUnanswered(item.id, attempts.at(-1)?.number ?? 0);
    throw error;
  }
}

/** A message claimed before, with its attempts: a frame doesn't tell them. */
async function findClaimed(room: KnownRoom, item: StoredItem): Promise<StoredItem> {
  for await (const stored of listMessages(room.session.client, { roomId: room.id, status: "processing" })) {
    if (stored.id === item.id) return stored;
  }
  return item;
}

function isBefore(a: StoredItem, b: StoredItem): boolean {
  return a.insertedAt < b.insertedAt || (a.insertedAt === b.insertedAt && a.id < b.id);
}

/** Both answers; when one fails the other is still awaited, so that nothing goes on behind our back. */
async function bothOrFirstError<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === "rejected") throw a.reason;
  if (b.status === "rejected") throw b.reason;
  return [a.value, b.value];
}

async function orGone(claiming: () => Promise<ClaimEnd>): Promise<ClaimEnd> {
  try {
    return await claiming();
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return { kind: "gone" };
    throw error;
  }
}

/** Closing an attempt is a courtesy to the count of attempts; the next claim comes either way. */
async function closeQuietly(closing: Promise<unknown>): Promise<void> {
  try {
    await closing;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
