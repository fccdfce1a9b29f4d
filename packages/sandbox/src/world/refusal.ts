export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 422;

/** What is wrong with a request, by JSON pointer into its body: `{"/message/content": ["can't be blank"]}`. */
export type RefusalDetails = Readonly<Record<string, readonly string[] | string | number>>;

/**
 * The platform's "no": thrown before anything is changed, so that a refused call leaves the world as it was.
 *
 * @see PROTOCOL.md, "errors"
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: RefusalStatus;
  /** What a program reads, such as `mentions_required`; the message is for people and may change. */
  readonly code: string;
  readonly details: RefusalDetails | undefined;

  constructor(status: RefusalStatus, code: string, message: string, details?: RefusalDetails) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** 400: the call makes no sense as it is. */
export function badRequest(message: string): Refusal {
  return new Refusal(400, "bad_request", message);
}

/** 404: `what` does not exist, or the caller may not know that it does. */
export function notFound(what: string): Refusal {
  return new Refusal(404, "not_found", `${what} not found`);
}

/** 403: the caller may see it, and may not do this. */
export function forbidden(message: string): Refusal {
  return new Refusal(403, "forbidden", message);
}

/** 409: it is so already, or meanwhile. */
export function conflict(message: string): Refusal {
  return new Refusal(409, "conflict", message);
}

/** 422: one field of the request, named by its JSON pointer, is not acceptable. */
export function invalid(
  pointer: string,
  text: string,
  message = "Invalid request",
  code = "validation_error",
): Refusal {
  return new Refusal(422, code, message, { [pointer]: [text] });
}
