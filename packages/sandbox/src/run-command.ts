import { spawn } from "node:child_process";
import { constants } from "node:os";
import { SandboxError } from "./http-server.ts";
import type { Credentials } from "./testing/roster.ts";

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a command as an agent: its credentials in the environment, its terminal ours, signals handed on.
 *
 * Ends with the command; the result is its exit code, or 128 plus the number of the signal that ended it, as a shell has it.
 * Throws a {@link SandboxError} when it can't be started.
 */
export async function runCommand(command: readonly string[], credentials: Credentials): Promise<number> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    stdio: "inherit",
    env: {
      ...process.env,
      THENVOI_API_KEY: credentials.apiKey,
      THENVOI_AGENT_ID: credentials.agentId,
      THENVOI_BASE_URL: credentials.baseUrl,
    },
  });
  const forward = (signal: NodeJS.Signals): void => {
    // A terminal sends Ctrl-C to the child too, and many programs take the second one as "at once".
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of forwarded) process.on(signal, forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", (cause) =>
        reject(new SandboxError(`${program} can't be started: ${cause.message}`, { cause })),
      );
      child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    for (const signal of forwarded) process.off(signal, forward);
  }
}
