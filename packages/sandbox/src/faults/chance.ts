/**
 * Numbers from 0 to below 1 that look random and are the same for the same seed, so that a run with faults can be had again.
 *
 * Mulberry32: thirty-two bits of state, fair enough to strike one frame in ten.
 */
export function seededChance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Answers whether one more is above `perSecond`: that many are free at once, and that many more each second. */
export function rateGauge(perSecond: number, now: () => number = () => performance.now()): () => boolean {
  let free = perSecond;
  let countedAt = now();
  return () => {
    const at = now();
    free = Math.min(perSecond, free + ((at - countedAt) / 1000) * perSecond);
    countedAt = at;
    if (free < 1) return true;
    free -= 1;
    return false;
  };
}
