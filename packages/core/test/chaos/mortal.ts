import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Step } from "./steps.ts";

const program = fileURLToPath(new URL("mortal-process.ts", import.meta.url));

/** Where an agent finds its platform, and as whom. */
interface Settings {
  readonly apiKey: string;
  readonly baseUrl: string;
}

/** An agent whose process is started anew whenever it ends, as a supervisor does. */
export class Mortal implements AsyncDisposable {
  readonly #settings: Settings;
  #child: ChildProcess;
  #isOver = false;
  /** Processes that ended by SIGKILL, ours or their own. */
  kills = 0;
  /** When each process ended, and how, as text. */
  readonly ends: string[] = [];
  /** Ends that nothing done to a process explains, as text. */
  readonly strangeEnds: string[] = [];
  /** The newest lines that processes wrote to stderr. */
  readonly stderr: string[] = [];

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#child = this.#born();
  }

  /** Lets the process kill itself once it comes to a step. Ends when it has, or after a while without. True when it has. */
  async dieAt(step: Step, withinMs: number): Promise<boolean> {
    const child = this.#child;
    child.send(step, () => {}); // it may be gone already
    return endOf(child, withinMs);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    child.kill("SIGKILL");
    await endOf(child, 10_000);
  }

  /** Lets the process stand still, as a laptop that sleeps. */
  pause(): void {
    this.#child.kill("SIGSTOP");
  }

  resume(): void {
    this.#child.kill("SIGCONT");
  }

  /** Asks the process to end. True when it has within this time. */
  async terminate(withinMs: number): Promise<boolean> {
    const child = this.#child;
    child.kill("SIGTERM");
    return endOf(child, withinMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.kill();
  }

  #born(): ChildProcess {
    const { apiKey, baseUrl } = this.#settings;
    const child = fork(program, {
      env: { ...process.env, THENVOI_API_KEY: apiKey, THENVOI_BASE_URL: baseUrl },
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    child.stderr?.on("data", (chunk: unknown) => {
      this.stderr.push(...String(chunk).trimEnd().split("\n"));
      this.stderr.splice(0, this.stderr.length - 20);
    });
    let takesSignals = false;
    child.once("message", () => {
      takesSignals = true;
    });
    child.once("exit", (code, signal) => {
      if (this.#isOver) return;
      const isAsTold = code === 0 || (signal === "SIGTERM" && !takesSignals);
      this.ends.push(`${new Date().toISOString()} ${child.killed && signal === null ? "SIGTERM" : (signal ?? code)}`);
      if (signal === "SIGKILL") this.kills += 1;
      else if (!isAsTold) this.strangeEnds.push(`a process ended with ${signal ?? code}`);
      this.#child = this.#born();
    });
    return child;
  }
}

async function endOf(child: ChildProcess, withinMs: number): Promise<boolean> {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  if (hasEnded()) return true;
  const patience = AbortSignal.timeout(withinMs);
  await once(child, "exit", { signal: patience }).catch(() => undefined);
  return hasEnded();
}
