/** One line of a figure: what was measured, ours beside the floor. */
export interface Row {
  readonly what: string;
  /** Of all its numbers: "ms", "messages/s". */
  readonly unit: string;
  /** A number a run. */
  readonly ours: readonly number[];
  /** The same, of the smallest program that does the same work; absent where there is none. */
  readonly floor?: readonly number[];
  readonly wanted?: Wanted;
}

/** What a row should come to, said and checked. Both numbers are medians; `floor` is NaN where there is none. */
export interface Wanted {
  readonly text: string;
  isMet(ours: number, floor: number): boolean;
}

/** Something this project wants to know of itself: `pnpm bench <name>` prints its rows. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  /** How many runs its numbers are the median of, unless the command line says otherwise. */
  readonly runs: number;
  measure(runs: number): Promise<readonly Row[]>;
}

/** At most `factor` times the floor. */
export function atMostTimes(factor: number): Wanted {
  return { text: `≤ ${factor} × floor`, isMet: (ours, floor) => ours <= factor * floor };
}

/** At least `factor` times the floor. */
export function atLeastTimes(factor: number): Wanted {
  return { text: `≥ ${factor} × floor`, isMet: (ours, floor) => ours >= factor * floor };
}

/** At most so much more than the floor. */
export function atMostMore(more: number, unit: string): Wanted {
  return { text: `≤ floor + ${more} ${unit}`, isMet: (ours, floor) => ours <= floor + more };
}

export function atMost(limit: number, unit: string): Wanted {
  return { text: `≤ ${limit} ${unit}`, isMet: (ours) => ours <= limit };
}
