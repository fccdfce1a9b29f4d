/**
 * What a process on the server has to do, in order: at once, or, while it is held up by one thing that takes long, after that.
 *
 * Ends when `signal` aborts; what waits then never happens.
 */
export class Mailbox {
  readonly #signal: AbortSignal;
  #waiting: (() => void)[] | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  put(action: () => void): void {
    if (this.#signal.aborted) return;
    if (this.#waiting) this.#waiting.push(action);
    else action();
  }

  /** Does `action` after so many milliseconds, and nothing else until then. */
  holdUp(ms: number, action: () => void): void {
    this.#waiting = [];
    const timer = setTimeout(() => {
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      action();
      for (const next of waiting) this.put(next); // one of them may hold it up again, and the rest waits on
    }, ms);
    this.#signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }
}
