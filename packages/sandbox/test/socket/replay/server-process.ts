import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { PlayedServer } from "./server.ts";

const cli = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));
const announced = z.object({
  url: z.string(),
  agents: z.tuple([z.object({ id: z.string(), apiKey: z.string() })]).rest(z.unknown()),
});

/** The sandbox in a process of its own, which can be frozen as the recorded server was: its connections stay, and nothing is read. */
export class ServerProcess implements PlayedServer {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #agent: { readonly id: string; readonly apiKey: string };

  private constructor(child: ChildProcess, line: z.infer<typeof announced>) {
    this.#process = child;
    this.url = line.url;
    [this.#agent] = line.agents;
  }

  static async start(): Promise<ServerProcess> {
    const args = [cli, "--profile", "phoenix", "--seed", "demo", "--port", "0", "--json"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(createInterface(child.stdout), "line");
    return new ServerProcess(child, announced.parse(JSON.parse(String(line))));
  }

  async control(remark: string): Promise<void> {
    if (remark.startsWith("SIGSTOP")) this.#process.kill("SIGSTOP");
    if (remark.startsWith("SIGCONT")) this.#process.kill("SIGCONT");
  }

  read(text: string): string {
    return text.replaceAll(this.#agent.id, "agent-1");
  }

  write(text: string): string {
    return text.replaceAll("agent-1", this.#agent.id).replace("test-key", this.#agent.apiKey);
  }

  broadcast(): never {
    throw new Error("what is in another process can't be told to do this");
  }

  crash(): never {
    return this.broadcast();
  }

  closeChannel(): never {
    return this.broadcast();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await gone;
  }
}
