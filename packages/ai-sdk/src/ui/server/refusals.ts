import { ThenvoiError } from "@thenvoi/core";

/** An answer that says no, in a sentence a page may show. Nothing of the platform's own words, of keys or of stacks is in it. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What a page is told of an error. */
export function refusalOf(error: unknown): Response {
  const { status, code, message } = error instanceof Refused ? error : seenFromOutside(error);
  return Response.json({ error: { code, message } }, { status, headers: { "cache-control": "no-store" } });
}

function seenFromOutside(error: unknown): Refused {
  const status = ThenvoiError.is(error) && "status" in error ? error.status : undefined;
  if (ThenvoiError.is(error) && error.code.startsWith("mention."))
    return new Refused(422, "no-addressee", "Someone this is for is not in the room any more.");
  if (ThenvoiError.is(error) && error.code === "wire.malformed")
    return new Refused(404, "no-such-room", "There is no such room.");
  if (status === 404) return new Refused(404, "no-such-room", "There is no such room.");
  if (status === 403) return new Refused(403, "not-allowed", "This is not allowed in this room.");
  if (status === 422) return new Refused(422, "not-taken", "The room does not take this text.");
  return new Refused(502, "unreachable", "The room can't be reached at the moment.");
}
