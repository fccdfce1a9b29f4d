import type { StoredItem } from "../model/stored-item.ts";
import { Voice } from "../outbox/voice.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { flushWithin } from "./flush.ts";
import { isAnyGivenUp, isLateAnswer } from "./late-answer.ts";
import { agentTurns, isLoopNoted, type LoopGuard, loopStopped } from "./loop-guard.ts";

const reach = 200;

/**
 * What the conversation makes of a message: a word to act on, the late answer to a question that was given up, or one more
 * round of agents answering each other.
 *
 * Read from the room, so that a restart changes nothing. A person's message costs one look back at the room in the life of
 * the process, and nothing more unless someone was asked here.
 */
export async function judgeTalk(
  room: KnownRoom,
  message: StoredItem,
  guard: LoopGuard,
): Promise<"go" | "finishing" | "late-answer" | "loop"> {
  const isAgent = message.senderKind === "agent";
  if (!isAgent) await lookBack(room);
  if (!isAgent && !room.answers.asked) return "go";
  const selfId = room.session.identity.id;
  const context = await room.tail(reach);
  if (isLateAnswer(message, context, selfId)) return "late-answer";
  if (!isAgent) return "go";
  const turns = agentTurns(message, context, { selfId, answers: room.answers.taken });
  if (turns >= guard.stopAt) {
    if (!isLoopNoted(context, selfId)) await note(room, turns);
    return "loop";
  }
  return turns >= guard.finishAt ? "finishing" : "go";
}

/** Learns, once, whether an earlier process gave up a question here; begun early, it costs no time. Never rejects. */
export function lookBack(room: KnownRoom): Promise<void> {
  return room.answers.lookBack(async () => isAnyGivenUp(await room.tail(reach), room.session.identity.id));
}

async function note(room: KnownRoom, turns: number): Promise<void> {
  const voice = new Voice(room.outbox, { onPosted: (posted) => room.posted(posted) });
  voice.report(loopStopped(turns));
  await flushWithin(room.session, voice);
  voice.close("The loop was noted.");
}
