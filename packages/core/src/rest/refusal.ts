import { ApiError } from "../errors.ts";
import type { Redaction } from "../internal/redaction.ts";
import { parseErrorBody } from "../wire/error-body.ts";
import { readJson } from "../wire/json.ts";
import { retryAfterMs } from "./repetition.ts";

/** The most that an answer can make us wait, in milliseconds: what asks for more is not heard. */
const longestWaitMs = 5 * 60_000;
const longestMessage = 500;
const mostDetails = 20;

/** What to look at first, for the answers that people meet. */
const advice: Readonly<Record<number, string>> = {
  401: "the API key was not accepted: check that it is this agent's and was not revoked",
  404: "it does not exist, or this agent is not a participant of the room",
};

/** The error that an answer with a status outside 200–299 stands for, without the secrets it may repeat. */
export function refusal(
  request: string,
  answer: { readonly status: number; readonly headers: Headers; readonly text: string },
  redaction: Redaction,
  wallClockMs: number,
): ApiError {
  const body = errorBody(answer.text);
  const wait = retryAfterMs(answer.headers, wallClockMs) ?? body?.retryAfterMs;
  const message = shortened(redaction.text(body?.message ?? "")) || described(answer.text, redaction);
  const hint = advice[answer.status];
  return new ApiError(request, {
    status: answer.status,
    reason: shortened(redaction.text(body?.reason ?? "")),
    message: hint === undefined ? message : `${message} (${hint})`,
    requestId: body?.requestId === undefined ? undefined : shortened(redaction.text(body.requestId)),
    details: redaction.record(Object.fromEntries(Object.entries(body?.details ?? {}).slice(0, mostDetails))),
    retryAfterMs: wait === undefined ? undefined : Math.min(wait, longestWaitMs),
  });
}

function errorBody(text: string): ReturnType<typeof parseErrorBody> {
  try {
    return parseErrorBody(readJson(text));
  } catch {
    return undefined; // a proxy's page, or nothing: the status says enough
  }
}

function described(text: string, redaction: Redaction): string {
  if (text.trim() === "") return "with no body";
  const words = text.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>|<[^>]*>/giu, " ");
  return `with a body that is not the platform's: ${shortened(redaction.text(words)) || "no text"}`;
}

function shortened(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}
