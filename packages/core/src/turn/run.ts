import { HandlerError } from "../errors.ts";
import { waitAtMost } from "../internal/patience.ts";
import type { Voice } from "../outbox/voice.ts";
import type { Session } from "../rest/session.ts";
import { currentTurnStorage } from "./current-turn.ts";
import type { TurnDeadline } from "./deadline.ts";
import { closesCalls, cutText, type TurnEnd } from "./ending.ts";
import type { Handler, Turn } from "./turn.ts";

/** How a run ended: to its end, by throwing, or cut off (see {@link TurnEnd}). */
export type RunEnd =
  | { readonly kind: "done" }
  | { readonly kind: "threw"; readonly error: HandlerError }
  | { readonly kind: "cut" };

/**
 * Calls the handler once, with its deadline.
 *
 * What it throws becomes an outcome and goes no further. When the turn is cut the voice is taken away at once; a handler
 * that does not end within `abortGraceMs` after that is left behind, so that its room is free again.
 */
export async function run(
  session: Session,
  work: {
    readonly handler: Handler;
    readonly turn: Turn;
    readonly voice: Voice;
    readonly end: TurnEnd;
    readonly deadline: TurnDeadline;
  },
): Promise<RunEnd> {
  const { environment, timing, logger } = session;
  const { end, voice } = work;
  using _deadline = work.deadline;
  if (end.cut !== undefined) return { kind: "cut" };
  const handled = call(work.handler, work.turn);
  const cut = new Promise<"cut">((resolve) => {
    if (end.signal.aborted) resolve("cut");
    end.signal.addEventListener("abort", () => resolve("cut"), { once: true });
  });
  end.signal.addEventListener("abort", () => closeVoice(voice, end), { once: true });
  const first = await Promise.race([handled, cut]);
  if (first !== "cut" && end.cut === undefined) return first;
  if ((await waitAtMost(environment, timing.abortGraceMs, handled)) === "out of time")
    logger.warn(`A handler in room ${work.turn.room.id} did not end when its turn was cut; it was left behind`);
  return { kind: "cut" };
}

/** Takes the voice of a cut turn away; where the cut allows it, open tool calls get their closing results first. */
export function closeVoice(voice: Voice, end: TurnEnd): void {
  if (end.cut === undefined) return;
  const text = cutText(end.cut);
  voice.close(text, closesCalls(end.cut) ? { results: text } : {});
}

async function call(handler: Handler, turn: Turn): Promise<RunEnd> {
  try {
    await currentTurnStorage.run(turn, () => handler(turn));
    return { kind: "done" };
  } catch (error) {
    return { kind: "threw", error: new HandlerError("handler.threw", describe(error), { cause: error }) };
  }
}

/** A thrown value in a few words, whatever it is; never empty, never a stack. */
export function describe(thrown: unknown): string {
  try {
    const text =
      thrown instanceof Error
        ? `${thrown.name}: ${thrown.message}`
        : typeof thrown === "string"
          ? thrown
          : JSON.stringify(thrown);
    return text === undefined || text.trim() === "" ? `the handler threw ${String(thrown)}` : text.slice(0, 500);
  } catch {
    return "the handler threw a value that can't be shown";
  }
}
