import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../..");
const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
const startMs = 60_000;

/** The app as it is in production, `next start`, in a process of its own that can be ended and started anew on its port. */
export class Server implements AsyncDisposable {
  readonly url: string;
  /** What it wrote, all of it. */
  output = "";
  readonly #port: string;
  readonly #env: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;

  private constructor(port: number, env: Readonly<Record<string, string>>) {
    this.url = `http://localhost:${port}`;
    this.#port = String(port);
    this.#env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NEXT_MANUAL_SIG_HANDLE: "true", ...env };
  }

  static async start(env: Readonly<Record<string, string>>): Promise<Server> {
    const server = new Server(await freePort(), env);
    await server.restart();
    return server;
  }

  /** Starts it; ends when it serves. */
  async restart(): Promise<void> {
    const child = spawn(process.execPath, [next, "start", "-p", this.#port], { cwd: folder, env: this.#env });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data: Buffer) => {
        this.output += data.toString();
      });
    for (const endMs = Date.now() + startMs; ; ) {
      const answer = await fetch(this.url).catch(() => undefined);
      if (answer?.ok) return;
      if (child.exitCode !== null || Date.now() > endMs) throw new Error(`The app did not start:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends it by a signal; the answer is its exit code, null where the signal itself ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, "exit");
    child.kill(signal);
    const [code] = await exited;
    return typeof code === "number" ? code : null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("There is no free port");
  return address.port;
}
