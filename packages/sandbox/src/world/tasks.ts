import { randomUUID } from "node:crypto";
import { checkText } from "./content.ts";
import type { History, RecentHistory } from "./history.ts";
import type { Assignment, Entity, HistoryEvent, Task } from "./model.ts";
import { type Page, type PageRequest, readPage } from "./paging.ts";
import type { Participants } from "./participants.ts";
import { invalid, notFound } from "./refusal.ts";
import { integer, oneOf, type Row, text, textOrNull } from "./row.ts";
import type { Store } from "./store.ts";
import { checkChanges, type TaskChanges } from "./task-changes.ts";
import { workStatuses } from "./task-status.ts";

export const taskStates = ["active", "cancelled", "superseded", "archived"] as const;
/** A task, by its id or its number in the room. */
export interface TaskKey {
  readonly roomId: string;
  readonly task: string;
}

export interface NewTask {
  readonly roomId: string;
  readonly subject: string;
  readonly detail?: string | undefined;
  /** Id or number of the active task this one replaces. */
  readonly supersedes?: string | undefined;
}

/**
 * The tasks on a room's board, shared by its participants.
 *
 * `active` → `cancelled`, `superseded` (by a task that replaces it) or `archived`; only `archived` → `active` leads back.
 * Only an active task is worked on and edited; a comment can always be left.
 */
export class Tasks {
  readonly #store: Store;
  readonly #participants: Participants;
  readonly #history: History;

  constructor(store: Store, parts: { participants: Participants; history: History }) {
    this.#store = store;
    this.#participants = parts.participants;
    this.#history = parts.history;
  }

