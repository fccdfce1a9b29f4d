import type { Delivery, DeliveryAttempt } from "../model/delivery.ts";

/** Closes a claim that was made too early: an older message came first. Not charged. */
export const notRun = "thenvoi:not-run";
/** Closes an attempt that was cut off: the process was shut down, or a person stopped the agent. Not charged. */
export const interrupted = "thenvoi:interrupted";

const failuresAllowed = 4;
const abandonmentsAllowed = 3;

/** How the earlier attempts of a message count against it. */
export interface Charges {
  /** The handler threw, or took too long. */
  readonly failed: number;
  /** Claimed and never closed: the process died. */
  readonly abandoned: number;
  /** No further try: the message is dead-lettered. */
  readonly exhausted: boolean;
}

/**
 * Counts what the platform remembers, so that it holds across restarts.
 *
 * @param known Attempt numbers claimed by this process: open ones among them were not abandoned.
 */
export function charges(delivery: Delivery, known: ReadonlySet<number> = new Set()): Charges {
  const failed = delivery.attempts.filter((attempt) => attempt.status === "failed" && !isExcused(attempt)).length;
  const abandoned = delivery.attempts.filter(
    (attempt) => attempt.status === "processing" && !known.has(attempt.number),
  ).length;
  return { failed, abandoned, exhausted: failed >= failuresAllowed || abandoned >= abandonmentsAllowed };
}

/** Whether some attempt of this message succeeded: it is only to be settled. */
export function hasSucceeded(delivery: Delivery): boolean {
  return delivery.attempts.some((attempt) => attempt.status === "success");
}

/** The wait before a message that failed `failures` times (at least once) is tried again, in milliseconds, without jitter. */
export function retryWaitMs(failures: number, waitsMs: readonly number[]): number {
  return waitsMs[Math.min(failures, waitsMs.length) - 1] ?? 0;
}

function isExcused(attempt: DeliveryAttempt): boolean {
  const text = attempt.error ?? "";
  return text.startsWith(notRun) || text.startsWith(interrupted);
}

/** Whether every earlier attempt was given back before anything ran: nothing can have been said in one. */
export function neverRan(delivery: Delivery, beforeAttempt: number): boolean {
  return delivery.attempts
    .filter((attempt) => attempt.number < beforeAttempt)
    .every((attempt) => (attempt.error ?? "").startsWith(notRun));
}
