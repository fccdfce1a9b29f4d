import type { RoomEventInput } from "../model/room-event.ts";
import type { StoredItem } from "../model/stored-item.ts";

const windowMs = 900_000;
const key = "thenvoi_loop_guard";

/** When agents that answer each other are told to finish, and when they are stopped; in agent-started turns of a room since a person spoke. */
export interface LoopGuard {
  /** From this turn on the handler is told to finish (`turn.finishing`). Default 8. */
  readonly finishAt: number;
  /** From this one on messages of agents are settled without a run, until a person speaks. Default 20. */
  readonly stopAt: number;
}

/**
 * How many turns agents have started here, this message included, in the last fifteen minutes and since the last text of a
 * person that this agent could see. Answers that a question was waiting for don't count.
 */
export function agentTurns(
  message: StoredItem,
  context: readonly StoredItem[],
  about: { readonly selfId: string; readonly answers: ReadonlySet<string> },
): number {
  const from = Date.parse(message.insertedAt) - windowMs;
  const texts = context.filter(
    (item) => item.type === "text" && item.insertedAt <= message.insertedAt && item.id !== message.id,
  );
  const sincePerson = texts.slice(texts.findLastIndex((item) => item.senderKind === "user") + 1);
  const started = sincePerson.filter(
    (item) => item.senderId !== about.selfId && !about.answers.has(item.id) && Date.parse(item.insertedAt) >= from,
  );
  return started.length + 1;
}

/** The note that a loop was stopped. */
export function loopStopped(turns: number): RoomEventInput {
  return {
    type: "task",
    text: `Agents have started ${turns} turns here without a word from a person. This agent is silent until someone speaks.`,
    metadata: { [key]: { state: "stopped" } },
  };
}

/** Whether the room has that note already, since a person spoke. */
export function isLoopNoted(context: readonly StoredItem[], selfId: string): boolean {
  const since = context.slice(context.findLastIndex((item) => item.type === "text" && item.senderKind === "user") + 1);
  return since.some((item) => item.senderId === selfId && item.type === "task" && key in item.metadata);
}
