const kept = 100;

/** How long the last hundred posts took, to judge how long one without an answer may still be on its way. */
export class Latency {
  readonly #durationsMs: number[] = [];

  add(durationMs: number): void {
    this.#durationsMs.push(durationMs);
    if (this.#durationsMs.length > kept) this.#durationsMs.shift();
  }

  /** The 99th percentile, in milliseconds; 0 before the first post. */
  p99Ms(): number {
    const sorted = this.#durationsMs.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
  }
}
