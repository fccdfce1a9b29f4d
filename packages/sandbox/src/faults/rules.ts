import { rateGauge, seededChance } from "./chance.ts";

/** A fault that was scripted: what it is called, how often it struck, and a way to take it back. */
export interface FaultHandle extends Disposable {
  readonly id: number;
  readonly name: string;
  /** How often it struck so far. */
  readonly hits: number;
  remove(): void;
}

/** A fault that waits for its occasion, or lasts, as a list of them shows it. */
export interface ActiveFault {
  readonly id: number;
  /** As in docs/sandbox.md: `refuse`, `cut`, `drop frame`, `latency`. */
  readonly name: string;
  readonly kind: "request" | "frame" | "join" | "standing";
  /** What it was scripted for; absent when it is for everything. */
  readonly where?: unknown;
  /** What it does, as it was scripted. */
  readonly fault: unknown;
  /** How often it may still strike. */
  readonly left: number | "always";
  readonly hits: number;
}

/** A way to script faults for one kind of thing: the next one, the next few, or all until removed. */
export interface FaultScript<Where, Fault> {
  once(where: Where, fault: Fault): FaultHandle;
  times(count: number, where: Where, fault: Fault): FaultHandle;
  always(where: Where, fault: Fault): FaultHandle;
}

/** Which of the matching subjects a rule hits; all of them by default. */
export interface Counted {
  /** The first one it hits: `call: 3` lets two pass. */
  readonly call?: number;
  /** From 0 to 1: how likely it hits each one. */
  readonly probability?: number;
  /** The same seed makes the same choices; default 1. */
  readonly seed?: number;
  /** Only what exceeds so many a second; that many may come at once. */
  readonly abovePerSecond?: number;
}

interface Rule<Where, Subject, Fault> {
  readonly where: Where;
  readonly fault: Fault;
  readonly matches: (subject: Subject) => boolean;
  readonly isAbove: (() => boolean) | undefined;
  readonly probability: number;
  readonly chance: () => number;
  /** Matching subjects to let pass before the first that is hit. */
  skip: number;
  left: number;
  hits: number;
}

let lastId = 0;

/** One numbering for faults of all kinds, so that an id is enough to take one back. */
export function nextFaultId(): number {
  return ++lastId;
}

/**
 * Scripted faults of one kind, asked for each subject in turn.
 *
 * The oldest rule that matches and has something left decides; a rule that still lets calls pass counts them all.
 */
export class Rules<Where, Subject, Fault> implements FaultScript<Where, Fault> {
  readonly #rules = new Map<number, Rule<Where, Subject, Fault>>();
  readonly #compile: (where: Where) => Counted & { readonly matches: (subject: Subject) => boolean };
  readonly #nameOf: (fault: Fault) => string;

  constructor(input: {
    readonly compile: (where: Where) => Counted & { readonly matches: (subject: Subject) => boolean };
    readonly nameOf: (fault: Fault) => string;
  }) {
    this.#compile = input.compile;
    this.#nameOf = input.nameOf;
  }

  once(where: Where, fault: Fault): FaultHandle {
    return this.times(1, where, fault);
  }

  always(where: Where, fault: Fault): FaultHandle {
    return this.times(Number.POSITIVE_INFINITY, where, fault);
  }

  times(count: number, where: Where, fault: Fault): FaultHandle {
    const { matches, call = 1, probability = 1, seed = 1, abovePerSecond } = this.#compile(where);
    const rule: Rule<Where, Subject, Fault> = {
      where,
      fault,
      matches,
      isAbove: abovePerSecond === undefined ? undefined : rateGauge(abovePerSecond),
      probability,
      chance: seededChance(seed),
      skip: call - 1,
      left: count,
      hits: 0,
    };
    const id = nextFaultId();
    this.#rules.set(id, rule);
    const remove = (): void => void this.#rules.delete(id);
    return {
      id,
      name: this.#nameOf(fault),
      get hits(): number {
        return rule.hits;
      },
      remove,
      [Symbol.dispose]: remove,
    };
  }

  /** The fault that strikes this subject, if any; counts as one call for every rule that matches. */
  take(subject: Subject): Fault | undefined {
    let struck: Fault | undefined;
    for (const [id, rule] of this.#rules) {
      if (!rule.matches(subject)) continue;
      if (rule.skip > 0) {
        rule.skip -= 1;
        continue;
      }
      if (struck !== undefined || !chooses(rule)) continue;
      struck = rule.fault;
      rule.hits += 1;
      rule.left -= 1;
      if (rule.left <= 0) this.#rules.delete(id);
    }
    return struck;
  }

  /** Those that may still strike, oldest first. */
  active(kind: ActiveFault["kind"]): readonly ActiveFault[] {
    return [...this.#rules].map(([id, { where, fault, left, hits }]) => ({
      id,
      name: this.#nameOf(fault),
      kind,
      where,
      fault,
      left: Number.isFinite(left) ? left : "always",
      hits,
    }));
  }

  /** Takes back one rule; false when there is none of that id. */
  remove(id: number): boolean {
    return this.#rules.delete(id);
  }

  clear(): void {
    this.#rules.clear();
  }
}

function chooses({
  isAbove,
  probability,
  chance,
}: Pick<Rule<never, never, never>, "isAbove" | "probability" | "chance">) {
  if (isAbove && !isAbove()) return false;
  return probability >= 1 || chance() < probability;
}
