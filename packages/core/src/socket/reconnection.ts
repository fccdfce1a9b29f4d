import type { Environment } from "../internal/environment.ts";
import type { Timing } from "../internal/timing.ts";
import { askedWaitMs, finality } from "./refusal.ts";
import type { Refusal } from "./transport.ts";

const mostRejections = 3;
const serviceRestart = 1012;

/** What is done after a connection was lost or could not be had. */
export type Verdict = { readonly kind: "end" } | { readonly kind: "wait"; readonly delayMs: number };

/**
 * When to connect again, and when not to.
 *
 * The first try comes after a short random wait, longer when a restarting server sent everyone away at once; each further
 * one after a random wait whose bound doubles up to a cap, so that thousands of clients neither come back together nor
 * hammer a server that struggles. A connection that stayed up long enough starts this anew. There is no last try, except
 * after a refusal that says so: 400 and 409 at once, 401 and 403 the third time, since servers that start say those too.
 */
export class Reconnection {
  readonly #environment: Environment;
  readonly #timing: Timing;
  #tries = 0;
  #rejections = 0;
  #openedAtMs: number | undefined;

  constructor(environment: Environment, timing: Timing) {
    this.#environment = environment;
    this.#timing = timing;
  }

  /** The key was accepted and the agent's own topics are joined. */
  connected(): void {
    this.#rejections = 0;
    this.#openedAtMs = this.#environment.monotonicMs();
  }

  /** Decides after a loss. A refused join of the agent's own rooms counts like a 403. */
  lost(closing: {
    readonly code: number;
    readonly refusal: Refusal | undefined;
    readonly topicRefused: boolean;
  }): Verdict {
    const { code, refusal, topicRefused } = closing;
    const said = refusal === undefined ? "passing" : finality(refusal.status);
    const rejected = topicRefused || said === "final if repeated";
    if (rejected) this.#rejections += 1;
    if (said === "final" || (rejected && this.#rejections >= mostRejections)) return { kind: "end" };
    return { kind: "wait", delayMs: this.#delayMs(code, refusal) };
  }

  #delayMs(code: number, refusal: Refusal | undefined): number {
    const { firstReconnectMs, firstReconnectAfterRestartMs, reconnectBaseMs, reconnectCapMs, healthyAfterMs } =
      this.#timing;
    const now = this.#environment.monotonicMs();
    if (this.#openedAtMs !== undefined && now - this.#openedAtMs >= healthyAfterMs) this.#tries = 0;
    this.#openedAtMs = undefined;

    const growing = Math.min(reconnectCapMs, reconnectBaseMs * 2 ** Math.min(this.#tries - 1, 30));
    const usual = this.#tries === 0 ? firstReconnectMs : growing;
    const boundMs = code === serviceRestart ? Math.max(usual, firstReconnectAfterRestartMs) : usual;
    this.#tries += 1;
    const asked = refusal && askedWaitMs(refusal, this.#environment.wallClockMs());
    // What is asked for is waited out in full; the random part on top keeps those who were told the same apart.
    return (asked ?? 0) + this.#environment.random() * boundMs;
  }
}
