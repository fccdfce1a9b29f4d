import { HandlerError } from "../errors.ts";
import type { Message } from "../model/message.ts";
import type { TurnOutcome } from "../model/notice.ts";
import type { Identity } from "../model/participant.ts";
import { deliveryFor, type StoredItem } from "../model/stored-item.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { readableMessage } from "../room/readable.ts";
import type { Arrivals, WhileBusy } from "./arrivals.ts";
import type { AttemptBook } from "./attempt-book.ts";
import { charges, hasSucceeded, interrupted, retryWaitMs } from "./attempts.ts";
import { claimBatch } from "./batch.ts";
import { type Claimed, claimFromFrame, claimFromQueue } from "./claim.ts";
import { type DeadLetterListener, deadLetter } from "./dead-letter.ts";
import { type Cut, cutText, outcomeOf, type TurnEnd } from "./ending.ts";
import { judgeTalk, lookBack } from "./judge-talk.ts";
import type { LoopGuard } from "./loop-guard.ts";
import { describe, type RunEnd } from "./run.ts";
import type { RunRules } from "./run-rules.ts";
import type { Settlement } from "./settle.ts";
import { runClaimed } from "./speak.ts";

/** Decides whether a message may set this agent to work. What is declined is settled without a run. */
export type Accept = (
  message: Message,
  about: { readonly room: { readonly id: string; readonly title: string | undefined }; readonly identity: Identity },
) => boolean | Promise<boolean>;

/** What every turn of an agent has in common. */
export interface TurnRules extends RunRules {
  readonly loopGuard: LoopGuard;
  readonly accept: Accept | undefined;
  readonly onDeadLetter: DeadLetterListener | undefined;
  readonly whileBusy: WhileBusy;
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
  control: { readonly end: TurnEnd; readonly arrivals: Arrivals },
): Promise<TurnEnded> {
  const { end, arrivals } = control;
  const people = room.people.list().catch(() => room.people.known);
  if (waiting.item.senderKind === "user") void lookBack(room);
  const claim = waiting.from === "frame" ? claimFromFrame : claimFromQueue;
  const claimed = await claim(room, waiting.item, rules.book);
  if (claimed.kind !== "claimed") return { outcome: claimed.kind, settlements: [] };
  await people;
  const judged = await judge(rules, room, claimed);
  if (judged.kind === "settle") return { outcome: judged.outcome, settlements: processed([claimed]) };
  if (end.cut !== undefined) return cutShort(end.cut, [claimed], rules.book);
  if (judged.kind === "fail") return conclude(rules, room, { batch: [claimed], ...judged }, end);
  // A message that can't be judged has a turn of its own, which fails.
  const accepts = acceptance(rules, room);
  const more = rules.whileBusy === "batch" ? await claimBatch(room, claimed, { book: rules.book, accepts }) : [];
  const batch = [claimed, ...more] as const;
  for (const { item } of batch) rules.book.run(item.id);
  const ended = await runClaimed(rules, room, { ...judged, batch, arrivals }, end);
  const answered = [...batch, ...(await arrivals.close())];
  return conclude(rules, room, { batch: answered, attempt: judged.attempt, ended }, end);
}

/** Whether a message may set the agent to work; one that can't be judged may not join another's turn, and fails in its own. */
export function acceptance(rules: Pick<TurnRules, "accept">, room: KnownRoom): (item: StoredItem) => Promise<boolean> {
  return (item) => isAccepted(rules, item, room).catch(() => false);
}

type Judgement =
  | { readonly kind: "settle"; readonly outcome: "settled" | "dead-lettered" }
  | { readonly kind: "run"; readonly attempt: number; readonly finishing: boolean }
  /** `accept` threw: that is the developer's code failing, as when the handler does. */
  | { readonly kind: "fail"; readonly attempt: number; readonly ended: RunEnd };

