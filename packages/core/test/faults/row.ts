/** One fault that an agent may meet: a row of `docs/faults.md`. */
export interface FaultRow {
  readonly id: string;
  readonly fault: string;
  /** What is promised then; nothing where nothing is. */
  readonly promise?: string;
  /** The tests that hold it: files below this package's `test`, with exact titles in them. */
  readonly heldBy: Readonly<Record<string, readonly string[]>>;
  /** A number, or the command that prints it. */
  readonly figure?: string;
  /** Why no test holds it. */
  readonly untested?: string;
  /** What the tests leave out. */
  readonly note?: string;
}
