import { MemorySaver } from "@langchain/langgraph";

/** What a saver holds, as a process that starts anew finds it. */
export interface Saved {
  readonly storage: MemorySaver["storage"];
  readonly writes: MemorySaver["writes"];
}

/**
 * A checkpointer of a process that is lost after so many writes: the last one was kept, the next never ends.
 *
 * `saved()` is what is found afterwards.
 */
export class CrashSaver extends MemorySaver {
  readonly #dies = Promise.withResolvers<void>();
  #left: number;
  #count = 0;

  constructor(options: { readonly from?: Saved; readonly writesUntilCrash?: number } = {}) {
    super();
    this.#left = options.writesUntilCrash ?? Number.POSITIVE_INFINITY;
    if (options.from === undefined) return;
    Object.assign(this.storage, structuredClone(options.from.storage));
    Object.assign(this.writes, structuredClone(options.from.writes));
  }

  /** Ends when the process is lost. */
  get crashed(): Promise<void> {
    return this.#dies.promise;
  }

  /** How many writes there were. */
  get count(): number {
    return this.#count;
  }

  saved(): Saved {
    return structuredClone({ storage: this.storage, writes: this.writes });
  }

  override async put(...given: Parameters<MemorySaver["put"]>): ReturnType<MemorySaver["put"]> {
    await this.#write();
    return super.put(...given);
  }

  override async putWrites(...given: Parameters<MemorySaver["putWrites"]>): Promise<void> {
    await this.#write();
    return super.putWrites(...given);
  }

  #write(): Promise<void> {
    if (this.#left === 0) {
      this.#dies.resolve();
      return new Promise(() => {});
    }
    this.#left -= 1;
    this.#count += 1;
    return Promise.resolve();
  }
}
