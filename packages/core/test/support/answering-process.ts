/**
 * An agent in a process of its own, as a user would start it, for tests that end processes from outside.
 *
 * Its first argument is a {@link ProcessPlan}. It tells its parent when an agent is live (`live`), when a turn starts
 * (`turn`), that it was told to end (`stopping`), and when an agent has stopped (`stopped`).
 */
import { fileURLToPath } from "node:url";
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
  /** Asks the weather agent, in other words each time it is tried, and passes the answer on. */
  asks: async (turn: Turn) => {
    const { answer } = await turn.ask("@weather", turn.attempt === 1 ? "Sunday?" : "How will Sunday be?");
    await turn.reply(`It says: ${answer}`);
  },
  /** Asks the weather agent, and once it has the answer works on until it is cut. */
  "asks and works on": async (turn: Turn) => {
    await turn.ask("@weather", "Sunday?");
    await untilAborted(turn.signal);
  },
  /** Never ends, whatever its signal says. */
  hangs: () => new Promise(() => {}),
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

/** What its parent wants of it. */
export interface ProcessPlan {
  readonly behaviour: Behaviour;
  /** The agents it runs. */
  readonly apiKeys: readonly string[];
  /** Stops them, with this much time, at the first signal, instead of leaving that to `run()`. */
  readonly graceMs?: number;
  /** Stops them as soon as a turn has started. */
  readonly stopAfterTurnStart?: boolean;
}

async function run(plan: ProcessPlan): Promise<void> {
  const tell = (word: string) => process.send?.(word);
  const agents = plan.apiKeys.map((apiKey) =>
    createRoomAgent({ apiKey, handler: behaviours[plan.behaviour], timing: quick }),
  );
  const stop = () => {
    for (const agent of agents) void agent.stop({ graceMs: plan.graceMs ?? 25_000 });
  };
  for (const agent of agents) {
    agent.on("live", () => tell("live"));
    agent.on("stopped", () => tell("stopped"));
    agent.on("turn.start", () => {
      tell("turn");
      if (plan.stopAfterTurnStart === true) stop();
    });
  }
  if (plan.graceMs !== undefined) process.once("SIGTERM", stop);
  const running = runAgents(agents);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => tell("stopping"));
  await running;
  process.channel?.unref();
}

const [, program, plan] = process.argv;
if (plan !== undefined && program === fileURLToPath(import.meta.url)) await run(JSON.parse(plan));
