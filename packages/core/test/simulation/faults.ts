import type { Chance } from "./chance.ts";
import type { VirtualClock } from "./clock.ts";
import type { History } from "./history.ts";

/** What can go wrong for a while. Each strikes single requests or frames with the probability of its window. */
export const lastingFaults = [
  "outage", // nothing answers
  "refused", // 503, without effect
  "throttled", // 429 with Retry-After, without effect
  "failed-after", // 500, with the effect
  "answer-lost", // the effect, and then a cut connection
  "hang", // no answer at all, without effect
  "late-commit", // a cut connection, and the effect some seconds later
  "late-visibility", // what was said is shown to readers later
  "slow", // half a second each way
  "frame-lost",
  "frame-twice",
  "frame-late", // others overtake it
  "join-unanswered",
  "silence", // connections stay up and nothing goes through
] as const;

/** What goes wrong in one moment. */
export const momentaryFaults = ["cut", "restart", "channel-crash"] as const;

export type LastingFault = (typeof lastingFaults)[number];

interface Window {
  readonly what: LastingFault;
  readonly probability: number;
  readonly untilMs: number;
}

/** The faults in force now. */
export class Faults {
  readonly #clock: VirtualClock;
  readonly #chance: Chance;
  readonly #history: History;
  #windows: Window[] = [];

  constructor(clock: VirtualClock, chance: Chance, history: History) {
    this.#clock = clock;
    this.#chance = chance;
    this.#history = history;
  }

  open(what: LastingFault, window: { readonly probability: number; readonly lengthMs: number }): void {
    this.#windows.push({ what, probability: window.probability, untilMs: this.#clock.nowMs + window.lengthMs });
  }

  /** From now on nothing goes wrong any more. */
  quiet(): void {
    this.#windows = [];
  }

  /** Whether a fault strikes here and now; counted when it does. */
  strikes(what: LastingFault): boolean {
    const nowMs = this.#clock.nowMs;
    const isOpen = this.#windows.some((window) => window.what === what && window.untilMs > nowMs);
    if (!isOpen) return false;
    const probability = Math.max(
      ...this.#windows
        .filter((window) => window.what === what && window.untilMs > nowMs)
        .map((window) => window.probability),
    );
    const struck = this.#chance.happens(probability);
    if (struck) this.#history.add({ type: "fault", what });
    return struck;
  }

  /** The first of these that strikes. */
  first<Fault extends LastingFault>(faults: readonly Fault[]): Fault | undefined {
    return faults.find((fault) => this.strikes(fault));
  }
}
