import type { Listening } from "./listening.ts";
import type { Agent, Attempt, Delivery } from "./model.ts";
import type { Listing } from "./paging.ts";
import { invalid } from "./refusal.ts";
import { integer, oneOf, type Parameter, type Row, text, textOrNull } from "./row.ts";
import type { Store } from "./store.ts";
import type { LeftOut } from "./unseen.ts";

/** What an agent can say of a text it works on. */
export type Marking = "processing" | "processed" | "failed";

export const workFilters = ["pending", "processing", "processed", "failed", "all"] as const;
export type WorkFilter = (typeof workFilters)[number];

/** What `messages/next` offers of what an agent has begun: the platform's readings of it differ. */
export interface OfferRules {
  /** Whether a message is offered again while it is being processed; default true. */
  readonly processing?: boolean;
  /** A message that failed so often is offered no more; no bound by default. */
  readonly failures?: number;
}

const statuses = ["none", "delivered", "processing", "processed", "failed"] as const;

/**
 * Which stored statuses each filter shows; no filter shows all that is not processed. Saying so once more where it
 * follows lets SQLite read the index of what waits, which stays small in a long room.
 */
const shown: Readonly<Record<WorkFilter, string>> = {
  pending: "AND status <> 'processed' AND status IN ('none', 'delivered', 'failed')",
  processing: "AND status <> 'processed' AND status = 'processing'",
  processed: "AND status = 'processed'",
  failed: "AND status <> 'processed' AND status = 'failed'",
  all: "",
};

/**
 * Where each text stands for each agent it was meant for: the agent's queue of work.
 *
 * `none` (waits, not pushed) → `delivered` (pushed to a live socket) → `processing` → `processed` or `failed`.
 * Marking processing is always allowed and adds an attempt; an earlier one that was left open stays as it is. The other
 * two close the latest attempt, and need it to be open. Only `processed` leaves the queue; nothing does so by time.
 *
 * @see PROTOCOL.md, "delivery state"
 */
export class Deliveries {
  readonly #store: Store;
  readonly #listening: Listening;

  constructor(store: Store, listening: Listening) {
    this.#store = store;
    this.#listening = listening;
  }

