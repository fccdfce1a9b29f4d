import { ApiError, ThenvoiError } from "../errors.ts";
import { sleep } from "../internal/environment.ts";
import type { Mention, SentMessage } from "../model/message.ts";
import type { Participant } from "../model/participant.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { outcomeUnknown } from "../rest/client.ts";
import { contextTail } from "../rest/context.ts";
import { postMessage } from "../rest/messages.ts";
import type { Session } from "../rest/session.ts";
import type { Latency } from "./latency.ts";
import { comparableText } from "./mentions.ts";

const sendsAtMost = 3;
const lookedAt = 100;

/** A text ready to be posted. */
export interface OutgoingText {
  readonly roomId: string;
  readonly content: string;
  readonly mentioned: readonly Participant[];
}

/** What posting in one room needs to remember. */
export interface PostMemory {
  readonly latency: Latency;
  /** Ids of own posts already accounted for: each stored item matches one send. */
  readonly matched: Set<string>;
  /** Whether an own item was inserted too early to be this post. */
  tooOld(item: StoredItem, context: readonly StoredItem[]): boolean;
}

/**
 * Posts one text, and does not end before it is known whether the room has it.
 *
 * The platform has no idempotency key. So when the outcome is unknown (no answer, or a server error) the room is read
 * after a wait that exceeds what a commit takes: max(5 s, 2 × p99). Found means sent; not found is sent again, three
 * sends at most, then it throws what the last one threw. Nothing is sent once `signal` has aborted.
 */
export async function postText(
  session: Session,
  text: OutgoingText,
  memory: PostMemory,
  signal: AbortSignal,
): Promise<SentMessage> {
  const { client, environment, timing } = session;
  const mentions = text.mentioned.map((person) => mentionOf(person));
  for (let send = 1; ; send += 1) {
    signal.throwIfAborted();
    const startedMs = environment.monotonicMs();
    try {
      const message = { roomId: text.roomId, content: text.content, mentions };
      const posted = await postMessage(client, message, { lastTry: signal });
      const durationMs = environment.monotonicMs() - startedMs;
      memory.latency.add(durationMs);
      memory.matched.add(posted.id);
      session.notify({ type: "post", roomId: text.roomId, messageId: posted.id, durationMs });
      return { ...posted, adopted: false };
    } catch (error) {
      if (!outcomeUnknown(error)) throw error;
      const waitMs = Math.max(timing.readBackMs, 2 * memory.latency.p99Ms(), retryAfterMs(error));
      session.logger.warn(
        `A post in room ${text.roomId} got no answer (${textOf(error)}); looking for it in ${Math.round(waitMs)} ms`,
      );
      session.notify({ type: "retry", roomId: text.roomId, what: "post", waitMs });
      await sleep(environment, waitMs, signal);
      const found = await readBack(session, text, memory, signal);
      if (found !== undefined) return found;
      if (send === sendsAtMost) throw error;
    }
  }
}

/** The stored message that this text became, if the room has one that no other send accounts for. */
async function readBack(
  session: Session,
  text: OutgoingText,
  memory: PostMemory,
  signal: AbortSignal,
): Promise<SentMessage | undefined> {
  const context = await contextTail(session.client, { roomId: text.roomId, limit: lookedAt }, { signal });
  const found = context.find(
    (item) =>
      item.senderId === session.identity.id &&
      !memory.matched.has(item.id) &&
      !memory.tooOld(item, context) &&
      isSame(item, text),
  );
  if (found === undefined) return undefined;
  memory.matched.add(found.id);
  return { id: found.id, recipients: text.mentioned.map((person) => mentionOf(person)), adopted: false };
}

/** Whether a stored item is what posting this text would make: same people mentioned, same words. */
export function isSame(item: StoredItem, text: Pick<OutgoingText, "content" | "mentioned">): boolean {
  if (item.type !== "text") return false;
  const stored = new Set(item.mentions.filter((mention) => mention.kind === "mention").map((mention) => mention.id));
  if (stored.size !== text.mentioned.length || !text.mentioned.every((person) => stored.has(person.id))) return false;
  return comparableText(item.content, text.mentioned) === comparableText(text.content, text.mentioned);
}

function mentionOf(person: Participant): Mention {
  return { id: person.id, handle: person.handle, name: person.name };
}

function retryAfterMs(error: unknown): number {
  return error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
}

function textOf(error: unknown): string {
  return ThenvoiError.is(error) ? error.message : String(error);
}