  /** By number. Throws a 404 (room). */
  list(actor: Entity, input: { roomId: string; state: Task["state"] | "all" }, request: PageRequest): Page<Task> {
    const { id } = this.#participants.room(input.roomId, actor.id);
    const inState = input.state === "all" ? "" : "AND state = ?";
    const listing = {
      from: `FROM tasks WHERE room_id = ? ${inState}`,
      parameters: input.state === "all" ? [id] : [id, input.state],
      sortBy: "inserted_at", // no two at the same time, so this is the order of their numbers
      id: "id",
      direction: "ASC" as const,
    };
    return readPage(this.#store, listing, request, (taskId) => this.#existing(taskId));
  }

  /** Throws a 404 (room, task). */
  get(actor: Entity, key: TaskKey): Task {
    const task = this.find(this.#participants.room(key.roomId, actor.id).id, key.task);
    if (task === undefined) throw notFound("Task");
    return task;
  }

  /** The task of that id or number in the room. */
  find(roomId: string, task: string): Task | undefined {
    const read = (row: Row) => this.#read(row);
    return /^\d{1,9}$/.test(task)
      ? this.#store.one(read, "SELECT * FROM tasks WHERE room_id = ? AND number = ?", roomId, Number(task))
      : this.#store.one(read, "SELECT * FROM tasks WHERE room_id = ? AND id = ?", roomId, task.toLowerCase());
  }

  /** Oldest first. Throws a 404 (room, task). */
  history(actor: Entity, key: TaskKey, request: PageRequest): Page<HistoryEvent> {
    return this.#history.page(this.get(actor, key).id, request);
  }

  recentHistory(task: Task): RecentHistory {
    return this.#history.recent(task.id);
  }

  /** Nobody is assigned to it yet. Throws a 404 (room) or a 422 (blank subject, nothing active to replace). */
  create(actor: Entity, input: NewTask): Task {
    const { id: roomId } = this.#participants.room(input.roomId, actor.id);
    const { subject, detail = "", supersedes } = input;
    checkText(subject, "/subject");
    const replaced = supersedes === undefined ? undefined : this.find(roomId, supersedes);
    if (supersedes !== undefined && replaced?.state !== "active") {
      throw invalid("/supersedes_id", "is not an active task of this chat room");
    }
    return this.#store.change(() => {
      const id = randomUUID();
      const at = this.#history.add(id, actor, "created", { subject, detail });
      this.#store.run(
        `INSERT INTO tasks (id, room_id, number, subject, detail, state, created_by, inserted_at, updated_at)
          SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4, 'active', ?5, ?6, ?6 FROM tasks WHERE room_id = ?2`,
        id,
        roomId,
        subject,
        detail,
        this.#history.snapshot(actor),
        at,
      );
      const task = this.#existing(id);
      this.#store.publish({ type: "task_created", task });
      if (replaced !== undefined) this.#supersede(actor, replaced, task);
      return task;
    });
  }

  /** All of it or nothing. Throws a 404 (room, task) or a 422 (nothing given, blank text, not active, no such way). */
  update(actor: Entity, key: TaskKey, changes: TaskChanges): Task {
    const task = this.get(actor, key);
    checkChanges(task, this.#assignment(task, actor), changes);
    return this.#store.change(() => {
      const times = [
        this.#edit(actor, task, changes),
        this.#work(actor, task, changes),
        this.#comment(actor, task, changes.comment),
        this.#move(actor, task, changes.state),
      ];
      return times.some((at) => at !== undefined) ? this.#touched(task) : task;
    });
  }

  /** Takes somebody who left the room off its active tasks. Part of the change that removes them. */
  drop(roomId: string, leaver: Entity): void {
    const theirs =
      "SELECT id FROM tasks JOIN assignments ON task_id = id WHERE room_id = ? AND entity_id = ? AND state = 'active'";
    for (const id of this.#store.ids(theirs, roomId, leaver.id)) {
      this.#store.run("DELETE FROM assignments WHERE task_id = ? AND entity_id = ?", id, leaver.id);
      this.#history.add(id, leaver, "dropped", { reason: "left the chat room" });
      this.#touched(this.#existing(id));
    }
  }

  #supersede(actor: Entity, task: Task, by: Task): void {
    const payload = { state: { from: task.state, to: "superseded" }, superseded_by_id: by.id };
    this.#history.add(task.id, actor, "superseded", payload);
    this.#store.run("UPDATE tasks SET state = 'superseded', superseded_by_id = ? WHERE id = ?", by.id, task.id);
    this.#touched(task);
  }

  #edit(actor: Entity, task: Task, changes: TaskChanges): string | undefined {
    const { subject = task.subject, detail = task.detail } = changes;
    const edited = {
      ...(subject !== task.subject && { subject: { from: task.subject, to: subject } }),
      ...(detail !== task.detail && { detail: { from: task.detail, to: detail } }),
    };
    if (Object.keys(edited).length === 0) return undefined;
    this.#store.run("UPDATE tasks SET subject = ?, detail = ? WHERE id = ?", subject, detail, task.id);
    return this.#history.add(task.id, actor, "edited", edited);
  }

  /** What the actor does now is shown, and not history; how far it is, is both. */
  #work(actor: Entity, task: Task, changes: TaskChanges): string | undefined {
    const before = this.#assignment(task, actor);
    const status = changes.status ?? before?.status;
    if (status === undefined) return undefined;
    const { activeForm = before?.activeForm ?? "", linkedNativeId = before?.linkedNativeId ?? "" } = changes;
    const isLinked = linkedNativeId !== (before?.linkedNativeId ?? "");
    const isMoved = status !== before?.status;
    if (!isMoved && !isLinked && activeForm === before.activeForm) return undefined;
    const at =
      isMoved || isLinked
        ? this.#history.add(task.id, actor, "status_changed", {
            status: { from: before?.status ?? null, to: status },
            ...(isLinked && { linked_native_id: linkedNativeId }),
          })
        : this.#store.clock.tick();
    this.#store.run(
      `INSERT INTO assignments
          (task_id, entity_id, assignee, status, active_form, linked_native_id, inserted_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
        ON CONFLICT (task_id, entity_id) DO UPDATE
          SET assignee = ?3, status = ?4, active_form = ?5, linked_native_id = ?6, updated_at = ?7`,
      task.id,
      actor.id,
      this.#history.snapshot(actor),
      status,
      activeForm,
      linkedNativeId,
      at,
    );
    return at;
  }

  #comment(actor: Entity, task: Task, comment: string | undefined): string | undefined {
    return comment === undefined ? undefined : this.#history.add(task.id, actor, "commented", { text: comment });
  }

  #move(actor: Entity, task: Task, state: TaskChanges["state"]): string | undefined {
    if (state === undefined) return undefined;
    this.#store.run("UPDATE tasks SET state = ? WHERE id = ?", state, task.id);
    const event = state === "active" ? "unarchived" : state;
    return this.#history.add(task.id, actor, event, { state: { from: task.state, to: state } });
  }

  /** The task as it is now, told to the room. */
  #touched({ id }: Task): Task {
    this.#store.run("UPDATE tasks SET updated_at = ? WHERE id = ?", this.#store.clock.tick(), id);
    const task = this.#existing(id);
    this.#store.publish({ type: "task_updated", task });
    return task;
  }

  #assignment(task: Task, actor: Entity): Assignment | undefined {
    return task.assignments.find(({ assignee }) => assignee.id === actor.id);
  }

  #existing(id: string): Task {
    const task = this.#store.one((row) => this.#read(row), "SELECT * FROM tasks WHERE id = ?", id);
    if (task === undefined) throw new Error(`task ${id} vanished while it was read`);
    return task;
  }

  #read(row: Row): Task {
    const id = text(row, "id");
    const inOrder = "SELECT * FROM assignments WHERE task_id = ? ORDER BY inserted_at, entity_id";
    return {
      id,
      number: integer(row, "number"),
      roomId: text(row, "room_id"),
      subject: text(row, "subject"),
      detail: text(row, "detail"),
      state: oneOf(row, "state", taskStates),
      supersededById: textOrNull(row, "superseded_by_id"),
      assignments: this.#store.all((assignment) => this.#readAssignment(assignment), inOrder, id),
      createdBy: this.#history.actor(integer(row, "created_by")),
      insertedAt: text(row, "inserted_at"),
      updatedAt: text(row, "updated_at"),
    };
  }

  #readAssignment(row: Row): Assignment {
    return {
      assignee: this.#history.actor(integer(row, "assignee")),
      status: oneOf(row, "status", workStatuses),
      activeForm: text(row, "active_form"),
      linkedNativeId: text(row, "linked_native_id"),
      updatedAt: text(row, "updated_at"),
    };
  }
}
