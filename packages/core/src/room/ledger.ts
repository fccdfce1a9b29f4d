const capacity = 20_000;

/** What this process knows of a message it has met: it waits here, it runs, or it is settled for good. */
export type LedgerState = "waiting" | "running" | "settled";

/**
 * The messages this process has met, so that a repeated frame starts nothing.
 *
 * A memory, not the truth: the platform's queue decides. Settled ids are forgotten, oldest first, beyond 20,000;
 * what waits or runs is never forgotten.
 */
export class Ledger {
  readonly #active = new Map<string, "waiting" | "running">();
  readonly #settled = new Set<string>();

  state(messageId: string): LedgerState | undefined {
    return this.#active.get(messageId) ?? (this.#settled.has(messageId) ? "settled" : undefined);
  }

  set(messageId: string, state: LedgerState): void {
    this.forget(messageId);
    if (state !== "settled") {
      this.#active.set(messageId, state);
      return;
    }
    this.#settled.add(messageId);
    if (this.#settled.size > capacity) {
      const [oldest] = this.#settled;
      if (oldest !== undefined) this.#settled.delete(oldest);
    }
  }

  forget(messageId: string): void {
    this.#active.delete(messageId);
    this.#settled.delete(messageId);
  }
}
