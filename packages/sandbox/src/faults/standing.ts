import { type ActiveFault, type FaultHandle, nextFaultId } from "./rules.ts";

interface Entry {
  readonly name: string;
  readonly fault: unknown;
  readonly where: unknown;
  readonly end: () => void;
}

/** Faults that last until they are taken back: a latency, a silence, a clock that is wrong. Each can be ended by its id. */
export class Standing {
  readonly #entries = new Map<number, Entry>();

  /** `end` undoes it, and is called once. */
  add(entry: {
    readonly name: string;
    readonly fault: unknown;
    readonly where?: unknown;
    readonly end: () => void;
  }): FaultHandle {
    const id = nextFaultId();
    this.#entries.set(id, { where: undefined, ...entry });
    const remove = (): void => void this.remove(id);
    return { id, name: entry.name, hits: 1, remove, [Symbol.dispose]: remove };
  }

  /** Ends all of that name: a new latency takes the place of the old one. */
  removeAll(name: string): void {
    for (const [id, entry] of this.#entries) if (entry.name === name) this.remove(id);
  }

  remove(id: number): boolean {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    entry?.end();
    return entry !== undefined;
  }

  clear(): void {
    for (const id of [...this.#entries.keys()]) this.remove(id);
  }

  active(): readonly ActiveFault[] {
    return [...this.#entries].map(([id, { name, fault, where }]) => ({
      id,
      name,
      kind: "standing",
      ...(where !== undefined && { where }),
      fault,
      left: "always",
      hits: 1,
    }));
  }
}
