import { randomUUID } from "node:crypto";
import type { Agent, Timestamp } from "./model.ts";
import { type Page, type PageRequest, readPage } from "./paging.ts";
import { notFound } from "./refusal.ts";
import { type Row, text, textOrNull } from "./row.ts";
import type { Store } from "./store.ts";

/** An agent at work in one room, from the first thing it had to do with there until it left. */
export interface Execution {
  readonly id: string;
  readonly agentId: string;
  readonly roomId: string;
  readonly insertedAt: Timestamp;
  /** Null while it goes on. */
  readonly endedAt: Timestamp | null;
}

/**
 * The platform's record of agents being active in rooms: at most one of an agent in a room goes on at a time.
 *
 * One begins with the first text for the agent, or the first thing it says, reports or marks there, and ends when the agent is out
 * of the room. They are what a person interrupts, and the history that keeps an agent from being deleted without force.
 */
export class Executions {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Begins one unless one goes on; part of the caller's change. */
  begin(agentId: string, roomId: string, at: Timestamp): void {
    this.#store.run(
      "INSERT INTO executions (id, agent_id, room_id, inserted_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      randomUUID(),
      agentId,
      roomId,
      at,
    );
  }

  /** Ends those that go on: of one account, or of everyone in the room. Part of the caller's change. */
  end(roomId: string, at: Timestamp, agentId?: string): void {
    const ofAgent = agentId === undefined ? "" : "AND agent_id = ?";
    this.#store.run(
      `UPDATE executions SET ended_at = ? WHERE room_id = ? AND ended_at IS NULL ${ofAgent}`,
      ...[at, roomId, agentId].filter((value) => value !== undefined),
    );
  }

  /** The one that goes on in the room. */
  underWay(agentId: string, roomId: string): Execution | undefined {
    const current = "SELECT * FROM executions WHERE agent_id = ? AND room_id = ? AND ended_at IS NULL";
    return this.#store.one(readExecution, current, agentId, roomId);
  }

  /** Throws a 404 when the agent was never at work under that id. */
  find(agent: Agent, id: string): Execution {
    const execution = this.#one(agent.id, id);
    if (execution === undefined) throw notFound("Execution");
    return execution;
  }

  /** Newest first. */
  list(agent: Agent, request: PageRequest): Page<Execution> {
    const listing = {
      from: "FROM executions WHERE agent_id = ?",
      parameters: [agent.id],
      sortBy: "inserted_at",
      id: "id",
      direction: "DESC" as const,
    };
    return readPage(this.#store, listing, request, (id) => {
      const execution = this.#one(agent.id, id);
      if (execution === undefined) throw new Error(`execution ${id} vanished while it was read`);
      return execution;
    });
  }

  /** Forgets all of an agent's; returns how many there were. Part of the caller's change. */
  forget(agentId: string): number {
    return this.#store.run("DELETE FROM executions WHERE agent_id = ?", agentId);
  }

  #one(agentId: string, id: string): Execution | undefined {
    return this.#store.one(readExecution, "SELECT * FROM executions WHERE agent_id = ? AND id = ?", agentId, id);
  }
}

function readExecution(row: Row): Execution {
  return {
    id: text(row, "id"),
    agentId: text(row, "agent_id"),
    roomId: text(row, "room_id"),
    insertedAt: text(row, "inserted_at"),
    endedAt: textOrNull(row, "ended_at"),
  };
}
