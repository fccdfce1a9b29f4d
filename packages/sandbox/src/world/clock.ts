import type { Timestamp } from "./model.ts";

/**
 * The time of a world: microseconds, strictly increasing.
 *
 * Two ticks never give the same timestamp, so that rows have one order and a cursor names one place in it. When the
 * machine's clock stands still or goes back, the ticks go on one microsecond at a time.
 */
export class Clock {
  readonly #nowMs: () => number;
  #lastMicros = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The present, later than every earlier tick. */
  tick(): Timestamp {
    this.#lastMicros = Math.max(Math.floor(this.#nowMs() * 1000), this.#lastMicros + 1);
    return format(this.#lastMicros);
  }

  /** Makes all ticks later than `timestamp`: a reopened data file may hold times ahead of the machine's clock. */
  startAfter(timestamp: Timestamp): void {
    const micros = Date.parse(timestamp) * 1000 + Number(timestamp.slice(-4, -1));
    this.#lastMicros = Math.max(this.#lastMicros, micros);
  }
}

function format(micros: number): Timestamp {
  const milliseconds = Math.floor(micros / 1000);
  const rest = String(micros - milliseconds * 1000).padStart(3, "0");
  return new Date(milliseconds).toISOString().replace("Z", `${rest}Z`);
}

const isoDateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.(\d+))?(?:Z|[+-]\d{2}:?\d{2})$/;

/** An ISO-8601 date-time of any precision and offset in the form of {@link Timestamp}, comparable as text; else undefined. */
export function readTimestamp(text: string): Timestamp | undefined {
  const match = isoDateTime.exec(text);
  const atMs = Date.parse(text);
  if (match === null || Number.isNaN(atMs)) return undefined;
  const fraction = (match[1] ?? "").padEnd(6, "0").slice(0, 6);
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, `.${fraction}Z`);
}
