import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Credentials } from "@thenvoi/sandbox";

const program = fileURLToPath(new URL("user-program.ts", import.meta.url));

/** A process of a user's own; killed, if it still runs, when it is disposed of. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** What it has written to stderr, by lines. */
  stderr(): string[];
  /** Ends with the process; its exit code, or the signal that killed it. */
  ended(): Promise<number | NodeJS.Signals | null>;
}

/** Starts `user-program.ts` with what is left of these settings as its environment. */
export function runProgram(settings: Partial<Credentials>, ...args: readonly "reject"[]): Program {
  const child = spawn(process.execPath, [program, ...args], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      THENVOI_API_KEY: settings.apiKey,
      THENVOI_AGENT_ID: settings.agentId,
      THENVOI_BASE_URL: settings.baseUrl,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = Promise.withResolvers<number | NodeJS.Signals | null>();
  let stderr = "";
  child.stderr.on("data", (chunk: unknown) => {
    stderr += String(chunk);
  });
  child.on("close", (code, signal) => ended.resolve(code ?? signal));
  return {
    pid: child.pid ?? 0,
    stderr: () => stderr.split("\n").filter((line) => line !== ""),
    ended: () => ended.promise,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended.promise;
    },
  };
}
