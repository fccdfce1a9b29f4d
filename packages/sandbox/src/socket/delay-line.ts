/**
 * Actions that happen in the order they were put in, each no earlier than its delay.
 *
 * This is what a slow network is: everything takes longer, nothing overtakes, and thirty joins in flight take one latency.
 * With no delay and nothing waiting, the action runs at once. Ends when `signal` aborts; what waits then never happens.
 */
export class DelayLine {
  readonly #waiting: { readonly dueAt: number; readonly action: () => void }[] = [];
  readonly #signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  put(delayMs: number, action: () => void): void {
    if (this.#signal.aborted) return;
    if (delayMs <= 0 && this.#waiting.length === 0) {
      action();
      return;
    }
    this.#waiting.push({ dueAt: performance.now() + delayMs, action });
    if (this.#waiting.length === 1) this.#schedule();
  }

  #schedule(): void {
    const first = this.#waiting[0];
    if (!first || this.#signal.aborted) return;
    this.#timer = setTimeout(() => this.#run(), Math.max(0, first.dueAt - performance.now()));
  }

  #run(): void {
    const now = performance.now();
    while (!this.#signal.aborted) {
      const first = this.#waiting[0];
      if (!first || first.dueAt - now > 0.5) break; // timers may fire half a millisecond early
      first.action();
      this.#waiting.shift();
    }
    this.#schedule();
  }
}
