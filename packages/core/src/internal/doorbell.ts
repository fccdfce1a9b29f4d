/** A wake-up that is remembered: a ring while nobody waits ends the next wait at once. Any number of rings count as one. */
export class Doorbell {
  #rung = false;
  #waiter: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#waiter?.();
  }

  /** Ends at the next ring, or at once when it has rung since the last wait. Rejects with the signal's reason on abort. One waiter at a time. */
  async wait(signal: AbortSignal): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve, reject) => {
        const onAbort = () => reject(signal.reason);
        if (signal.aborted) return onAbort();
        signal.addEventListener("abort", onAbort, { once: true });
        this.#waiter = () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        };
      }).finally(() => {
        this.#waiter = undefined;
      });
    }
    this.#rung = false;
  }
}
