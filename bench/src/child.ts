import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** How a process is started. */
export interface ChildOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** For Node itself: `--expose-gc`, `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
}

/**
 * A process of its own that is asked things, one JSON text each way. `Asks` and `Told` are what its file says it takes and
 * answers; each answer belongs to the oldest question. Rejects when the process ends first. Disposing ends the process.
 */
export class Child<Asks, Told> implements AsyncDisposable {
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #ended: Promise<never>;

  constructor(file: URL, options: ChildOptions = {}) {
    this.#process = fork(fileURLToPath(file), options.args ?? [], {
      env: { ...process.env, ...options.env },
      execArgv: [...(options.nodeOptions ?? [])],
    });
    this.pid = this.#process.pid ?? -1;
    this.#ended = once(this.#process, "exit").then(([code, signal]) => {
      throw new Error(`${fileURLToPath(file)} ended (${code ?? signal}) before it had answered`);
    });
    this.#ended.catch(() => undefined);
  }

  async ask(question: Asks): Promise<Told> {
    const answered = once(this.#process, "message");
    this.#process.send(JSON.stringify(question));
    const [text] = await Promise.race([answered, this.#ended]);
    return JSON.parse(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.disconnect();
    const killing = setTimeout(() => this.#process.kill("SIGKILL"), 3_000);
    await exited;
    clearTimeout(killing);
  }
}

/** The other end: answers what the process that started this one asks, one after another, and ends with it. */
export function answer<Asks, Told>(how: (question: Asks) => Told | Promise<Told>): void {
  let last: Promise<unknown> = Promise.resolve();
  process.on("message", (text) => {
    last = last.then(async () => process.send?.(JSON.stringify(await how(JSON.parse(String(text))))));
  });
  process.on("disconnect", () => process.exit());
}
