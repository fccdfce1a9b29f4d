import { randomUUID } from "node:crypto";
import type { Connection } from "./connection.ts";
import type { UpgradeRefusal } from "./refused-upgrade.ts";

/** Two take-overs of one agent within this time are a duel of two processes; the next one has to wait. */
const duelWindowMs = 15_000;
const takeOversAllowed = 2;

/**
 * The one live connection each agent may have.
 *
 * A newcomer supersedes the older one unless it asked to be rejected instead. When that has happened twice within 15 s, newcomers are told
 * to wait (429), so that two processes with one key can't kick each other for ever.
 */
export class AgentSockets {
  readonly #live = new Map<string, Connection>();
  readonly #takeOvers = new Map<string, number[]>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Why a newcomer may not connect as this agent now; undefined when it may. */
  refusal(agentId: string, onConflict: "supersede" | "reject"): UpgradeRefusal | undefined {
    if (!this.#live.has(agentId)) return undefined;
    if (onConflict === "reject") {
      return { status: 409, code: "connection_conflict", message: "This agent already has a live connection" };
    }
    const recent = this.#recentTakeOvers(agentId);
    const [oldest] = recent;
    if (oldest === undefined || recent.length < takeOversAllowed) return undefined;
    const retryAfterSeconds = Math.max(1, Math.ceil((oldest + duelWindowMs - this.#now()) / 1000));
    return { status: 429, code: "too_many_requests", message: "Reconnecting too fast", retryAfterSeconds };
  }

  /** Makes this the agent's connection; an older one is told, then closed with 1000. */
  take(agentId: string, connection: Connection): void {
    const older = this.#live.get(agentId);
    this.#live.set(agentId, connection);
    if (!older) return;
    this.#takeOvers.set(agentId, [...this.#recentTakeOvers(agentId), this.#now()]);
    supersede(older);
  }

  /** Forgets a connection that ended; true when it was the agent's live one. */
  release(agentId: string, connection: Connection): boolean {
    return this.#live.get(agentId) === connection && this.#live.delete(agentId);
  }

  #recentTakeOvers(agentId: string): number[] {
    const since = this.#now() - duelWindowMs;
    return (this.#takeOvers.get(agentId) ?? []).filter((at) => at > since);
  }
}

/** Tells an agent's connection that a newer one took over, then closes it with 1000. */
export function supersede(connection: Connection): void {
  const { accountId: agentId } = connection;
  connection.push(`agent_control:${agentId}`, "supersede", {
    reason: "session.already_connected",
    message: "A newer connection of this agent took over.",
    retryable: false,
    retry_after: duelWindowMs / 1000,
    target_socket_id: `agent_socket:${agentId}`,
    correlation_id: `sup-${randomUUID()}`,
  });
  connection.close(1000);
}
