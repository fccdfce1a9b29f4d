import { SocketError } from "../errors.ts";
import { Redaction } from "../internal/redaction.ts";
import { type ErrorBody, parseErrorBody } from "../wire/error-body.ts";
import { readJson } from "../wire/json.ts";
import { type Account, keyAdvice } from "./account.ts";
import type { Refusal } from "./transport.ts";

const longestWaitMs = 5 * 60_000;
const longestText = 500;

/** What to check, for the refusals that no further try will change and that are not about the key. */
const advice: Readonly<Record<number, string>> = {
  400: "check the base URL and onConflict",
  409: 'another process is connected as this agent and onConflict is "reject", so stop that one first, or use "supersede"',
};

/** Whether a status says that no other try will end differently: at once, or after it was said a few times. */
export function finality(status: number): "final" | "final if repeated" | "passing" {
  if (status === 400 || status === 409) return "final";
  return status === 401 || status === 403 ? "final if repeated" : "passing";
}

/** How long a 429 or 503 asks to wait, milliseconds, at most five minutes; undefined when it doesn't say. */
export function askedWaitMs(refusal: Refusal, wallClockMs: number): number | undefined {
  if (refusal.status !== 429 && refusal.status !== 503) return undefined;
  const asked = headerWaitMs(refusal, wallClockMs) ?? body(refusal)?.retryAfterMs;
  return asked === undefined ? undefined : Math.min(asked, longestWaitMs);
}

function headerWaitMs(refusal: Refusal, wallClockMs: number): number | undefined {
  const value = refusal.headers["retry-after"]?.trim() ?? "";
  if (/^\d+(\.\d+)?$/u.test(value)) return Number(value) * 1_000;
  const until = Date.parse(value);
  if (Number.isNaN(until)) return undefined;
  const answeredAt = Date.parse(refusal.headers.date ?? ""); // its own clock, if it tells: ours may be wrong
  return Math.max(0, until - (Number.isNaN(answeredAt) ? wallClockMs : answeredAt));
}

/** The refusal in words: the platform's own where it sent any. Never holds the key. */
export function refusalText(refusal: Refusal, apiKey: string): string {
  const said = body(refusal);
  const words = said === undefined ? "" : [said.reason, said.message].filter((part) => part !== "").join(", ");
  const line = new Redaction([apiKey]).text(words).replace(/[\s\p{Cc}]+/gu, " ");
  return `the upgrade was refused with ${refusal.status}${line === "" ? "" : ` ${line.slice(0, longestText).replace(/[\s.]+$/u, "")}`}`;
}

/** The error that ends everything after `refusal`. */
export function refusedError(
  socketUrl: string,
  refusal: Refusal,
  who: { readonly apiKey: string; readonly account: Account },
): SocketError {
  const { status } = refusal;
  const toCheck =
    status === 401 || status === 403 ? keyAdvice(who.account) : (advice[status] ?? "check what answers there");
  const text = `${socketUrl}: ${refusalText(refusal, who.apiKey)}; ${toCheck}.`;
  return new SocketError("socket.refused", text, { status });
}

function body(refusal: Refusal): ErrorBody | undefined {
  try {
    return parseErrorBody(readJson(refusal.body));
  } catch {
    return undefined; // nothing, or a proxy's page: the status says enough
  }
}
