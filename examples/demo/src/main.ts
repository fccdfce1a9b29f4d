import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { Narration } from "./narration.ts";
import { watchRoom } from "./watch.ts";

const agentFile = fileURLToPath(import.meta.resolve("@thenvoi-examples/echo/main.ts"));
const answerMs = 20_000;

const { values: flags } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== "--"),
  options: { once: { type: "boolean", default: false }, port: { type: "string", default: "4000" } },
});

try {
  process.exitCode = await demo();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** A platform, a room, an agent in a process of its own, and a person who says hello. */
async function demo(): Promise<number> {
  await using sandbox = await startSandbox({ port: flags.once ? 0 : Number(flags.port), seed: "demo" });
  sandbox.registerAgent("dana/echo", { description: "Says what you said", apiKey: "band_a_demo_echo" });
  const room = await sandbox.room({ users: ["dana"], agents: ["dana/echo"], title: "Demo" });
  console.log(`The platform runs at ${sandbox.url}. In the room are dana and her agent dana/echo.\n`);

  const names = new Map([...sandbox.users, ...sandbox.agents].map(({ id, handle }) => [id, handle]));
  const narration = new Narration(names, (line) => console.log(line));
  const dana = { ...danaOf(sandbox), roomId: room.id };
  using _watching = await watchRoom(dana, (event, payload) => narration.tell(event, payload));
  const agent = startAgent(sandbox);
  const gone = once(agent, "exit").then(([code]) => {
    throw new Error(`The agent ended with code ${code} before it had answered.`);
  });
  try {
    await Promise.race([room.as("dana").ask("@dana/echo hello", { timeoutMs: answerMs }), gone]);
    await Promise.race([narration.processed, gone]);
    if (flags.once) return 0;
    console.log('\nTalk to it from another terminal:  pnpm say "@dana/echo how are you?"');
    console.log("Ctrl-C ends everything.\n");
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), gone]);
    return 0;
  } finally {
    gone.catch(() => undefined); // from here on it may end
    await stop(agent);
  }
}

/** The agent, told where it lives as any agent is: by two variables. */
function startAgent(sandbox: Sandbox): ChildProcess {
  const { apiKey, baseUrl } = sandbox.credentials("dana/echo");
  const env = { ...process.env, THENVOI_API_KEY: apiKey, THENVOI_BASE_URL: baseUrl };
  return spawn(process.execPath, [agentFile], { env, stdio: ["ignore", "inherit", "inherit"] });
}

async function stop(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const ended = once(agent, "exit");
  agent.kill("SIGTERM");
  await ended;
}

function danaOf(sandbox: Sandbox): { socketUrl: string; apiKey: string } {
  const dana = sandbox.users.find(({ handle }) => handle === "dana");
  if (dana === undefined) throw new Error("The demo's person is missing");
  return { socketUrl: sandbox.socketUrl, apiKey: dana.apiKey };
}
