import { HandlerError, TurnClosedError } from "../errors.ts";
import type { Message } from "../model/message.ts";
import type { TurnOutcome } from "../model/notice.ts";
import { deliveryFor, type StoredItem } from "../model/stored-item.ts";
import type { MentionInput } from "../outbox/mentions.ts";
import { Voice } from "../outbox/voice.ts";
import { contextTail } from "../rest/context.ts";
import { alreadySaid } from "../room/already-said.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { readableMessage } from "../room/readable.ts";
import { Activity } from "./activity.ts";
import type { Arrivals } from "./arrivals.ts";
import { createAsker } from "./ask.ts";
import { neverRan } from "./attempts.ts";
import type { Claimed } from "./claim.ts";
import { TurnDeadline } from "./deadline.ts";
import { outcomeOf, type TurnEnd } from "./ending.ts";
import { flushWithin } from "./flush.ts";
import { watchForbidden } from "./forbidden.ts";
import { closeVoice, describe, type RunEnd, run } from "./run.ts";
import type { RunRules } from "./run-rules.ts";
import { createTurn } from "./turn.ts";

/** How most turns end. Made once: an error costs its stack, and this one is seldom seen. */
const turnIsOver = new TurnClosedError("The turn is over.");

/** Runs the handler for claimed messages, oldest first; the newest is the one to answer. */
export async function runClaimed(
  rules: RunRules,
  room: KnownRoom,
  work: {
    readonly batch: readonly [Claimed, ...Claimed[]];
    readonly attempt: number;
    readonly finishing: boolean;
    readonly arrivals: Arrivals;
  },
  end: TurnEnd,
): Promise<RunEnd> {
  const [first] = work.batch;
  const newest = work.batch.at(-1) ?? first;
  const said = await saidBefore(room, first);
  const voice = new Voice(room.outbox, {
    trigger: first.item,
    alreadySaid: said,
    onForbidden: watchForbidden(room, newest.item.id, rules.book, end),
    onPosted: (posted) => room.posted(posted),
  });
  for (const { toolCallId, name } of voice.openCalls) {
    voice.report({ type: "tool_result", toolCallId, name, output: "Interrupted: the agent restarted.", isError: true });
  }
  const message = readableMessage(newest.item, room.people.known);
  const earlier = work.batch.slice(0, -1).map(({ item }) => readableMessage(item, room.people.known));
  const about = {
    message,
    messages: [...earlier, message],
    replyTo: [message.sender.id],
    attempt: work.attempt,
    alreadySaid: said,
    finishing: work.finishing,
    arrivals: work.arrivals,
  };
  return speakAndClose(rules, room, voice, about, end);
}

/** Runs the handler for a prompt of {@link RoomAgent.wake}: a turn with nothing to claim and nothing to settle. */
export async function takePrompt(
  rules: RunRules,
  room: KnownRoom,
  prompt: { readonly message: Message; readonly mentions: readonly MentionInput[] },
  end: TurnEnd,
): Promise<TurnOutcome> {
  await room.people.list().catch(() => room.people.known);
  const { message } = prompt;
  const voice = new Voice(room.outbox, { onPosted: (posted) => room.posted(posted) });
  const about = {
    message,
    messages: [message],
    replyTo: prompt.mentions,
    attempt: 1,
    alreadySaid: [],
    finishing: false,
  };
  const ended = await speakAndClose(rules, room, voice, about, end);
  if (ended.kind === "threw") room.session.logger.warn(`A prompt in room ${room.id} failed: ${ended.error.message}`);
  return outcomeAfter(ended, end);
}

interface TurnContent {
  readonly message: Message;
  readonly messages: readonly Message[];
  readonly replyTo: readonly MentionInput[];
  readonly attempt: number;
  readonly alreadySaid: readonly StoredItem[];
  readonly finishing: boolean;
  /** Absent in a turn without a message. */
  readonly arrivals?: Arrivals;
}

/** Runs the handler with its voice, and sees that nothing of it is left unsaid or open afterwards. */
async function speakAndClose(
  rules: RunRules,
  room: KnownRoom,
  voice: Voice,
  about: TurnContent,
  end: TurnEnd,
): Promise<RunEnd> {
  const { session } = room;
  using _activity = new Activity(session, room.id);
  const startedMs = session.environment.monotonicMs();
  const deadline = new TurnDeadline(session.environment, rules.turnTimeoutMs, () => end.end("timeout"));
  const handled = new AbortController();
  const { message, alreadySaid } = about;
  const startedBy = message.kind === "prompt" ? "user" : message.sender.kind;
  const asking = { room, voice, end, deadline, rules, startedBy, alreadySaid, handled: handled.signal };
  const ask = createAsker(asking);
  const turn = createTurn({ room, voice, signal: end.signal, ask, ...about });
  session.notify({ type: "turn.start", roomId: room.id, messageId: about.message.id, attempt: about.attempt });
  const ended = await run(session, { handler: rules.handler, turn, voice, end, deadline });
  handled.abort("The handler has ended."); // a reason of its own: the default is an error with a stack
  const spentMs = await Promise.race([flushWithin(session, voice), aborted(end.signal)]);
  closeVoice(voice, end);
  voice.close(turnIsOver, { results: "The turn ended before this call had a result." });
  await flushWithin(session, voice, spentMs ?? 0);
  const final: RunEnd = end.cut !== undefined ? { kind: "cut" } : ended.kind === "done" ? delivered(voice) : ended;
  const durationMs = session.environment.monotonicMs() - startedMs;
  const outcome = outcomeAfter(final, end);
  session.notify({ type: "turn.end", roomId: room.id, messageId: about.message.id, outcome, durationMs });
  return final;
}

/** A handler that ended well has still failed when one of its texts could not be delivered. */
function delivered(voice: Voice): RunEnd {
  if (voice.undelivered === undefined) return { kind: "done" };
  const text = `a text could not be delivered: ${describe(voice.undelivered)}`;
  return { kind: "threw", error: new HandlerError("handler.threw", text, { cause: voice.undelivered }) };
}

/** What earlier attempts said, read anew: what this process remembers may be another's doing. */
async function saidBefore(room: KnownRoom, claimed: Claimed): Promise<readonly StoredItem[]> {
  const selfId = room.session.identity.id;
  const { item, attemptNumber } = claimed;
  if (attemptNumber === 1 || neverRan(deliveryFor(item, selfId), attemptNumber)) return [];
  const context = await contextTail(room.session.client, { roomId: room.id, limit: 200 });
  const message = context.find((other) => other.id === item.id) ?? item;
  return alreadySaid(context, { message, selfId, beforeAttempt: attemptNumber });
}

function outcomeAfter(ended: RunEnd, end: TurnEnd): TurnOutcome {
  if (end.cut !== undefined) return outcomeOf(end.cut);
  return ended.kind === "done" ? "processed" : "failed";
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
