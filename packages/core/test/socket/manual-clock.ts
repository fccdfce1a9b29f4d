import { type Environment, systemEnvironment } from "../../src/internal/environment.ts";

/** An environment whose time passes only when told to, and whose chance is whatever it was given. */
export class ManualClock implements Environment {
  readonly fetch = systemEnvironment.fetch;
  readonly loadWebSocket = systemEnvironment.loadWebSocket;
  chance = 0.5;
  #nowMs = 0;
  #calls: { readonly atMs: number; readonly run: () => void }[] = [];

  monotonicMs(): number {
    return this.#nowMs;
  }
  wallClockMs(): number {
    return Date.UTC(2026, 0, 1) + this.#nowMs;
  }
  random(): number {
    return this.chance;
  }
  keepAlive(): () => void {
    return () => {};
  }
  schedule(delayMs: number, run: () => void): () => void {
    const call = { atMs: this.#nowMs + delayMs, run };
    this.#calls.push(call);
    return () => {
      this.#calls = this.#calls.filter((other) => other !== call);
    };
  }

  /** Lets time pass, each call at its moment. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (let next = this.#due(untilMs); next !== undefined; next = this.#due(untilMs)) {
      this.#nowMs = next.atMs;
      next.run();
    }
    this.#nowMs = untilMs;
  }

  /** Lets time pass while nothing gets to run, as in a process that is busy or stopped. */
  jump(byMs: number): void {
    this.#nowMs += byMs;
  }

  /** Runs what is due now, but not what that schedules. */
  runDue(): void {
    const due = this.#calls.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#calls = this.#calls.filter((call) => !due.includes(call));
    for (const { run } of due) run();
  }

  #due(untilMs: number): { readonly atMs: number; readonly run: () => void } | undefined {
    const next = this.#calls.filter(({ atMs }) => atMs <= untilMs).sort((one, other) => one.atMs - other.atMs)[0];
    this.#calls = this.#calls.filter((call) => call !== next);
    return next;
  }
}
