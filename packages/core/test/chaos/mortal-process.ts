/**
 * An agent in a process of its own that dies at the step its parent names: it answers each message with its last word.
 *
 * A message from the parent is a {@link Step}; the next time the agent comes there its process kills itself, as `kill -9` would.
 * It tells its parent `running` once it takes signals.
 */
import { setTimeout as pause } from "node:timers/promises";
import { createRoomAgent, type Timing } from "@thenvoi/core";
import { isStep, type Step } from "./steps.ts";

/** Real waits, about five times shorter, so that minutes hold as many faults as hours would. */
const timing: Partial<Timing> = {
  handshakeTimeoutMs: 2_000,
  joinTimeoutMs: 2_000,
  heartbeatMs: 1_500,
  firstReconnectMs: 100,
  reconnectBaseMs: 100,
  reconnectCapMs: 1_000,
  healthyAfterMs: 3_000,
  auditMs: 200,
  auditRoomMs: 5_000,
  requestTimeoutMs: { read: 3_000, mark: 3_000, post: 3_000, event: 3_000 },
  retryBaseMs: 50,
  retryCapMs: 1_000,
  readBackMs: 2_000,
  handlerRetryMs: [500],
};

let awaited: Step | undefined;
process.on("message", (message) => {
  if (isStep(message)) awaited = message;
});

function reach(step: Step): void {
  if (awaited === step) process.kill(process.pid, "SIGKILL");
}

const paths = [
  { ends: "/processing", before: "before the claim", while: "while claiming", after: "after the claim" },
  { ends: "/messages", before: "before the post", while: "while posting", after: "after the post" },
  { ends: "/processed", before: "before the settle", while: "while settling", after: "after the settle" },
] as const;

const { fetch } = globalThis;
globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  const method = init?.method ?? (input instanceof Request ? input.method : "GET");
  const steps = method === "POST" ? paths.find(({ ends }) => url.endsWith(ends)) : undefined;
  if (steps === undefined) return fetch(input, init);
  reach(steps.before);
  const asked = fetch(input, init);
  if (awaited === steps.while) setTimeout(() => reach(steps.while), Math.random() * 5);
  const answer = await asked;
  reach(steps.after);
  return answer;
};

const agent = createRoomAgent({
  timing,
  logger: { debug: () => {}, info: () => {}, warn: () => {}, error: (text) => process.stderr.write(`${text}\n`) },
  handler: async (turn) => {
    reach("in the run");
    const word = turn.message.text.split(" ").at(-1) ?? "";
    const isLong = word.endsWith("7");
    await pause(isLong ? 300 : 5);
    await turn.reply(word);
  },
});
const running = agent.run();
process.send?.("running");
await running;
process.channel?.unref();
