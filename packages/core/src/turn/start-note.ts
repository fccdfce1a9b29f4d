import type { Handler } from "./turn.ts";

/** Shared by every copy of this package: an adapter may have been installed with one of its own. */
const brand = Symbol.for("thenvoi.start-note");

/** Gives a handler a line that is logged when its agent is live: what a developer should know of it, and can't see. */
export function withStartNote(handler: Handler, note: string): Handler {
  return Object.assign(handler, { [brand]: note });
}

/** What is to be logged of a handler when its agent is live; undefined for nothing. */
export function startNoteOf(handler: Handler): string | undefined {
  const note: unknown = Reflect.get(handler, brand);
  return typeof note === "string" ? note : undefined;
}