  /** The oldest message that waits for the agent in the room, of those that `leftOut` and the rules let it see. */
  next(agentId: string, roomId: string, rules: OfferRules, leftOut: LeftOut): string | undefined {
    const parameters: Parameter[] = [agentId, roomId, ...leftOut.parameters];
    const conditions = [leftOut.condition];
    if (rules.processing === false) conditions.push("AND status <> 'processing'");
    if (rules.failures !== undefined) {
      conditions.push(`AND (SELECT count(*) FROM attempts WHERE attempts.message_id = deliveries.message_id
        AND attempts.agent_id = deliveries.agent_id AND attempts.status = 'failed') < ?`);
      parameters.push(rules.failures);
    }
    return this.#store.ids(
      `SELECT message_id AS id FROM deliveries
        WHERE agent_id = ? AND room_id = ? AND mentioned = 1 AND status <> 'processed' ${conditions.join(" ")}
        ORDER BY inserted_at, message_id LIMIT 1`,
      ...parameters,
    )[0];
  }

  /** The agent's work in the room, oldest first. */
  work(agentId: string, roomId: string, filter: WorkFilter | undefined): Listing {
    const condition = filter === undefined ? "AND status <> 'processed'" : shown[filter];
    return {
      from: `FROM deliveries WHERE agent_id = ? AND room_id = ? AND mentioned = 1 ${condition}`,
      parameters: [agentId, roomId],
      sortBy: "inserted_at",
      id: "message_id",
      direction: "ASC",
    };
  }

  /** Opens the entry of an agent a new text is for; it is delivered right away when the agent's live socket listens. */
  open(message: { id: string; roomId: string; insertedAt: string }, agentId: string): void {
    const deliveredAt = this.#listening.has(agentId, message.roomId) ? this.#store.clock.tick() : null;
    this.#store.run(
      `INSERT INTO deliveries (message_id, agent_id, room_id, inserted_at, mentioned, status, delivered_at)
        VALUES (?, ?, ?, ?, 1, ?, ?)`,
      message.id,
      agentId,
      message.roomId,
      message.insertedAt,
      deliveredAt === null ? "none" : "delivered",
      deliveredAt,
    );
    if (deliveredAt !== null)
      this.#store.run("UPDATE messages SET updated_at = ? WHERE id = ?", deliveredAt, message.id);
  }

  /**
   * Moves a text on for the agent; returns the number of the attempt. Marking a text that was not for the agent opens
   * an entry that never enters its queue. Throws a 422 when `processed` or `failed` finds no open attempt.
   */
  mark(
    agent: Agent,
    message: { id: string; roomId: string; insertedAt: string },
    as: Marking,
    error: string | null,
  ): number {
    const now = this.#store.clock.tick();
    const latest = this.#attempts(message.id, agent.id).at(-1);
    let number = latest?.number ?? 0;
    if (as === "processing") {
      number++;
      this.#store.run(
        `INSERT INTO deliveries (message_id, agent_id, room_id, inserted_at, mentioned, status) VALUES (?, ?, ?, ?, 0, ?)
          ON CONFLICT (message_id, agent_id) DO UPDATE SET status = excluded.status, processed_at = NULL`,
        message.id,
        agent.id,
        message.roomId,
        message.insertedAt,
        as,
      );
      this.#store.run(
        "INSERT INTO attempts (message_id, agent_id, number, status, started_at) VALUES (?, ?, ?, 'processing', ?)",
        message.id,
        agent.id,
        number,
        now,
      );
    } else {
      if (latest?.status !== "processing") {
        throw invalid("/", "mark the message as processing first", "No active processing attempt");
      }
      this.#store.run(
        "UPDATE attempts SET status = ?, completed_at = ?, error = ? WHERE message_id = ? AND agent_id = ? AND number = ?",
        as === "processed" ? "success" : "failed",
        now,
        error,
        message.id,
        agent.id,
        number,
      );
      this.#store.run(
        "UPDATE deliveries SET status = ?, processed_at = ? WHERE message_id = ? AND agent_id = ?",
        as,
        as === "processed" ? now : null,
        message.id,
        agent.id,
      );
    }
    this.#store.run("UPDATE messages SET updated_at = ? WHERE id = ?", now, message.id);
    return number;
  }

  /** By agent id; agents for whom it only waits have no entry. */
  of(messageId: string): Readonly<Record<string, Delivery>> {
    const entries = this.#store.all(
      (row) => this.#readEntry(row),
      "SELECT * FROM deliveries WHERE message_id = ? AND status <> 'none'",
      messageId,
    );
    return Object.fromEntries(entries);
  }

  #readEntry(row: Row): [agentId: string, delivery: Delivery] {
    const agentId = text(row, "agent_id");
    const status = oneOf(row, "status", statuses);
    if (status === "none") throw new Error("a text that only waits has no entry");
    const attempts = this.#attempts(text(row, "message_id"), agentId);
    const deliveredAt = textOrNull(row, "delivered_at");
    const processedAt = textOrNull(row, "processed_at");
    const currentAttempt = attempts.at(-1)?.number;
    return [
      agentId,
      {
        status,
        ...(deliveredAt !== null && { deliveredAt }),
        ...(processedAt !== null && { processedAt }),
        ...(currentAttempt !== undefined && { currentAttempt }),
        attempts,
      },
    ];
  }

  #attempts(messageId: string, agentId: string): Attempt[] {
    const inOrder = "SELECT * FROM attempts WHERE message_id = ? AND agent_id = ? ORDER BY number";
    return this.#store.all(readAttempt, inOrder, messageId, agentId);
  }
}

function readAttempt(row: Row): Attempt {
  const error = textOrNull(row, "error");
  return {
    number: integer(row, "number"),
    status: oneOf(row, "status", ["processing", "success", "failed"]),
    startedAt: text(row, "started_at"),
    completedAt: textOrNull(row, "completed_at"),
    ...(error !== null && { error }),
  };
}
