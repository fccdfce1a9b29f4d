import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a program of the kit in a process of its own, in which the adapter can't find some packages; gives what it prints. */
export async function runProgram(name: string, hidden: readonly string[]): Promise<unknown> {
  const hide = join(import.meta.dirname, "hide.ts");
  const program = join(import.meta.dirname, "programs", `${name}.ts`);
  const { stdout } = await run(process.execPath, ["--import", hide, program], {
    env: { ...process.env, HIDDEN: hidden.join(",") },
  });
  const printed: unknown = JSON.parse(stdout);
  return printed;
}
