import { ApiError, AskError } from "../errors.ts";
import type { ParticipantKind } from "../model/participant.ts";
import type { StoredItem } from "../model/stored-item.ts";
import type { Voice } from "../outbox/voice.ts";
import { addParticipant } from "../rest/participants.ts";
import type { KnownRoom } from "../room/known-room.ts";
import type { Answer, AskOptions } from "../tools/answer.ts";
import type { FoundPeer } from "../tools/toolbox.ts";
import type { TurnDeadline } from "./deadline.ts";
import { cutText, type TurnEnd } from "./ending.ts";
import { Question } from "./question.ts";
import type { RunRules } from "./run-rules.ts";
import { findPeer } from "./toolbox.ts";

/** What asking needs of its turn. */
export interface Asking {
  readonly room: KnownRoom;
  readonly voice: Voice;
  readonly end: TurnEnd;
  /** Aborts when the handler has ended: nobody waits for an answer any more. */
  readonly handled: AbortSignal;
  readonly deadline: TurnDeadline;
  readonly startedBy: ParticipantKind;
  /** What earlier attempts of this turn posted. */
  readonly alreadySaid: readonly StoredItem[];
  readonly rules: Pick<RunRules, "rest" | "openRoom" | "onAnswer" | "askCheckMs">;
}

/**
 * Asks a peer or a person in the turn's room, waits, and gives the answer back.
 *
 * The answer is the first text of that peer that mentions this agent and was inserted after the question. It is claimed and
 * settled here and starts no turn. A re-run asks nothing twice: it takes up the question that an earlier attempt put to
 * that peer in these words, and with its first question to a peer the newest one, whatever its words. Ends in every case:
 * with the answer, or with an {@link AskError} that says why there is none.
 */
export function createAsker(asking: Asking): (who: string, question: string, options?: AskOptions) => Promise<Answer> {
  return (who, question, options = {}) => {
    const { signal } = options;
    const over = AbortSignal.any([asking.end.signal, asking.handled, ...(signal === undefined ? [] : [signal])]);
    const asked = unlessOver(over, () => askIn(asking, { who, question, options, over }), {
      why: () => new AskError("ask.ended", `The wait for ${who} has ended. ${whyOver(asking, signal)}`),
    });
    asked.catch(() => undefined); // one that the handler does not wait for must not end the process
    return asked;
  };
}

async function askIn(
  asking: Asking,
  asked: {
    readonly who: string;
    readonly question: string;
    readonly options: AskOptions;
    readonly over: AbortSignal;
  },
): Promise<Answer> {
  const { room, rules } = asking;
  const { question: text, options, over } = asked;
  const peer = await findPeer(room, asked.who);
  over.throwIfAborted();
  const where = options.where === "new-room" ? await rules.openRoom(titleOf(text)) : room;
  over.throwIfAborted();
  if (where !== room) await Promise.all([bring(where, peer), where.outbox.lookBack(over).catch(() => undefined)]);
  else if (!peer.isHere) await bring(where, peer);
  return where.answers.inTurn(peer.id, () => new Question(asking, { room: where, peer, text, options, over }).ask());
}

function whyOver({ end, handled }: Asking, callers: AbortSignal | undefined): string {
  if (end.cut !== undefined) return `${cutText(end.cut)} Nothing more can be said in this turn; end your work.`;
  if (handled.aborted || callers?.aborted !== true) return "The turn is over.";
  return "It was cancelled. Go on without the answer.";
}

/** The work's end, or the reason why nobody waits for it any more, whichever comes first. */
function unlessOver<Result>(
  over: AbortSignal,
  work: () => Promise<Result>,
  about: { readonly why: () => Error },
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = () => reject(about.why());
    if (over.aborted) return end();
    over.addEventListener("abort", end, { once: true });
    work()
      .finally(() => over.removeEventListener("abort", end))
      .then(resolve, reject);
  });
}

/** Brings someone into a room. Who came meanwhile is welcome. Who is there already, the question needs to know too: asked at once. */
async function bring(room: KnownRoom, peer: FoundPeer): Promise<void> {
  const others = room.people.list().catch(() => undefined);
  try {
    const added = await addParticipant(room.session.client, { roomId: room.id, participantId: peer.id });
    await others; // which may not have them yet
    room.people.add(added);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    await room.people.refresh();
  }
}

/** A question as the title of a room: its first line, at most 120 characters. */
function titleOf(question: string): string {
  const line = question.replace(/\s+/gu, " ").trim();
  return line.length <= 120 ? line : `${line.slice(0, 119).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}
