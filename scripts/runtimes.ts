import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSandbox } from "../packages/sandbox/src/index.ts";

/** `pnpm runtimes`: the AI SDK example on each runtime found on the PATH, with its connection cut once on the way. */
const runtimes = [
  { name: "node", args: [] },
  { name: "bun", args: [] },
  { name: "deno", args: ["run", "--allow-all"] },
];
const example = fileURLToPath(new URL("../examples/ai-sdk-agent/", import.meta.url));
const question = "@trip Is Sunday good for a day in Annecy?";

let failed = 0;
for (const { name, args } of runtimes) {
  if (!isOnPath(name)) console.log(`${name}: not on the PATH, left out`);
  else failed += Number(!(await answersOn(name, args)));
}
process.exit(failed === 0 ? 0 : 1);

async function answersOn(name: string, args: readonly string[]): Promise<boolean> {
  await using sandbox = await startSandbox();
  const { apiKey, baseUrl } = sandbox.registerAgent("dana/trip");
  const room = await sandbox.room({ users: ["dana"], agents: ["trip"] });
  const env = { ...process.env, THENVOI_API_KEY: apiKey, THENVOI_BASE_URL: baseUrl };
  const agent = spawn(name, [...args, "src/main.ts"], { cwd: example, env, stdio: "ignore" });
  const exited = once(agent, "exit");
  try {
    const first = await sandbox.as("dana").ask(room, question, { timeoutMs: 30_000 });
    sandbox.faults.cutSockets();
    const second = await sandbox.as("dana").ask(room, question, { timeoutMs: 30_000 });
    agent.kill("SIGTERM");
    const [exitCode] = await exited;
    const events = room.timeline().map(({ type }) => type);
    console.log(`${name}: ${events.join(" ")}; exit ${exitCode}`);
    return first !== "" && second !== "" && exitCode === 0 && events.includes("tool_result");
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    agent.kill("SIGKILL");
    return false;
  }
}

function isOnPath(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
