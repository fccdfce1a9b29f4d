/** A fault that was scripted: how often it struck, and a way to take it back. */
export interface FaultHandle extends Disposable {
  readonly id: number;
  /** How often it struck so far. */
  readonly hits: number;
  remove(): void;
}

/** A way to script faults for one kind of thing: the next one, the next few, or all until removed. */
export interface FaultScript<Where, Fault> {
  once(where: Where, fault: Fault): FaultHandle;
  times(count: number, where: Where, fault: Fault): FaultHandle;
  always(where: Where, fault: Fault): FaultHandle;
}

interface Rule<Subject, Fault> {
  readonly matches: (subject: Subject) => boolean;
  readonly fault: Fault;
  /** Matching subjects to let pass before the first that is hit. */
  skip: number;
  left: number;
  hits: number;
}

/** The first subject a rule hits: `call: 3` lets two matching ones pass. */
export interface Counted {
  readonly call?: number;
}

let lastId = 0;

/**
 * Scripted faults of one kind, asked for each subject in turn.
 *
 * The oldest rule that matches and has something left decides; a rule that still lets calls pass counts them all.
 */
export class Rules<Where, Subject, Fault> implements FaultScript<Where, Fault> {
  readonly #rules = new Map<number, Rule<Subject, Fault>>();
  readonly #compile: (where: Where) => Counted & { readonly matches: (subject: Subject) => boolean };

  constructor(compile: (where: Where) => Counted & { readonly matches: (subject: Subject) => boolean }) {
    this.#compile = compile;
  }

  once(where: Where, fault: Fault): FaultHandle {
    return this.times(1, where, fault);
  }

  always(where: Where, fault: Fault): FaultHandle {
    return this.times(Number.POSITIVE_INFINITY, where, fault);
  }

  times(count: number, where: Where, fault: Fault): FaultHandle {
    const { matches, call = 1 } = this.#compile(where);
    const rule: Rule<Subject, Fault> = { matches, fault, skip: call - 1, left: count, hits: 0 };
    const id = ++lastId;
    this.#rules.set(id, rule);
    const remove = (): void => void this.#rules.delete(id);
    return {
      id,
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
      if (struck !== undefined) continue;
      struck = rule.fault;
      rule.hits += 1;
      rule.left -= 1;
      if (rule.left <= 0) this.#rules.delete(id);
    }
    return struck;
  }

  /** Takes back one rule; false when there is none of that id. */
  remove(id: number): boolean {
    return this.#rules.delete(id);
  }

  clear(): void {
    this.#rules.clear();
  }
}
