import { randomUUID } from "node:crypto";
import type { Executions } from "./executions.ts";
import type { Entity, Room } from "./model.ts";
import { type Page, type PageRequest, readPage } from "./paging.ts";
import type { Plan } from "./plan.ts";
import { forbidden, invalid } from "./refusal.ts";
import { flag, oneOf, type Parameter, type Row, text, textOrNull } from "./row.ts";
import type { Store } from "./store.ts";
import { chosenTitle, defaultTitle, titleFromText } from "./titles.ts";

export const roomTypes = ["direct", "group", "task"] as const;
export const roomStatuses = ["active", "archived", "closed"] as const;

export interface NewRoom {
  readonly title?: string | null | undefined;
  readonly taskId?: string | null | undefined;
}

export interface RoomFilter {
  /** Absent: any. */
  readonly status?: Room["status"] | undefined;
  readonly type?: Room["type"] | undefined;
  readonly sortBy: "inserted_at" | "updated_at";
  readonly order: "asc" | "desc";
}

/** The rooms themselves; who is in them is {@link Participants}' business. Deleted ones are kept, and found by nobody. */
export class Rooms {
  readonly #store: Store;
  readonly #executions: Executions;
  readonly #plan: Plan;

  constructor(store: Store, parts: { executions: Executions; plan: Plan }) {
    this.#store = store;
    this.#executions = parts.executions;
    this.#plan = parts.plan;
  }

  room(id: string): Room | undefined {
    return this.#store.one(readRoom, "SELECT * FROM rooms WHERE id = ? AND deleted_at IS NULL", id);
  }

