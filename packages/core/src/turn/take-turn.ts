import { HandlerError } from "../errors.ts";
import type { Delivery } from "../model/delivery.ts";
import type { Message } from "../model/message.ts";
import type { TurnOutcome } from "../model/notice.ts";
import type { Identity } from "../model/participant.ts";
import { deliveryFor, type StoredItem } from "../model/stored-item.ts";
import type { MentionInput } from "../outbox/mentions.ts";
import { Voice } from "../outbox/voice.ts";
import { contextTail } from "../rest/context.ts";
import { alreadySaid } from "../room/already-said.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { readableMessage } from "../room/readable.ts";
import { Activity } from "./activity.ts";
import { charges, hasSucceeded, interrupted, neverRan, retryWaitMs } from "./attempts.ts";
import { type AttemptBook, type Claimed, claimFromFrame, claimFromQueue } from "./claim.ts";
import { type DeadLetterListener, deadLetter } from "./dead-letter.ts";
import { type Cut, cutText, type TurnEnd } from "./ending.ts";
import { flushWithin } from "./flush.ts";
import { watchForbidden } from "./forbidden.ts";
import { closeVoice, describe, type RunEnd, run } from "./run.ts";
import type { Settlement } from "./settle.ts";
import { createTurn, type Handler } from "./turn.ts";

/** Decides whether a message may set this agent to work. What is declined is settled without a run. */
export type Accept = (
  message: Message,
  about: { readonly room: { readonly id: string; readonly title: string | undefined }; readonly identity: Identity },
) => boolean | Promise<boolean>;

/** What every turn of an agent has in common. */
export interface TurnRules {
  readonly handler: Handler;
  readonly accept: Accept | undefined;
  readonly turnTimeoutMs: number;
  readonly onDeadLetter: DeadLetterListener | undefined;
  /** What becomes of messages that arrived during the turn before: a turn each, or one together. */
  readonly whileBusy: "queue" | "batch";
  readonly book: AttemptBook;
}

/** What a turn came to: how it ended, how its messages are to be marked, in this order, and how long the room rests before the next try. */
export interface TurnEnded {
  readonly outcome: TurnOutcome | "older";
  readonly settlements: readonly Settlement[];
  readonly restMs?: number;
}

/**
 * One message, from its claim to the word on how it is to be settled.
 *
 * Claim, judge, run: a message that an attempt has already handled, that is our own, or that is declined is settled
 * without a run; one whose attempts are used up is given up. The caller settles, after it has given back what the run
 * held. Throws only when the platform can't be had; nothing is lost then, the message is still in its queue.
 */
export async function takeTurn(
  rules: TurnRules,
  room: KnownRoom,
  waiting: { readonly item: StoredItem; readonly from: "queue" | "frame" },
  end: TurnEnd,
): Promise<TurnEnded> {
  const { book } = rules;
  const people = room.people.list().catch(() => room.people.known);
  const claimed = await (waiting.from === "frame" ? claimFromFrame : claimFromQueue)(room, waiting.item, book);
  if (claimed.kind !== "claimed") return { outcome: claimed.kind, settlements: [] };
  const { item } = claimed;
  const selfId = room.session.identity.id;
  const delivery = deliveryFor(item, selfId);
  const done: TurnEnded = { outcome: "settled", settlements: [{ messageId: item.id, as: "processed" }] };
  if (item.senderId === selfId || (claimed.attemptNumber > 1 && hasSucceeded(delivery))) return done;

  const message = readableMessage(item, await people);
  const counted = charges(delivery, book.own(item.id));
  if (counted.exhausted) {
    await deadLetter(room, { message, attempts: delivery.attempts }, rules.onDeadLetter);
    return { ...done, outcome: "dead-lettered" };
  }
  if (end.cut !== undefined) return cutShort(end.cut, item.id, book);
  if (!(await isAccepted(rules, message, room))) return done;

  const attempt = 1 + counted.failed + counted.abandoned;
  const work = { claimed, message, attempt, said: await saidBefore(room, claimed, delivery) };
  const ended = await runClaimed(rules, room, work, end);
  if (ended.kind === "cut" && end.cut !== undefined && end.cut !== "timeout") return cutShort(end.cut, item.id, book);
  if (ended.kind === "done") return { ...done, outcome: "processed" };
  const error = ended.kind === "threw" ? ended.error.message : cutText("timeout");
  room.session.logger.warn(`A turn in room ${room.id} failed (attempt ${attempt}): ${error}`);
  const failures = counted.failed + 1;
  const spent = charges(
    { ...delivery, attempts: [...delivery.attempts, failedNow(claimed)] },
    book.own(item.id),
  ).exhausted;
  const restMs = spent ? 0 : retryWaitMs(failures, room.session.timing.handlerRetryMs);
  return { outcome: "failed", settlements: [{ messageId: item.id, as: "failed", error }], restMs };
}

/** Runs the handler for a prompt of {@link RoomAgent.wake}: a turn with nothing to claim and nothing to settle. */
export async function takePrompt(
  rules: TurnRules,
  room: KnownRoom,
  prompt: { readonly message: Message; readonly mentions: readonly MentionInput[] },
  end: TurnEnd,
): Promise<TurnOutcome> {
  await room.people.list().catch(() => room.people.known);
  const voice = new Voice(room.outbox, { onPosted: (posted) => room.posted(posted) });
  const work = { message: prompt.message, replyTo: prompt.mentions, attempt: 1, alreadySaid: [] };
  const ended = await speakAndClose(rules, room, voice, work, end);
  if (ended.kind === "done") return "processed";
  if (ended.kind === "threw") room.session.logger.warn(`A prompt in room ${room.id} failed: ${ended.error.message}`);
  return end.cut === undefined || end.cut === "timeout" ? "failed" : outcomeOf(end.cut);
}

