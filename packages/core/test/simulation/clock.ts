interface Timer {
  readonly dueMs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/**
 * A clock that stands still until it is run, and then jumps from timer to timer.
 *
 * Between two timers everything that promises set off has come to rest, so that one seed is one history.
 */
export class VirtualClock {
  #nowMs = 0;
  #order = 0;
  /** A binary heap: the earliest timer first, of equal ones the one set first. */
  readonly #timers: Timer[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Calls `run` after `delayMs`; the answer cancels it. */
  schedule(delayMs: number, run: () => void): () => void {
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order, run };
    this.#order += 1;
    this.#push(timer);
    return () => {
      timer.run = undefined;
    };
  }

  /** Plays until the given time, or until `isOver` says so after some timer. */
  async runUntil(endMs: number, isOver: () => boolean = () => false): Promise<void> {
    await rest();
    for (let next = this.#timers[0]; next !== undefined && next.dueMs <= endMs; next = this.#timers[0]) {
      this.#pop();
      if (next.run === undefined) continue;
      this.#nowMs = next.dueMs;
      next.run();
      await rest();
      if (isOver()) return;
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  #push(timer: Timer): void {
    const timers = this.#timers;
    let index = timers.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = timers[parent];
      if (above === undefined || isBefore(above, timer)) break;
      timers[index] = above;
      index = parent;
    }
    timers[index] = timer;
  }

  #pop(): void {
    const timers = this.#timers;
    const last = timers.pop();
    if (last === undefined || timers.length === 0) return;
    let index = 0;
    for (;;) {
      const [left, right] = [timers[2 * index + 1], timers[2 * index + 2]];
      const smaller = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (smaller === undefined || isBefore(last, smaller)) break;
      timers[index] = smaller;
      index = smaller === left ? 2 * index + 1 : 2 * index + 2;
    }
    timers[index] = last;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.dueMs === other.dueMs ? one.order < other.order : one.dueMs < other.dueMs;
}

/** All microtasks have run before this resolves. */
function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
