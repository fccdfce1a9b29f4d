import type { SQLInputValue, SQLOutputValue } from "node:sqlite";

export type Parameter = SQLInputValue;
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** The text in `column`; throws when the schema says otherwise, which is a mistake in a query. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`column ${column} holds ${typeof value}, not text`);
  return value;
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new TypeError(`column ${column} holds ${typeof value}, not a number`);
  return value;
}

export function flag(row: Row, column: string): boolean {
  return integer(row, column) !== 0;
}

/** The text in `column` as one of `choices`, which the schema's checks keep it to. */
export function oneOf<const Choice extends string>(row: Row, column: string, choices: readonly Choice[]): Choice {
  const value = text(row, column);
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new TypeError(`column ${column} holds ${value}, not one of ${choices.join(", ")}`);
  return choice;
}