  /** Newest first. */
  of(entityId: string): readonly Room[] {
    return this.#store.all(
      readRoom,
      `SELECT rooms.* FROM participants JOIN rooms ON rooms.id = participants.room_id
        WHERE participants.entity_id = ? AND rooms.deleted_at IS NULL ORDER BY rooms.inserted_at DESC, rooms.id DESC`,
      entityId,
    );
  }

  list(entityId: string, filter: RoomFilter, request: PageRequest): Page<Room> {
    const conditions = ["participants.entity_id = ?", "rooms.deleted_at IS NULL"];
    const parameters: Parameter[] = [entityId];
    for (const column of ["status", "type"] as const) {
      const wanted = filter[column];
      if (wanted === undefined) continue;
      conditions.push(`rooms.${column} = ?`);
      parameters.push(wanted);
    }
    const listing = {
      from: `FROM participants JOIN rooms ON rooms.id = participants.room_id WHERE ${conditions.join(" AND ")}`,
      parameters,
      sortBy: `rooms.${filter.sortBy}`,
      id: "rooms.id",
      direction: filter.order === "asc" ? ("ASC" as const) : ("DESC" as const),
    };
    return readPage(this.#store, listing, request, (id) => this.#existing(id));
  }

  /** A room with the actor as its owner. Throws a 422 for a bad title, and for any task id: none is known here. */
  create(actor: Entity, input: NewRoom): Room {
    this.#plan.checkRoomFor("chats");
    const title = chosenTitle(input.title);
    if (typeof input.taskId === "string") throw invalid("/chat/task_id", "does not exist");
    const now = this.#store.clock.tick();
    const room: Room = {
      id: randomUUID(),
      title: title ?? defaultTitle,
      titleLocked: title !== undefined,
      taskId: null,
      type: "direct",
      status: "active",
      lastMessageAt: null,
      insertedAt: now,
      updatedAt: now,
    };
    return this.#store.change(() => {
      this.#store.run(
        `INSERT INTO rooms (id, title, title_locked, task_id, type, status, inserted_at, updated_at)
          VALUES (?, ?, ?, NULL, ?, ?, ?, ?)`,
        room.id,
        room.title,
        Number(room.titleLocked),
        room.type,
        room.status,
        now,
        now,
      );
      this.#store.run(
        "INSERT INTO participants (room_id, entity_id, role, inserted_at) VALUES (?, ?, 'owner', ?)",
        room.id,
        actor.id,
        now,
      );
      this.#store.publish({ type: "room_added", to: actor, room });
      return room;
    });
  }

  /** Gives the room a title that automatic titling leaves alone. Throws a 403 unless the actor owns the room, a 422 for a bad title. */
  rename(actor: Entity, room: Room, wanted: string): Room {
    if (!this.#isOwner(actor, room)) throw forbidden("Only an owner can rename this chat room");
    const title = chosenTitle(wanted);
    if (title === undefined) throw invalid("/chat/title", "can't be blank");
    if (room.titleLocked && room.title === title) return room;
    const now = this.#store.clock.tick();
    this.#store.change(() =>
      this.#store.run("UPDATE rooms SET title = ?, title_locked = 1, updated_at = ? WHERE id = ?", title, now, room.id),
    );
    return { ...room, title, titleLocked: true, updatedAt: now };
  }

  /** Puts the room away, or takes it out again. Throws a 403 unless the actor owns the room. */
  setStatus(actor: Entity, room: Room, status: "active" | "archived"): Room {
    if (!this.#isOwner(actor, room)) throw forbidden("Only an owner can archive this chat room");
    if (room.status === status) return room;
    const now = this.#store.clock.tick();
    this.#store.change(() =>
      this.#store.run("UPDATE rooms SET status = ?, updated_at = ? WHERE id = ?", status, now, room.id),
    );
    return { ...room, status, updatedAt: now };
  }

  /** Gives a room that lost its only owner another: the given one if in it, else whoever came first. Part of the caller's change. */
  passOn(roomId: string, to: string): void {
    this.#store.run(
      `UPDATE participants SET role = 'owner' WHERE room_id = ?1
        AND NOT EXISTS (SELECT 1 FROM participants WHERE room_id = ?1 AND role = 'owner')
        AND entity_id = (
          SELECT entity_id FROM participants WHERE room_id = ?1 ORDER BY entity_id = ?2 DESC, inserted_at, entity_id LIMIT 1
        )`,
      roomId,
      to,
    );
  }

  /** Ends the room for everyone in it. With an actor, throws a 403 unless it owns the room. */
  delete(room: Room, members: readonly Entity[], actor: Entity | undefined): void {
    if (actor !== undefined && !this.#isOwner(actor, room)) throw forbidden("Only an owner can delete this chat room");
    const removedAt = this.#store.clock.tick();
    this.#store.change(() => {
      this.#store.run("UPDATE rooms SET deleted_at = ?, updated_at = ? WHERE id = ?", removedAt, removedAt, room.id);
      this.#store.run("DELETE FROM participants WHERE room_id = ?", room.id);
      this.#executions.end(room.id, removedAt);
      this.#store.publish({ type: "room_deleted", roomId: room.id });
      for (const from of members) {
        this.#store.publish({ type: "room_removed", from, room: { ...room, updatedAt: removedAt }, removedAt });
      }
    });
  }

  /** Told of every text and event. The first text names a room whose title nobody chose. */
  touch(room: Room, at: string, saidText: string | undefined, nameOf: (id: string) => string | undefined): void {
    this.#store.run("UPDATE rooms SET last_message_at = ? WHERE id = ?", at, room.id);
    if (saidText === undefined || room.titleLocked) return;
    const textsSaid = "SELECT 1 FROM messages WHERE room_id = ? AND type = 'text' LIMIT 2";
    if (this.#store.all(() => true, textsSaid, room.id).length > 1) return;
    const title = titleFromText(saidText, nameOf);
    if (title !== "") this.#store.run("UPDATE rooms SET title = ?, updated_at = ? WHERE id = ?", title, at, room.id);
  }

  #isOwner(actor: Entity, room: Room): boolean {
    const owner = "SELECT 1 FROM participants WHERE room_id = ? AND entity_id = ? AND role = 'owner'";
    return this.#store.exists(owner, room.id, actor.id);
  }

  #existing(id: string): Room {
    const room = this.room(id);
    if (room === undefined) throw new Error(`room ${id} vanished while it was read`);
    return room;
  }
}

function readRoom(row: Row): Room {
  return {
    id: text(row, "id"),
    title: text(row, "title"),
    titleLocked: flag(row, "title_locked"),
    taskId: textOrNull(row, "task_id"),
    type: oneOf(row, "type", roomTypes),
    status: oneOf(row, "status", roomStatuses),
    lastMessageAt: textOrNull(row, "last_message_at"),
    insertedAt: text(row, "inserted_at"),
    updatedAt: text(row, "updated_at"),
  };
}
