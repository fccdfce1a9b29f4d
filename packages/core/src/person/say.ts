import { sleep } from "../internal/environment.ts";
import type { Mention, SentMessage } from "../model/message.ts";
import type { Participant } from "../model/participant.ts";
import { type MentionInput, resolveMentions } from "../outbox/mentions.ts";
import { isSame } from "../outbox/post-text.ts";
import { outcomeUnknown } from "../rest/client.ts";
import { listMyMessages, postMyMessage } from "../rest/my-messages.ts";
import type { PersonSession } from "./session.ts";

const lookedAt = 100;
const sendsAtMost = 3;
const rememberedAtMost = 1_000;
/** By so much the platform's clock and ours may differ. */
const clockSkewMs = 60_000;

/** What a person says: a text, and whom it is for. */
export interface OutgoingText {
  readonly content: string;
  /** Handles with or without `@`, names or ids; at least one other participant. */
  readonly mentions: readonly MentionInput[];
}

/** Who says it where, and what is known of that. */
export interface Saying {
  readonly session: PersonSession;
  readonly roomId: string;
  readonly selfId: string;
  readonly participants: readonly Participant[];
  /** Ids of own texts that are accounted for: each stored one is one send. */
  readonly accounted: Set<string>;
}

/**
 * Says a text once, and does not end before it is known whether the room has it.
 *
 * When the outcome of a post is unknown (no answer, or a server error) the room is read after `readBackMs`: found means
 * said; not found is sent again, three times at most, then it throws what the last one threw. A text counts as found when it
 * has the same words and mentions, is at most a minute older than the post, and no other post of this process made it.
 */
export async function say(saying: Saying, text: OutgoingText): Promise<SentMessage> {
  const { session, roomId, participants, selfId, accounted } = saying;
  const { environment, timing, client, logger } = session;
  const mentioned = resolveMentions(text.mentions, participants, selfId);
  const mentions = mentioned.map(({ id, handle, name }): Mention => ({ id, handle, name }));
  const since = new Date(environment.wallClockMs() - clockSkewMs).toISOString();
  for (let send = 1; ; send += 1) {
    try {
      const posted = await postMyMessage(client, { roomId, content: text.content, mentions });
      accounted.add(posted.id);
      const [oldest] = accounted;
      if (accounted.size > rememberedAtMost && oldest !== undefined) accounted.delete(oldest);
      return { ...posted, adopted: false };
    } catch (error) {
      if (!outcomeUnknown(error)) throw error;
      logger.warn(`A text in room ${roomId} got no answer; looking for it in ${timing.readBackMs} ms`);
      await sleep(environment, timing.readBackMs);
      const found = await readBack(saying, { content: text.content, mentioned }, since);
      if (found !== undefined) return { id: found, recipients: mentions, adopted: false };
      if (send === sendsAtMost) throw error;
    }
  }
}

async function readBack(
  { session, roomId, selfId, accounted }: Saying,
  text: { readonly content: string; readonly mentioned: readonly Participant[] },
  since: string,
): Promise<string | undefined> {
  let looked = 0;
  for await (const item of listMyMessages(session.client, roomId)) {
    looked += 1;
    if (item.insertedAt < since || looked > lookedAt) return undefined;
    if (item.senderId !== selfId || accounted.has(item.id) || !isSame(item, text)) continue;
    accounted.add(item.id);
    return item.id;
  }
  return undefined;
}
