import { Child, type ChildOptions } from "./child.ts";
import type { Platform } from "./platform/platform.ts";
import type { ProgramReport } from "./reporting.ts";

/** The programs that answer messages. */
export const programs = {
  ours: new URL("./agent/agent.ts", import.meta.url),
  floor: new URL("./floor/agent.ts", import.meta.url),
};

/** An agent in a process of its own, ours or the floor's. Disposing ends it. */
export class Program implements AsyncDisposable {
  readonly #child: Child<"report", ProgramReport>;

  constructor(file: URL, platform: Pick<Platform, "baseUrl" | "apiKey">, options: ChildOptions = {}) {
    const env = { ...options.env, THENVOI_API_KEY: platform.apiKey, THENVOI_BASE_URL: platform.baseUrl };
    this.#child = new Child(file, { ...options, env });
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What it has noted and used since it was last asked. */
  report(): Promise<ProgramReport> {
    return this.#child.ask("report");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }
}
