import type { Environment } from "../internal/environment.ts";

/** A signal that aborts when time is up, which `expired` then tells, or when the caller gives up. Ends when disposed. */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #cancel: () => void;
  readonly #outer: AbortSignal | undefined;
  readonly #onOuterAbort = () => this.#controller.abort(this.#outer?.reason);
  expired = false;

  constructor(environment: Environment, limitMs: number, outer: AbortSignal | undefined) {
    this.#outer = outer;
    outer?.addEventListener("abort", this.#onOuterAbort, { once: true });
    this.#cancel = environment.schedule(limitMs, () => {
      this.expired = true;
      this.#controller.abort();
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    this.#cancel();
    this.#outer?.removeEventListener("abort", this.#onOuterAbort);
  }
}
