import type { Environment } from "../internal/environment.ts";

/** A pause in a room: until when nothing is tried there. */
export class Rest {
  readonly #environment: Environment;
  #untilMs = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Nothing is tried for so long from now on. */
  begin(durationMs: number): void {
    this.#untilMs = this.#environment.monotonicMs() + durationMs;
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
