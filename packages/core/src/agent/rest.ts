import type { Environment } from "../internal/environment.ts";

/** A pause in a room, from now on: until it is over nothing is tried there. */
export class Rest {
  readonly #environment: Environment;
  readonly #untilMs: number;

  constructor(environment: Environment, durationMs: number) {
    this.#environment = environment;
    this.#untilMs = environment.monotonicMs() + durationMs;
  }

  /** Ends when the pause does, or the signal aborts. Never rejects. */
  async over(signal: AbortSignal): Promise<void> {
    const waitMs = this.#untilMs - this.#environment.monotonicMs();
    if (waitMs <= 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#environment.schedule(waitMs, resolve);
      signal.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });
  }
}
