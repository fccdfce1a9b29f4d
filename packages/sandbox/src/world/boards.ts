import type { History, RecentHistory } from "./history.ts";
import type { Board, Entity } from "./model.ts";
import type { Participants } from "./participants.ts";
import { invalid } from "./refusal.ts";
import { integer, type Row, text, textOrNull } from "./row.ts";
import type { Store } from "./store.ts";

export interface NewGoal {
  readonly title?: string | undefined;
  readonly summary?: string | undefined;
}

/** The goal of each room, which any participant may set. Beside the room's title, and not shown in it. */
export class Boards {
  readonly #store: Store;
  readonly #participants: Participants;
  readonly #history: History;

  constructor(store: Store, parts: { participants: Participants; history: History }) {
    this.#store = store;
    this.#participants = parts.participants;
    this.#history = parts.history;
  }

  /** All null before a goal is set. Throws a 404 (room). */
  get(actor: Entity, roomId: string): Board {
    return this.#of(this.#participants.room(roomId, actor.id).id);
  }

  history(actor: Entity, roomId: string): RecentHistory {
    return this.#history.recent(this.#participants.room(roomId, actor.id).id);
  }

  /** Changes what is given. Throws a 404 (room) or a 422 (nothing given). */
  set(actor: Entity, roomId: string, goal: NewGoal): Board {
    const { id } = this.#participants.room(roomId, actor.id);
    if (goal.title === undefined && goal.summary === undefined) {
      throw invalid("/", "at least one of goal_title and goal_summary is required");
    }
    const before = this.#of(id);
    const { title = before.goalTitle, summary = before.goalSummary } = goal;
    const changes = {
      ...(title !== before.goalTitle && { goal_title: { from: before.goalTitle, to: title } }),
      ...(summary !== before.goalSummary && { goal_summary: { from: before.goalSummary, to: summary } }),
    };
    if (Object.keys(changes).length === 0) return before;
    return this.#store.change(() => {
      const at = this.#history.add(id, actor, before.createdBy === null ? "goal_set" : "goal_edited", changes);
      const by = this.#history.snapshot(actor);
      this.#store.run(
        `INSERT INTO boards (room_id, goal_title, goal_summary, created_by, updated_by, inserted_at, updated_at)
          VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?5)
          ON CONFLICT (room_id) DO UPDATE SET goal_title = ?2, goal_summary = ?3, updated_by = ?4, updated_at = ?5`,
        id,
        title,
        summary,
        by,
        at,
      );
      const board = this.#of(id);
      this.#store.publish({ type: "board_updated", board });
      return board;
    });
  }

  #of(roomId: string): Board {
    const board = this.#store.one((row) => this.#read(row), "SELECT * FROM boards WHERE room_id = ?", roomId);
    const unset = {
      goalTitle: null,
      goalSummary: null,
      createdBy: null,
      updatedBy: null,
      insertedAt: null,
      updatedAt: null,
    };
    return board ?? { roomId, ...unset };
  }

  #read(row: Row): Board {
    return {
      roomId: text(row, "room_id"),
      goalTitle: textOrNull(row, "goal_title"),
      goalSummary: textOrNull(row, "goal_summary"),
      createdBy: this.#history.actor(integer(row, "created_by")),
      updatedBy: this.#history.actor(integer(row, "updated_by")),
      insertedAt: text(row, "inserted_at"),
      updatedAt: text(row, "updated_at"),
    };
  }
}
