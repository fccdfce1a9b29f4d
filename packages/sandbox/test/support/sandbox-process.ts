import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const accounts = z.array(z.object({ id: z.string(), handle: z.string() }));
const announcement = z.object({ url: z.string(), users: accounts, agents: accounts });
type Announced = z.infer<typeof announcement>;

const cli = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));

/** A sandbox as a process of its own, with the accounts of the demo and its state in a file. */
export class SandboxProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #stderr = "";
  #announced: Announced | undefined;

  private constructor(file: string, limits: string) {
    // a shell that turns into node: what it limits is limited for the process
    const run = `${limits} exec "$0" "$@"`;
    const args = [cli, "--port", "0", "--seed", "demo", "--json", "--data", file];
    this.#child = spawn("sh", ["-c", run, process.execPath, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.#ended = once(this.#child, "close");
    this.#child.stderr?.on("data", (chunk) => {
      this.#stderr += String(chunk);
    });
  }

  /** Runs the program once to its end, which leaves what it compiled to those that will be killed, and can leave nothing. */
  static async compile(): Promise<void> {
    await once(spawn(process.execPath, [cli, "--help"], { stdio: "ignore" }), "close");
  }

  /** Starts one and waits until it serves. Throws what it said when it ends instead. `limits` are of the shell: `ulimit -f 100;`. */
  static async start(file: string, limits = ""): Promise<SandboxProcess> {
    const started = new SandboxProcess(file, limits);
    const { stdout } = started.#child;
    if (!stdout) throw new Error("the process has no output");
    const line = await Promise.race([
      once(createInterface(stdout), "line").then(([first]) => String(first)),
      started.#ended.then(() => {
        throw new Error(started.#stderr);
      }),
    ]);
    started.#announced = announcement.parse(JSON.parse(line));
    return started;
  }

  get url(): string {
    return this.#announced?.url ?? "";
  }

  /** The id of an account of the demo. */
  idOf(handle: string): string {
    const { users = [], agents = [] } = this.#announced ?? {};
    return [...users, ...agents].find((account) => account.handle === handle)?.id ?? "";
  }

  /** SIGKILL: no handler runs, nothing is flushed. Ends when the process is gone. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
