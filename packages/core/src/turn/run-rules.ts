import type { KnownRoom } from "../room/known-room.ts";
import type { AttemptBook } from "./attempt-book.ts";
import type { Handler } from "./turn.ts";

/** How a handler is run. */
export interface RunRules {
  readonly handler: Handler;
  readonly turnTimeoutMs: number;
  readonly book: AttemptBook;
  /** Gives the turn's slot back while it waits for someone; the answer takes one again. */
  readonly rest: () => () => Promise<void>;
  /** Opens a room of its own for a question. */
  readonly openRoom: (title: string) => Promise<KnownRoom>;
  /** Told of a message that was an answer, before it is settled and after. */
  readonly onAnswer: (messageId: string, state: "running" | "settled") => void;
  /** How often an answer is looked for besides what frames bring, in milliseconds. */
  readonly askCheckMs: () => number;
}
