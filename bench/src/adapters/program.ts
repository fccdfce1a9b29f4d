import type { Handler, Turn } from "@thenvoi/core";
import { answer } from "../child.ts";
import { installed } from "../installed.ts";
import type { Script, ScriptedAgent } from "./script.ts";

/** What the runner asks of the program. */
export type Question =
  /** Runs the script without a room. */
  | { readonly do: "alone"; readonly script: Script }
  /** The next message is answered by the script. */
  | { readonly do: "prepare"; readonly script: Script; readonly events: boolean }
  /** Waits until that answer was handed over, which is when the framework's run has ended. */
  | { readonly do: "took" }
  /** Time of the processor since it was prepared. */
  | { readonly do: "used" };

/** What a run, or the processor, took. */
export interface Took {
  readonly ms: number;
}

// A process with one room agent, whose handler is made of a framework's agent: the same agents run here without a room too.
const agents: Record<string, () => Promise<(script: Script) => ScriptedAgent>> = {
  "ai-sdk": async () => (await import("./ai-sdk.ts")).aiSdkAgent,
  langchain: async () => (await import("./langchain.ts")).langchainAgent,
};
const make = await agents[process.argv[2] ?? ""]?.();
if (make === undefined) throw new Error(`No framework ${process.argv[2]}`);

const made = new Map<string, ScriptedAgent>();
let handler: Handler = () => undefined;
let run = Promise.withResolvers<number>();
let used = process.cpuUsage();

const { createRoomAgent }: typeof import("@thenvoi/core") = await import(installed("core"));
const roomAgent = createRoomAgent({
  logger: false,
  handler: async (turn) => {
    const startedMs = performance.now();
    const { reply } = turn;
    const noting: Turn["reply"] = (text) => {
      run.resolve(performance.now() - startedMs);
      return reply(text);
    };
    try {
      await handler(Object.assign(turn, { reply: noting }));
    } catch (error) {
      run.reject(error);
      throw error;
    }
  },
});
await roomAgent.start();

answer<Question, Took>(async (question) => {
  switch (question.do) {
    case "alone": {
      const agent = agentFor(question.script);
      used = process.cpuUsage();
      const startedMs = performance.now();
      await agent.alone();
      return { ms: performance.now() - startedMs };
    }
    case "prepare":
      handler = agentFor(question.script).handler({ events: question.events });
      run = Promise.withResolvers();
      used = process.cpuUsage();
      return { ms: 0 };
    case "took":
      return { ms: await run.promise };
    case "used": {
      const { user, system } = process.cpuUsage(used);
      return { ms: (user + system) / 1_000 };
    }
    default:
      return question satisfies never;
  }
});

/** One agent a script, as people have one for all their messages. */
function agentFor(script: Script): ScriptedAgent {
  const key = JSON.stringify(script);
  const agent = made.get(key) ?? make?.(script);
  if (agent === undefined) throw new Error("No framework");
  made.set(key, agent);
  return agent;
}
