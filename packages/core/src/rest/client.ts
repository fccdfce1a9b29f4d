import { type ApiError, NetworkError, ThenvoiError, WireError } from "../errors.ts";
import { fullJitterMs } from "../internal/backoff.ts";
import { type Environment, sleep } from "../internal/environment.ts";
import { Redaction } from "../internal/redaction.ts";
import type { Timing } from "../internal/timing.ts";
import type { Logger } from "../logger.ts";
import { readJson } from "../wire/json.ts";
import { OversizedBody, readText } from "./body.ts";
import { Deadline } from "./deadline.ts";
import { refusal } from "./refusal.ts";
import { type Failure, failureOf, type RequestKind, triesAllowed } from "./repetition.ts";
import { unanswered, wasRedirected } from "./unanswered.ts";

export { outcomeUnknown } from "./repetition.ts";

export interface RestClientOptions {
  /** The platform's origin, such as `https://app.thenvoi.com`; the only one that ever sees the key. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly environment: Environment;
  readonly timing: Timing;
  readonly logger: Logger;
  /** Called once in the life of a client, when the key has been refused three times in a row. */
  readonly onUnauthorized?: (error: ApiError) => void;
  /** Called after every try. Must not throw. */
  readonly onRequest?: (request: RequestReport) => void;
  /** Once it has aborted nothing is written any more: see {@link RestClient.writingUntil}. */
  readonly writableUntil?: AbortSignal;
}

/** One try of a request; `status` is undefined when there was no answer. */
export interface RequestReport {
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
  readonly durationMs: number;
}

/** What every endpoint function takes besides its input. */
export interface CallOptions {
  /** Ends the call, its waits included, with the signal's reason. A post that was on its way may still arrive. */
  readonly signal?: AbortSignal;
  /** Once this aborts no further try begins, and the call throws its reason; a try under way is still heard out. */
  readonly lastTry?: AbortSignal;
}

