/**
 * An agent in a process of its own, as a user would start it, for tests that end processes from outside.
 *
 * What it does with a message is named by the first argument; the line of its parent decides when it goes on. It tells its
 * parent when it is live and when a turn starts.
 */
import { createRoomAgent, runAgents, type Turn } from "@thenvoi/core";
import { quick } from "./start-agent.ts";

/** What the agent may do with a message. */
const behaviours = {
  /** Answers at once. */
  answers: (turn: Turn) => turn.reply("No."),
  /** Answers once its parent says so, whatever its signal says meanwhile. */
  "answers when told": async (turn: Turn) => {
    await told();
    await turn.reply("No.");
  },
  /** Works until it is cut. */
  "works on": (turn: Turn) => untilAborted(turn.signal),
  /** Works until it is cut, having called a tool whose result never came. */
  "works on with a tool": async (turn: Turn) => {
    turn.report({ type: "tool_call", toolCallId: "call-1", name: "forecast", input: { place: "Lyon" } });
    await untilAborted(turn.signal);
  },
  /** Says its answer, then works until it is cut. */
  "answers and works on": async (turn: Turn) => {
    await turn.reply("No.");
    await untilAborted(turn.signal);
  },
  /** Kills its process. */
  dies: () => process.kill(process.pid, "SIGKILL"),
} as const;

export type Behaviour = keyof typeof behaviours;

function told(): Promise<void> {
  return new Promise((resolve) => process.once("message", () => resolve()));
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

function isBehaviour(name: string | undefined): name is Behaviour {
  return name !== undefined && name in behaviours;
}

if (process.send !== undefined) {
  const [, , name, ...keys] = process.argv;
  if (!isBehaviour(name)) throw new Error(`This process can't do "${name}"`);
  const agents = keys.map((apiKey) => {
    const agent = createRoomAgent({ apiKey, handler: behaviours[name], timing: quick });
    agent.on("live", () => process.send?.("live"));
    agent.on("turn.start", () => process.send?.("turn"));
    return agent;
  });
  await runAgents(agents);
  process.channel?.unref();
}
