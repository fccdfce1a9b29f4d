/** A limit on what goes on at once. First come, first served, so that rooms which queue anew after each message share it fairly. */
export class Slots {
  readonly #size: number;
  readonly #queue: (() => void)[] = [];
  #taken = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** How many are taken now. */
  get taken(): number {
    return this.#taken;
  }

  /** How many wait for one now. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Ends with the call that gives the slot back; giving back twice is once. `waited` tells whether there was none at first. */
  async acquire(): Promise<{ readonly waited: boolean; readonly release: () => void }> {
    const waited = this.#taken >= this.#size;
    if (waited) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#taken += 1;
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      const next = this.#queue.shift();
      if (next === undefined) this.#taken -= 1;
      else next(); // the slot passes on
    };
    return { waited, release };
  }
}
