import { randomUUID } from "node:crypto";
import type { Executions } from "./executions.ts";
import type { ControlSignal } from "./news.ts";
import { notFound } from "./refusal.ts";
import { flag } from "./row.ts";
import type { Store } from "./store.ts";

export interface ControlInput {
  readonly agentId: string;
  /** Null or absent: in all rooms. */
  readonly roomId?: string | null | undefined;
  readonly mode: ControlSignal["mode"];
  readonly reason?: string | undefined;
}

const everywhere = "";

/**
 * Where an agent was told to stop. A word for one room wins over a word for all of them, and a new word for all
 * replaces the words for single rooms.
 *
 * While stopped in a room the agent is served nothing there (`/next` and marks answer 204) and may not post (403).
 */
export class Control {
  readonly #store: Store;
  readonly #executions: Executions;

  constructor(store: Store, executions: Executions) {
    this.#store = store;
    this.#executions = executions;
  }

  isStopped(agentId: string, roomId: string): boolean {
    const wordFor = (room: string) =>
      this.#store.one(
        (row) => flag(row, "stopped"),
        "SELECT stopped FROM stops WHERE agent_id = ? AND room_id = ?",
        agentId,
        room,
      );
    return wordFor(roomId) ?? wordFor(everywhere) ?? false;
  }

  /** Gives the word. Throws a 404 for an unknown agent, or a room it is not in. */
  give(input: ControlInput): ControlSignal {
    const { agentId, mode, reason = null } = input;
    const roomId = input.roomId ?? null;
    this.#check(agentId, roomId);
    const control: ControlSignal = {
      mode,
      scope: roomId === null ? "agent" : "room",
      agentId,
      roomId,
      executionId: roomId === null ? null : (this.#executions.underWay(agentId, roomId)?.id ?? null),
      reason,
      correlationId: `ctl-${randomUUID()}`,
    };
    return this.#store.change(() => {
      if (mode !== "interrupt") this.#keep(agentId, roomId, mode === "stop");
      this.#store.publish({ type: "agent_control", control });
      return control;
    });
  }

  #keep(agentId: string, roomId: string | null, stopped: boolean): void {
    if (roomId === null) this.#store.run("DELETE FROM stops WHERE agent_id = ?", agentId);
    this.#store.run(
      `INSERT INTO stops (agent_id, room_id, stopped) VALUES (?, ?, ?)
        ON CONFLICT (agent_id, room_id) DO UPDATE SET stopped = excluded.stopped`,
      agentId,
      roomId ?? everywhere,
      Number(stopped),
    );
  }

  #check(agentId: string, roomId: string | null): void {
    if (!this.#store.exists("SELECT 1 FROM entities WHERE id = ? AND kind = 'Agent' AND deleted_at IS NULL", agentId))
      throw notFound("Agent");
    if (roomId === null) return;
    const inRoom = "SELECT 1 FROM participants WHERE room_id = ? AND entity_id = ?";
    if (!this.#store.exists(inRoom, roomId, agentId)) throw notFound("Chat room");
  }
}
