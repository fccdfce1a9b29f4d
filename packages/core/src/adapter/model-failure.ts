import { HandlerError } from "../errors.ts";
import { sleep } from "../internal/environment.ts";
import { boundTo } from "../turn/peer-tools.ts";
import type { Turn } from "../turn/turn.ts";
import type { Reporter } from "./reporter.ts";

/** Why a model call failed, in words that may be shown: no keys, no stack, nothing of the provider's internals. */
export interface ModelFailure {
  /** Stable: `model.refused`, `model.busy`, `model.rejected`, `model.unavailable`, `model.unreachable`, `model.cut`, `model.timeout`, `model.failed`. */
  readonly code: string;
  readonly text: string;
  /** How long the provider asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** What was thrown. For this machine's log only. */
  readonly cause: unknown;
}

const deepest = 6;

/** Reads what a framework or a provider's client has thrown; by its shape, so that whose class it is does not matter. */
export function readModelFailure(thrown: unknown): ModelFailure {
  const chain = chainOf(thrown);
  const status = firstOf(chain, statusOf);
  const retryAfterMs = firstOf(chain, retryAfterOf);
  const { code, text } = status === undefined ? withoutStatus(chain) : withStatus(status);
  return { code, text, retryAfterMs, cause: thrown };
}

/** Says in the room, once, that a model call failed, writes the cause to this machine's log, and gives the error to throw. */
export function failTurn(turn: Turn, failure: ModelFailure, report: Reporter): HandlerError {
  report({ type: "error", errorCode: failure.code, text: failure.text });
  const { session } = boundTo(turn).room;
  session.logger.warn(
    `A model call in room ${turn.room.id} failed: ${failure.text} Cause: ${described(failure.cause)}`,
  );
  return new HandlerError("handler.threw", failure.text, { cause: failure.cause });
}

const patienceMs = 60_000;

/** How long one turn waits for providers that ask for it: 60 s in all. */
export class Patience {
  readonly #turn: Turn;
  #leftMs = patienceMs;

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  /** Waits as long as the provider asks; false, at once, when it asks for more than is left or does not say. */
  async waitFor(failure: ModelFailure): Promise<boolean> {
    const { retryAfterMs } = failure;
    if (failure.code !== "model.busy" || retryAfterMs === undefined || retryAfterMs > this.#leftMs) return false;
    this.#leftMs -= retryAfterMs;
    await sleep(boundTo(this.#turn).room.session.environment, retryAfterMs, this.#turn.signal);
    return true;
  }
}

function withStatus(status: number): { readonly code: string; readonly text: string } {
  if (status === 401 || status === 403)
    return {
      code: "model.refused",
      text: `The model provider refused the request (${status}): its key is to be checked.`,
    };
  if (status === 429 || status === 529)
    return { code: "model.busy", text: `The model provider is busy or the limit of its use is reached (${status}).` };
  if (status === 408 || status === 504) return { code: "model.timeout", text: `The model took too long (${status}).` };
  if (status >= 500) return { code: "model.unavailable", text: `The model provider is not available (${status}).` };
  return { code: "model.rejected", text: `The model provider did not accept the request (${status}).` };
}

function withoutStatus(chain: readonly object[]): { readonly code: string; readonly text: string } {
  const words = chain
    .flatMap((each) => ["type", "code", "name"].map((key) => Reflect.get(each, key)))
    .filter((word) => typeof word === "string");
  if (words.some((word) => /overloaded|rate_?limit/iu.test(word))) return withStatus(429);
  if (words.some((word) => /timeout|ETIMEDOUT/iu.test(word)))
    return { code: "model.timeout", text: "The model took too long to answer." };
  if (words.some((word) => /^(?:ECONN|ENOTFOUND|EAI_|EPIPE|UND_ERR)/u.test(word)))
    return { code: "model.unreachable", text: "The model provider could not be reached." };
  const name = words.find((word) => /^AI_\w{1,60}$/u.test(word));
  return { code: "model.failed", text: `The model call failed${name === undefined ? "" : ` (${name})`}.` };
}

/** The thrown value and what lies behind it: causes, and the last of several tries. */
function chainOf(thrown: unknown): readonly object[] {
  const chain: object[] = [];
  let next: unknown = thrown;
  while (typeof next === "object" && next !== null && chain.length < deepest && !chain.includes(next)) {
    chain.push(next);
    next = Reflect.get(next, "lastError") ?? Reflect.get(next, "cause") ?? Reflect.get(next, "error");
  }
  return chain;
}

function statusOf(value: object): number | undefined {
  for (const key of ["statusCode", "status"]) {
    const status: unknown = Reflect.get(value, key);
    if (typeof status === "number" && status >= 400 && status < 600) return status;
  }
  return undefined;
}

function retryAfterOf(value: object): number | undefined {
  const headers: unknown = Reflect.get(value, "responseHeaders") ?? Reflect.get(value, "headers");
  const inMs = header(headers, "retry-after-ms");
  if (inMs !== undefined && Number.isFinite(Number(inMs))) return Math.max(0, Number(inMs));
  const asked = header(headers, "retry-after");
  if (asked === undefined) return undefined;
  return Number.isFinite(Number(asked)) ? Math.max(0, Number(asked) * 1_000) : undefined;
}

function header(headers: unknown, name: string): string | undefined {
  if (typeof headers !== "object" || headers === null) return undefined;
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === "string" && found.trim() !== "" ? found : undefined;
}

function firstOf<Result>(chain: readonly object[], read: (value: object) => Result | undefined): Result | undefined {
  for (const each of chain) {
    const found = read(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** For the log of this machine; what looks like a key is taken out all the same. */
function described(cause: unknown): string {
  const text =
    cause instanceof Error ? `${cause.name}: ${cause.message}` : typeof cause === "string" ? cause : "an object";
  return text.replace(/(?<=\b(?:sk|pk|gsk|xai|key|Bearer)[-_ ])[\w-]{6,}/giu, "…").slice(0, 500);
}
