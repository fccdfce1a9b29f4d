const mostWaiting = 10_000;

/**
 * What was heard and not yet taken, in order, for one reader.
 *
 * Ends when it is told to, after what still waits, or by the error it was given; at once when `signal` aborts. A reader that
 * lets 10,000 wait is cut off, since it would never catch up.
 */
export class Queue<T> {
  #waiting: T[] = [];
  #end: { readonly error: unknown } | "ended" | undefined;
  #wake = () => {};

  get ended(): boolean {
    return this.#end !== undefined;
  }

  add(entry: T): void {
    if (this.#end !== undefined) return;
    if (this.#waiting.length >= mostWaiting) return this.fail(new Error("the reader is too slow for its room"));
    this.#waiting.push(entry);
    this.#wake();
  }

  end(): void {
    this.#end ??= "ended";
    this.#wake();
  }

  fail(error: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }

  async *read(signal: AbortSignal | undefined): AsyncGenerator<T, void> {
    const wake = () => this.#wake();
    signal?.addEventListener("abort", wake);
    try {
      while (signal?.aborted !== true) {
        const next = this.#waiting.shift();
        if (next !== undefined) yield next;
        else if (this.#end === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
        else if (this.#end === "ended") return;
        else throw this.#end.error;
      }
    } finally {
      signal?.removeEventListener("abort", wake);
    }
  }
}