/** What is asked of the platform. */
export interface RestRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1`, ids already checked. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** Decides the deadline of a try and what may be repeated. */
  readonly kind: RequestKind;
  readonly signal?: AbortSignal | undefined;
  readonly lastTry?: AbortSignal | undefined;
}

/** A final answer that says yes. `body` is undefined on a 204. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Sends requests to the platform, each until it is answered or may not be repeated any more.
 *
 * The key travels in a header and only to `baseUrl`: redirects are refused. Each try has one deadline for headers and body
 * together; an answer over 5 MiB is not read. Holds nothing open between requests.
 * @see PROTOCOL.md, "REST"
 */
export class RestClient {
  readonly timing: Timing;
  readonly logger: Logger;
  readonly #options: RestClientOptions;
  readonly #redaction: Redaction;
  readonly #origin: string;
  #reportedUnauthorized = false;

  constructor(options: RestClientOptions) {
    this.timing = options.timing;
    this.logger = options.logger;
    this.#options = options;
    this.#redaction = new Redaction([options.apiKey]);
    this.#origin = new URL(options.baseUrl).origin;
  }

  /**
   * The same client for someone whose time to change things ends with the signal: from then on a write that has not been
   * sent, or would be sent again, rejects with the signal's reason. What can be read still can.
   */
  writingUntil(signal: AbortSignal): RestClient {
    return new RestClient({ ...this.#options, writableUntil: signal });
  }

  /**
   * Sends one request and reads the answer with `read`; a {@link WireError} from it counts as an answer that can't be read.
   *
   * Waits between tries: a random time within a bound that doubles, or longer if the platform asks for it. Throws
   * {@link ApiError} when the platform says no, {@link NetworkError} when there is no answer, and the signal's reason.
   */
  async request<T>(request: RestRequest, read: (answer: Answer) => T): Promise<T> {
    const failures = new Map<Failure, number>();
    const writableUntil = request.method === "GET" ? undefined : this.#options.writableUntil;
    const ends = [request.signal, request.lastTry, writableUntil].filter((signal) => signal !== undefined);
    for (let retry = 0; ; retry += 1) {
      for (const signal of ends) signal.throwIfAborted();
      const result = await this.#try(request, read);
      if ("value" in result) return result.value;

      const { error, failure } = result;
      const times = (failures.get(failure) ?? 0) + 1;
      failures.set(failure, times);
      if (times >= triesAllowed[request.kind][failure]) {
        if (failure === "unauthorized") this.#reportUnauthorized(error);
        throw error;
      }
      await this.#waitAfter(error, retry, ends.length === 0 ? undefined : AbortSignal.any(ends));
    }
  }

  async #try<T>(
    request: RestRequest,
    read: (answer: Answer) => T,
  ): Promise<{ value: T } | { error: ThenvoiError; failure: Failure }> {
    const { environment } = this.#options;
    const startedMs = environment.monotonicMs();
    const name = `${request.method} ${pathOf(request)}`;
    let status: number | undefined;
    const limitMs = this.#limitMs(request.kind);
    using deadline = new Deadline(environment, limitMs, request.signal);
    try {
      const response = await environment.fetch(this.#url(request), this.#init(request, deadline.signal));
      status = response.status;
      if (!response.ok) {
        const text = await readText(response).catch(() => ""); // the status alone is an answer
        throw refusal(name, { status, headers: response.headers, text }, this.#redaction, environment.wallClockMs());
      }
      return { value: read({ status, body: status === 204 ? undefined : readJson(await readText(response)) }) };
    } catch (thrown) {
      request.signal?.throwIfAborted();
      return this.#judge(name, thrown, { limitMs, expired: deadline.expired, status });
    } finally {
      const durationMs = environment.monotonicMs() - startedMs;
      this.#options.onRequest?.({ method: request.method, path: pathOf(request), status, durationMs });
    }
  }

  /** Names what went wrong in one try. */
  #judge(
    name: string,
    thrown: unknown,
    facts: { limitMs: number; expired: boolean; status: number | undefined },
  ): { error: ThenvoiError; failure: Failure } {
    if (thrown instanceof WireError) {
      const text = `${name}: ${facts.status ?? "an answer"} that can't be read, ${thrown.message}`;
      const error = new NetworkError("network.unreadable", this.#redaction.text(text), { cause: thrown });
      return { error, failure: "unknown" };
    }
    if (thrown instanceof ThenvoiError) return { error: thrown, failure: failureOf(thrown) };
    if (thrown instanceof OversizedBody) {
      return { error: new NetworkError("network.unreadable", `${name}: ${thrown.message}`), failure: "final" };
    }
    if (wasRedirected(thrown)) {
      const text = `${name}: ${this.#options.baseUrl} answered with a redirect, which is refused because the key would travel along; check the base URL`;
      return { error: new NetworkError("network.unreadable", text), failure: "final" };
    }
    if (facts.expired) {
      const text = `${name}: no complete answer within ${facts.limitMs} ms`;
      return { error: new NetworkError("network.no-answer", text), failure: "unknown" };
    }
    const error = unanswered(name, thrown, this.#redaction);
    return { error, failure: error.outcome };
  }

  async #waitAfter(error: ThenvoiError, retry: number, signal: AbortSignal | undefined): Promise<void> {
    const { environment, timing } = this.#options;
    const backoffMs = fullJitterMs(environment, retry, { baseMs: timing.retryBaseMs, capMs: timing.retryCapMs });
    const askedMs = "retryAfterMs" in error && typeof error.retryAfterMs === "number" ? error.retryAfterMs : 0;
    const waitMs = Math.max(askedMs, backoffMs);
    this.logger.debug(`${error.message}; again in ${Math.round(waitMs)} ms`);
    const release = environment.keepAlive(); // or a script that only waits for this would end here
    try {
      await sleep(environment, waitMs, signal);
    } finally {
      release();
    }
  }

  #reportUnauthorized(error: ThenvoiError): void {
    if (this.#reportedUnauthorized || !isApiError(error)) return;
    this.#reportedUnauthorized = true;
    this.#options.onUnauthorized?.(error);
  }

  #limitMs(kind: RequestKind): number {
    const { requestTimeoutMs, activityTimeoutMs } = this.timing;
    switch (kind) {
      case "read":
        return requestTimeoutMs.read;
      case "repeatable":
      case "claim":
      case "settle":
        return requestTimeoutMs.mark;
      case "post":
        return requestTimeoutMs.post;
      case "event":
        return requestTimeoutMs.event;
      case "activity":
        return activityTimeoutMs;
      default:
        return kind satisfies never;
    }
  }

  #url(request: RestRequest): string {
    const url = this.#origin + pathOf(request);
    if (request.query === undefined) return url;
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(request.query)) if (value !== undefined) query.set(name, String(value));
    return query.size === 0 ? url : `${url}?${query}`;
  }

  #init(request: RestRequest, signal: AbortSignal): RequestInit {
    const headers: Record<string, string> = { "x-api-key": this.#options.apiKey, accept: "application/json" };
    const init: RequestInit = { method: request.method, headers, redirect: "error", signal };
    if (request.body === undefined) return init;
    headers["content-type"] = "application/json";
    const body = this.#redaction.value(request.body); // a tool may have come upon the key, and the room is not to have it
    return { ...init, body: JSON.stringify(body) };
  }
}

function pathOf(request: RestRequest): string {
  return `/api/v1${request.path}`;
}

function isApiError(error: ThenvoiError): error is ApiError {
  return error.name === "ApiError";
}