interface ClaimedWork {
  readonly claimed: Claimed;
  readonly message: Message;
  readonly attempt: number;
  readonly said: readonly StoredItem[];
}

async function runClaimed(rules: TurnRules, room: KnownRoom, work: ClaimedWork, end: TurnEnd): Promise<RunEnd> {
  const { claimed, message, attempt, said } = work;
  const voice = new Voice(room.outbox, {
    trigger: claimed.item,
    alreadySaid: said,
    onForbidden: watchForbidden(room, claimed.item.id, rules.book, end),
    onPosted: (posted) => room.posted(posted),
  });
  for (const { toolCallId, name } of unansweredCalls(said)) {
    voice.report({ type: "tool_result", toolCallId, name, output: "Interrupted: the agent restarted.", isError: true });
  }
  return speakAndClose(rules, room, voice, { message, replyTo: [message.sender.id], attempt, alreadySaid: said }, end);
}

/** Runs the handler with its voice, and sees that nothing of it is left unsaid or open afterwards. */
async function speakAndClose(
  rules: TurnRules,
  room: KnownRoom,
  voice: Voice,
  about: { message: Message; replyTo: readonly MentionInput[]; attempt: number; alreadySaid: readonly StoredItem[] },
  end: TurnEnd,
): Promise<RunEnd> {
  const { session } = room;
  using _activity = new Activity(session, room.id);
  const startedMs = session.environment.monotonicMs();
  const turn = createTurn({ room, voice, signal: end.signal, ...about });
  session.notify({ type: "turn.start", roomId: room.id, messageId: about.message.id, attempt: about.attempt });
  const ended = await run(session, { handler: rules.handler, turn, voice, end, timeoutMs: rules.turnTimeoutMs });
  await Promise.race([flushWithin(session, voice), aborted(end.signal)]);
  closeVoice(voice, end);
  voice.close("The turn is over.", { results: "The turn ended before this call had a result." });
  await flushWithin(session, voice);
  const outcome: RunEnd = end.cut !== undefined ? { kind: "cut" } : ended.kind === "done" ? delivered(voice) : ended;
  const durationMs = session.environment.monotonicMs() - startedMs;
  session.notify({
    type: "turn.end",
    roomId: room.id,
    messageId: about.message.id,
    outcome: noticeOf(outcome, end),
    durationMs,
  });
  return outcome;
}

/** A handler that ended well has still failed when one of its texts could not be delivered. */
function delivered(voice: Voice): RunEnd {
  if (voice.undelivered === undefined) return { kind: "done" };
  const text = `a text could not be delivered: ${describe(voice.undelivered)}`;
  return { kind: "threw", error: new HandlerError("handler.threw", text, { cause: voice.undelivered }) };
}

async function isAccepted(rules: TurnRules, message: Message, room: KnownRoom): Promise<boolean> {
  return (
    rules.accept === undefined ||
    (await rules.accept(message, { room: { id: room.id, title: room.title }, identity: room.session.identity }))
  );
}

/** What earlier attempts said, read anew: what this process remembers may be another's doing. */
async function saidBefore(room: KnownRoom, claimed: Claimed, delivery: Delivery): Promise<readonly StoredItem[]> {
  if (claimed.attemptNumber === 1 || neverRan(delivery, claimed.attemptNumber)) return [];
  const context = await contextTail(room.session.client, { roomId: room.id, limit: 200 });
  const message = context.find((item) => item.id === claimed.item.id) ?? claimed.item;
  return alreadySaid(context, { message, selfId: room.session.identity.id, beforeAttempt: claimed.attemptNumber });
}

function unansweredCalls(said: readonly StoredItem[]): readonly { toolCallId: string; name: string }[] {
  const answered = new Set(said.flatMap((item) => (item.type === "tool_result" ? [toolCallOf(item)?.toolCallId] : [])));
  return said.flatMap((item) => {
    const call = item.type === "tool_call" ? toolCallOf(item) : undefined;
    return call === undefined || answered.has(call.toolCallId) ? [] : [call];
  });
}

function toolCallOf(item: StoredItem): { toolCallId: string; name: string } | undefined {
  try {
    const body: unknown = JSON.parse(item.content);
    if (typeof body !== "object" || body === null || !("tool_call_id" in body) || typeof body.tool_call_id !== "string")
      return undefined;
    return { toolCallId: body.tool_call_id, name: "name" in body && typeof body.name === "string" ? body.name : "" };
  } catch {
    return undefined; // not written by us
  }
}

function cutShort(cut: Cut, messageId: string, book: AttemptBook): TurnEnded {
  const outcome = outcomeOf(cut);
  if (cut === "interrupt") return { outcome, settlements: [{ messageId, as: "processed" }] };
  if (cut === "shutdown") return { outcome, settlements: [{ messageId, as: "failed", error: interrupted }] };
  if (cut === "stop") book.leaveOpen(messageId);
  return { outcome, settlements: [] };
}

function outcomeOf(cut: Cut): TurnOutcome {
  switch (cut) {
    case "interrupt":
      return "interrupted";
    case "stop":
      return "stopped";
    case "gone":
      return "gone";
    case "shutdown":
    case "ended":
      return "shut-down";
    case "timeout":
      return "failed";
    default:
      return cut satisfies never;
  }
}

function noticeOf(ended: RunEnd, end: TurnEnd): TurnOutcome {
  if (end.cut !== undefined) return outcomeOf(end.cut);
  return ended.kind === "done" ? "processed" : "failed";
}

function failedNow(claimed: Claimed): Delivery["attempts"][number] {
  return {
    number: claimed.attemptNumber,
    status: "failed",
    startedAt: undefined,
    completedAt: undefined,
    error: "failed",
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
