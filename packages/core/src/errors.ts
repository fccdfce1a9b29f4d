const brand = Symbol.for("thenvoi.error");

/** Every code an error of this package can carry. Stable: safe to switch on. */
export type ErrorCode =
  | "socket.refused"
  | "socket.unreachable"
  | "socket.superseded"
  | "network.unreachable"
  | "network.no-answer"
  | "network.unreadable"
  | "api.rejected"
  | "api.unavailable"
  | "wire.malformed"
  | "mention.unknown"
  | "mention.ambiguous"
  | "mention.missing"
  | "mention.self"
  | "config.missing"
  | "config.invalid"
  | "config.refused"
  | "turn.closed"
  | "ask.timed-out"
  | "ask.peer-left"
  | "ask.ended"
  | "handler.threw"
  | "handler.timed-out";

/** The root of every error this package throws. `cause` holds what led to it. */
export abstract class ThenvoiError extends Error {
  abstract readonly code: ErrorCode;
  /** The same call, made later, could succeed. Says nothing about whether repeating it is harmless. */
  abstract readonly retryable: boolean;
  readonly [brand] = true;

  /** Holds across two installed copies of this package, where `instanceof` does not. */
  static is(value: unknown): value is ThenvoiError {
    return typeof value === "object" && value !== null && brand in value;
  }
}

/** The live connection could not be had, or was taken away for good. */
export class SocketError extends ThenvoiError {
  override readonly name = "SocketError";
  readonly code: "socket.refused" | "socket.unreachable" | "socket.superseded";
  readonly retryable: boolean;
  /** The HTTP status of a refused upgrade; undefined when there was no HTTP answer. */
  readonly status: number | undefined;

  constructor(code: SocketError["code"], message: string, options: ErrorOptions & { status?: number } = {}) {
    super(message, options);
    this.code = code;
    this.status = options.status;
    this.retryable = code === "socket.unreachable";
  }
}

/** A request got no answer that can be read. Whether the platform acted on it is told by `outcome`. */
export class NetworkError extends ThenvoiError {
  override readonly name = "NetworkError";
  readonly code: "network.unreachable" | "network.no-answer" | "network.unreadable";
  readonly retryable = true;
  /** `not-sent`: surely nothing happened. `unknown`: it may have been carried out. */
  readonly outcome: "not-sent" | "unknown";

  constructor(code: NetworkError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.outcome = code === "network.unreachable" ? "not-sent" : "unknown";
  }
}

/** The platform answered, and the answer was no. */
export class ApiError extends ThenvoiError {
  override readonly name = "ApiError";
  readonly code: "api.rejected" | "api.unavailable";
  readonly retryable: boolean;
  readonly status: number;
  /** The platform's own code, such as `mentions_required` or `limit_reached`; empty when it sent none. */
  readonly reason: string;
  readonly requestId: string | undefined;
  /** What was wrong, by JSON pointer into the request. */
  readonly details: Readonly<Record<string, unknown>>;
  /** How long the platform asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The platform's own words and what they are about, without the request. */
  readonly platformText: string;

  constructor(request: string, answer: ApiAnswer, options?: ErrorOptions) {
    const reason = answer.reason === "" ? "" : ` ${answer.reason}`;
    const details = Object.entries(answer.details ?? {}).map(([pointer, texts]) => `${pointer}: ${String(texts)}`);
    const platformText = [answer.message, ...details].join("; ");
    super(`${request}: ${answer.status}${reason}, ${platformText} (request ${answer.requestId ?? "unknown"})`, options);
    this.platformText = platformText;
    this.status = answer.status;
    this.reason = answer.reason;
    this.requestId = answer.requestId;
    this.details = answer.details ?? {};
    this.retryAfterMs = answer.retryAfterMs;
    this.retryable = answer.status === 408 || answer.status === 425 || answer.status === 429 || answer.status >= 500;
    this.code = this.retryable ? "api.unavailable" : "api.rejected";
  }
}

/** What an answer that says no consists of. */
export interface ApiAnswer {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  readonly requestId?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The platform sent something that lacks what it must have. */
export class WireError extends ThenvoiError {
  override readonly name = "WireError";
  readonly code = "wire.malformed";
  readonly retryable = false;
}

/** A mention that names nobody, more than one, no one at all, or the agent itself. */
export class MentionError extends ThenvoiError {
  override readonly name = "MentionError";
  readonly code: "mention.unknown" | "mention.ambiguous" | "mention.missing" | "mention.self";
  readonly retryable = false;
  /** Who could have been meant, as `@handle`. */
  readonly candidates: readonly string[];

  constructor(code: MentionError["code"], message: string, candidates: readonly string[]) {
    super(message);
    this.code = code;
    this.candidates = candidates;
  }
}

/** Something set by the developer is missing or wrong; the text is one sentence that says what to set. */
export class ConfigError extends ThenvoiError {
  override readonly name = "ConfigError";
  /** `refused`: the platform does not take the key. */
  readonly code: "config.missing" | "config.invalid" | "config.refused";
  readonly retryable = false;

  constructor(code: ConfigError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Something was to be said by a turn that is over, stopped, superseded, or whose room is gone. Nothing was sent. */
export class TurnClosedError extends ThenvoiError {
  override readonly name = "TurnClosedError";
  readonly code = "turn.closed";
  readonly retryable = false;
}

/** Someone was asked and no answer came: the text says why, and what can be tried. */
export class AskError extends ThenvoiError {
  override readonly name = "AskError";
  readonly code: "ask.timed-out" | "ask.peer-left" | "ask.ended";
  readonly retryable: boolean;

  constructor(code: AskError["code"], message: string) {
    super(message);
    this.code = code;
    this.retryable = code === "ask.timed-out";
  }
}

/** The handler threw, or took too long; `cause` is what it threw. */
export class HandlerError extends ThenvoiError {
  override readonly name = "HandlerError";
  readonly code: "handler.threw" | "handler.timed-out";
  readonly retryable = true;

  constructor(code: HandlerError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
