import type { Environment } from "../internal/environment.ts";
import type { Timing } from "../internal/timing.ts";
import { askedWaitMs, finality } from "./refusal.ts";
import type { Refusal } from "./transport.ts";

const mostRejections = 3;
const serviceRestart = 1012;
const orderly = 1000;
const mostReplacements = 5;
const soonMs = 5 * 60_000;

/** What is done after a connection was lost or could not be had. `replaced`: another process keeps taking it over. */
export type Verdict = { readonly kind: "end" | "replaced" } | { readonly kind: "wait"; readonly delayMs: number };

/**
 * When to connect again, and when not to.
 *
 * The first try comes after a short random wait, longer when a restarting server sent everyone away at once; each further
 * one after a random wait whose bound doubles up to a cap, so that thousands of clients neither come back together nor
 * hammer a server that struggles. A connection that stayed up long enough starts this anew. There is no last try, except
 * after a refusal that says so: 400 and 409 at once, 401 and 403 the third time, since servers that start say those too.
 *
 * Whoever is superseded is told so on the control topic, and stays away. Where that topic can't be heard, two processes with
 * one key would take the connection from each other for ever; there, a connection that was closed in good order soon after
 * it was had, five times in a row, counts as taken over. The other process has lost it four times then, and keeps it.
 */
export class Reconnection {
  readonly #environment: Environment;
  readonly #timing: Timing;
  #tries = 0;
  #rejections = 0;
  #replacements = 0;
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

  /** Decides after a loss. A refused join of the agent's own rooms counts like a 403. `unheard`: nobody could have been told of a take-over. */
  lost(closing: {
    readonly code: number;
    readonly refusal: Refusal | undefined;
    readonly topicRefused: boolean;
    readonly unheard: boolean;
  }): Verdict {
    const { code, refusal, topicRefused, unheard } = closing;
    if (this.#openedAtMs !== undefined) {
      const isSoon = this.#environment.monotonicMs() - this.#openedAtMs < soonMs;
      this.#replacements = unheard && code === orderly && isSoon ? this.#replacements + 1 : 0;
      if (this.#replacements >= mostReplacements) return { kind: "replaced" };
    }
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
