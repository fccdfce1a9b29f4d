import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Sandbox } from "@thenvoi/sandbox";
import type { Behaviour, ProcessPlan } from "./answering-process.ts";

const program = fileURLToPath(new URL("answering-process.ts", import.meta.url));

/** How a process ended: with a code, or by a signal. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** An agent in a real process of its own; killed, if it still runs, when it is disposed of. */
export class AgentProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #told: string[] = [];
  readonly #ended = Promise.withResolvers<ProcessEnd>();
  #stderr = "";

  /** Starts it; the agents it runs are named as in the sandbox. Does not wait until it is live. */
  constructor(
    sandbox: Sandbox,
    agents: string | readonly string[],
    behaviour: Behaviour,
    about: Pick<ProcessPlan, "graceMs" | "stopAfterTurnStart"> = {},
  ) {
    const apiKeys = [agents].flat().map((name) => sandbox.credentials(name).apiKey);
    const plan: ProcessPlan = { behaviour, apiKeys, ...about };
    this.#child = fork(program, [JSON.stringify(plan)], {
      env: { ...process.env, THENVOI_BASE_URL: sandbox.url },
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr?.on("data", (chunk: unknown) => {
      this.#stderr += String(chunk);
    });
    this.#child.on("message", (message) => this.#told.push(String(message)));
    this.#child.on("exit", (code, signal) => this.#ended.resolve({ code, signal }));
  }

  /** What it has told so far; see `answering-process.ts`. */
  get told(): readonly string[] {
    return this.#told;
  }

  /** What it has written to stderr. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Tells a handler that waits for it to go on. */
  goOn(): void {
    this.#child.send("go on");
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends with the process. */
  ended(): Promise<ProcessEnd> {
    return this.#ended.promise;
  }

  /** Kills it as a crash would, and ends once it is gone. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