/** Whether a claimed message is to be run at all. One whose attempts are used up is given up here. */
async function judge(rules: TurnRules, room: KnownRoom, claimed: Claimed): Promise<Judgement> {
  const { item } = claimed;
  const selfId = room.session.identity.id;
  const delivery = deliveryFor(item, selfId);
  const isHandled = claimed.attemptNumber > 1 && hasSucceeded(delivery);
  if (item.senderId === selfId || isHandled) return { kind: "settle", outcome: "settled" };
  const counted = charges(delivery, rules.book.own(item.id));
  if (counted.exhausted) {
    const message = readableMessage(item, room.people.known);
    await deadLetter(room, { message, attempts: delivery.attempts }, rules.onDeadLetter);
    return { kind: "settle", outcome: "dead-lettered" };
  }
  const attempt = 1 + counted.failed + counted.abandoned;
  try {
    if (!(await isAccepted(rules, item, room))) return { kind: "settle", outcome: "settled" };
  } catch (error) {
    const thrown = new HandlerError("handler.threw", `accept threw: ${describe(error)}`, { cause: error });
    return { kind: "fail", attempt, ended: { kind: "threw", error: thrown } };
  }
  const talk = await judgeTalk(room, item, rules.loopGuard);
  if (talk === "late-answer" || talk === "loop") return { kind: "settle", outcome: "settled" };
  return { kind: "run", attempt, finishing: talk === "finishing" };
}

/** What a run means for the messages it was for. */
function conclude(
  rules: TurnRules,
  room: KnownRoom,
  run: { readonly batch: readonly Claimed[]; readonly attempt: number; readonly ended: RunEnd },
  end: TurnEnd,
): TurnEnded {
  const { batch, attempt, ended } = run;
  if (ended.kind === "cut" && end.cut !== undefined && end.cut !== "timeout")
    return cutShort(end.cut, batch, rules.book);
  if (ended.kind === "done") return { outcome: "processed", settlements: processed(batch) };
  const error = ended.kind === "threw" ? ended.error.message : cutText("timeout");
  room.session.logger.warn(`A turn in room ${room.id} failed (attempt ${attempt}): ${error}`);
  const settlements = batch.map(({ item }) => ({ messageId: item.id, as: "failed", error }) as const);
  return { outcome: "failed", settlements, restMs: restAfterFailure(rules, room, batch) };
}

/** The wait before the next try of what has just failed; none when it has no further try. */
function restAfterFailure(rules: TurnRules, room: KnownRoom, batch: readonly Claimed[]): number {
  const [first] = batch;
  if (first === undefined) return 0;
  const delivery = deliveryFor(first.item, room.session.identity.id);
  const failed = {
    number: first.attemptNumber,
    status: "failed",
    startedAt: undefined,
    completedAt: undefined,
    error: "",
  } as const;
  const others = delivery.attempts.filter((attempt) => attempt.number !== first.attemptNumber);
  const counted = charges({ ...delivery, attempts: [...others, failed] }, rules.book.own(first.item.id));
  return counted.exhausted ? 0 : retryWaitMs(counted.failed, room.session.timing.handlerRetryMs);
}

function processed(batch: readonly Claimed[]): readonly Settlement[] {
  return batch.map(({ item }) => ({ messageId: item.id, as: "processed" }) as const);
}

/** Whether the developer lets this message set the agent to work. */
async function isAccepted(rules: Pick<TurnRules, "accept">, item: StoredItem, room: KnownRoom): Promise<boolean> {
  if (rules.accept === undefined) return true;
  const message = readableMessage(item, room.people.known);
  return rules.accept(message, { room: { id: room.id, title: room.title }, identity: room.session.identity });
}

function cutShort(cut: Cut, batch: readonly Claimed[], book: AttemptBook): TurnEnded {
  const outcome = outcomeOf(cut);
  if (cut === "interrupt") return { outcome, settlements: processed(batch) };
  if (cut === "stop") for (const { item } of batch) book.leaveOpen(item.id);
  if (cut !== "shutdown") return { outcome, settlements: [] };
  return {
    outcome,
    settlements: batch.map(({ item }) => ({ messageId: item.id, as: "failed", error: interrupted }) as const),
  };
}
