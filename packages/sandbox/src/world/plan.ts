import { Refusal } from "./refusal.ts";
import { integer, type Parameter } from "./row.ts";
import type { Store } from "./store.ts";

/** What a plan holds at most; absent: any number. A sandbox is one organization with one plan. */
export interface PlanLimits {
  /** Agents, of all people together. */
  readonly agents?: number;
  /** Rooms that are not deleted. */
  readonly chats?: number;
  /** People and agents in one room. */
  readonly participants?: number;
  /** Texts and events, of all rooms together. */
  readonly messages?: number;
}

type Resource = keyof PlanLimits;

const counts: Readonly<Record<Resource, string>> = {
  agents: "SELECT count(*) AS n FROM entities WHERE kind = 'Agent' AND deleted_at IS NULL",
  chats: "SELECT count(*) AS n FROM rooms WHERE deleted_at IS NULL",
  participants: "SELECT count(*) AS n FROM participants WHERE room_id = ?",
  messages: "SELECT count(*) AS n FROM messages",
};

const named: Readonly<Record<Resource, string>> = {
  agents: "agents",
  chats: "chat rooms",
  participants: "participants in a chat room",
  messages: "messages",
};

/** How much of each the organization may have. No limits unless a test sets some; they are not kept in the data file. */
export class Plan {
  limits: PlanLimits = {};
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Throws a 403 `limit_reached` when one more would be too many. `of` is the room whose participants are counted. */
  checkRoomFor(resource: Resource, ...of: Parameter[]): void {
    const limit = this.limits[resource];
    if (limit === undefined) return;
    const there = this.#store.one((row) => integer(row, "n"), counts[resource], ...of) ?? 0;
    if (there < limit) return;
    const message = `Your plan does not allow more ${named[resource]}`;
    throw new Refusal(403, "limit_reached", message, { resource, limit });
  }
}
