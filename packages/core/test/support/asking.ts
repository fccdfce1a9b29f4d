import type { Handler, RoomAgent, RoomAgentOptions, Turn } from "@thenvoi/core";
import type { RoomHandle, Sandbox } from "@thenvoi/sandbox";
import { expect } from "vitest";
import { soon } from "./soon.ts";
import { startAgent } from "./start-agent.ts";

/** An agent that counts its turns. */
export interface Counted extends AsyncDisposable {
  readonly agent: RoomAgent;
  /** The texts its turns were for, in the order they were started, each without the agent's own mention. */
  readonly turns: readonly string[];
}

/** Starts an agent of the sandbox and counts its turns. It looks for answers only when it has reason to, unless told otherwise. */
export async function startCounted(
  sandbox: Sandbox,
  name: string,
  handler: Handler,
  options: Partial<RoomAgentOptions> = {},
): Promise<Counted> {
  const turns: string[] = [];
  const agent = await startAgent(
    sandbox,
    name,
    (turn) => {
      turns.push(heard(turn));
      return handler(turn);
    },
    { ...options, timing: { askCheckMs: 600_000, ...options.timing } },
  );
  return { agent, turns, [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose]() };
}

/** What a turn is for, without the mention of the agent itself. */
export function heard(turn: Turn): string {
  return turn.message.text.replace(/^@\S+ /u, "");
}

/** Where every text for an agent stands and how often it was claimed, as the room shows it: `processed x1`. */
export function standing(room: RoomHandle, agent: string): string[] {
  return room.deliveries(agent).map(({ status, attempts }) => `${status} x${attempts.length}`);
}

/** The same for texts that were each claimed once and are done with. */
export function doneOnce(texts: number): string[] {
  return Array.from({ length: texts }, () => "processed x1");
}

/** Ends when frames of that room reach the agent. */
export async function listening(sandbox: Sandbox, agent: string, room: RoomHandle): Promise<void> {
  const topics = () => sandbox.connections(agent).flatMap((socket) => socket.topics);
  await expect.poll(topics, soon).toContain(`chat_room:${room.id}`);
}
