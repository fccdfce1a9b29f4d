/** The middle of the values; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/** How a thing is measured once, ours and the floor. */
export interface Sides<Sample> {
  readonly ours: () => Promise<Sample>;
  readonly floor: () => Promise<Sample>;
}

/** Measures both sides in turn, so that what else goes on in the machine falls on both. */
export async function interleave<Sample>(
  runs: number,
  sides: Sides<Sample>,
): Promise<{ readonly ours: readonly Sample[]; readonly floor: readonly Sample[] }> {
  const ours: Sample[] = [];
  const floor: Sample[] = [];
  for (let run = 0; run < runs; run += 1) {
    floor.push(await sides.floor());
    ours.push(await sides.ours());
  }
  return { ours, floor };
}
