/** The few of `candidates` that are spelled most like `text`, nearest first; those that share little with it are left out. */
export function nearest<T>(
  text: string,
  candidates: readonly T[],
  spellings: (candidate: T) => readonly string[],
): T[] {
  const written = text.slice(0, 100); // the cost grows with the square, and the text may be a model's
  const limit = Math.max(2, Math.ceil(written.length / 3));
  return candidates
    .map((candidate) => ({
      candidate,
      away: Math.min(...spellings(candidate).map((spelling) => editDistance(written, spelling.toLowerCase()))),
    }))
    .filter(({ away }) => away <= limit)
    .sort((one, other) => one.away - other.away)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** How many letters must be added, dropped or changed to turn one text into the other. */
export function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column += 1) {
      const changed = (row[column - 1] ?? 0) + (other[column - 1] === letter ? 0 : 1);
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
