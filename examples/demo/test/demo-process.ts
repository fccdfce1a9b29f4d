import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const file = join(import.meta.dirname, "../src/main.ts");
const keys = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "MODEL"];

const patienceMs = 45_000; // then it is killed, so that a test that waits for its end sees what it wrote

/** The demo as a terminal starts it, in a process group of its own; killed, with all it started, when it is disposed of. */
export class DemoProcess implements AsyncDisposable {
  /** Its exit code, and what it wrote. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  readonly #child: ChildProcess;
  #stdout = "";

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(?:THENVOI|BAND|VITEST|NODE(?!_COMPILE_CACHE))_?/u.test(name),
    );
    const child = spawn(process.execPath, [file, ...args], {
      detached: true,
      env: { ...Object.fromEntries(inherited.filter(([name]) => !keys.includes(name))), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    let stderr = "";
    child.stdout.on("data", (chunk: unknown) => {
      this.#stdout += String(chunk);
    });
    child.stderr.on("data", (chunk: unknown) => {
      stderr += String(chunk);
    });
    const late = setTimeout(() => this.#signalAll("SIGKILL"), patienceMs);
    this.ended = once(child, "close").then(() => {
      clearTimeout(late);
      return { code: child.exitCode, stdout: this.#stdout, stderr };
    });
  }

  /** Ends when it has written that, with what was matched. Throws when it ends before. */
  async wrote(pattern: RegExp): Promise<string> {
    for (;;) {
      const [found] = pattern.exec(this.#stdout) ?? [];
      if (found !== undefined) return found;
      if (this.#child.stdout === null || this.#child.exitCode !== null)
        throw new Error(`It ended without ${pattern}:\n${JSON.stringify(await this.ended)}`);
      await Promise.race([once(this.#child.stdout, "data"), this.ended]);
    }
  }

  /** SIGINT to it alone, as `kill` sends it, or to all it started too, as the Ctrl-C of a terminal does. */
  interrupt(whom: "it alone" | "all of them"): void {
    const pid = this.#child.pid ?? Number.NaN;
    process.kill(whom === "all of them" ? -pid : pid, "SIGINT");
  }

  /** Whether any process of it is left, itself or one it started. */
  get isLeft(): boolean {
    return this.#signalAll(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signalAll("SIGKILL");
    await this.ended;
  }

  #signalAll(signal: "SIGKILL" | 0): boolean {
    try {
      return process.kill(-(this.#child.pid ?? Number.NaN), signal);
    } catch {
      return false; // there is none
    }
  }
}
