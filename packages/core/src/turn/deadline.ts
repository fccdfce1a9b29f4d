import type { Environment } from "../internal/environment.ts";

/** The time a handler has. It stands still while it is held: waiting for a person does not count. */
export class TurnDeadline implements Disposable {
  readonly #environment: Environment;
  readonly #expire: () => void;
  #leftMs: number;
  #startedMs: number;
  #holds = 0;
  #cancel: () => void;

  constructor(environment: Environment, timeoutMs: number, expire: () => void) {
    this.#environment = environment;
    this.#expire = expire;
    this.#leftMs = timeoutMs;
    this.#startedMs = environment.monotonicMs();
    this.#cancel = environment.schedule(timeoutMs, expire);
  }

  /** Stops the clock; the answer starts it again. Held more than once, it stands until all have let go. */
  hold(): Disposable {
    this.#holds += 1;
    if (this.#holds === 1) {
      this.#cancel();
      this.#leftMs -= this.#environment.monotonicMs() - this.#startedMs;
    }
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#holds -= 1;
        if (this.#holds === 0) this.#resume();
      },
    };
  }

  [Symbol.dispose](): void {
    this.#cancel();
    this.#holds = Number.POSITIVE_INFINITY; // letting go later starts nothing
  }

  #resume(): void {
    this.#startedMs = this.#environment.monotonicMs();
    this.#cancel = this.#environment.schedule(Math.max(0, this.#leftMs), this.#expire);
  }
}
