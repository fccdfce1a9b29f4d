import { ApiError, NetworkError, type ThenvoiError } from "../errors.ts";

/**
 * How a request went wrong, as far as repeating it is concerned.
 *
 * - `unauthorized`: the key was refused. Said in haste by a server that is starting, so asked again shortly.
 * - `throttled`: surely not carried out; asked to come back later.
 * - `not-sent`: surely not carried out; there was no connection, or the server would not hear it yet (425).
 * - `unknown`: it may have been carried out.
 * - `final`: the answer will be the same next time.
 */
export type Failure = "unauthorized" | "throttled" | "not-sent" | "unknown" | "final";

/** How requests differ in what may be repeated. */
export type RequestKind = "read" | "repeatable" | "claim" | "settle" | "post" | "event" | "activity";

/**
 * How often a request of a kind may fail in one way before the error is thrown.
 *
 * `repeatable` is a write that is harmless when made twice. A claim is not, because each opens an attempt. A settle is one
 * try because its caller repeats it, having looked first. A post must never be repeated blindly, and neither an event: a tool call has
 * one result. A throttled event is one try too, because the outbox may drop others for it.
 */
export const triesAllowed: Readonly<Record<RequestKind, Readonly<Record<Failure, number>>>> = {
  read: { unauthorized: 3, throttled: 6, "not-sent": 6, unknown: 6, final: 1 },
  repeatable: { unauthorized: 3, throttled: 6, "not-sent": 6, unknown: 6, final: 1 },
  claim: { unauthorized: 3, throttled: 6, "not-sent": 6, unknown: 1, final: 1 },
  settle: { unauthorized: 3, throttled: 1, "not-sent": 1, unknown: 1, final: 1 },
  post: { unauthorized: 3, throttled: 6, "not-sent": 6, unknown: 1, final: 1 },
  event: { unauthorized: 3, throttled: 1, "not-sent": 6, unknown: 1, final: 1 },
  activity: { unauthorized: 3, throttled: 1, "not-sent": 1, unknown: 1, final: 1 },
};

/** Tells the ways to fail apart. A network error without a cause worth repeating is marked by whoever throws it. */
export function failureOf(error: ThenvoiError): Failure {
  if (error instanceof NetworkError) return error.outcome;
  if (!(error instanceof ApiError)) return "final";
  if (error.status === 401) return "unauthorized";
  if (error.status === 429) return "throttled";
  if (error.status === 425) return "not-sent";
  return outcomeUnknown(error) ? "unknown" : "final";
}

/** Whether the platform may have done what it was asked although the request failed. */
export function outcomeUnknown(error: unknown): boolean {
  if (error instanceof NetworkError) return error.outcome === "unknown";
  return error instanceof ApiError && (error.status === 408 || error.status >= 500);
}

/**
 * The wait that a `Retry-After` header asks for, in milliseconds; undefined when there is none that can be read.
 *
 * A date is compared with the answer's own `Date` where there is one, so that a wrong clock on this machine changes nothing.
 */
export function retryAfterMs(headers: Headers, wallClockMs: number): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+(\.\d+)?$/u.test(value)) return Number(value) * 1_000;
  const until = Date.parse(value);
  if (Number.isNaN(until)) return undefined;
  const answered = Date.parse(headers.get("date") ?? "");
  return Math.max(0, until - (Number.isNaN(answered) ? wallClockMs : answered));
}
