import type { Accounts } from "./accounts.ts";
import type { Executions } from "./executions.ts";
import type { Listening } from "./listening.ts";
import type { Entity, Participant, Role, Room } from "./model.ts";
import { type Page, type PageRequest, readPage } from "./paging.ts";
import type { Peers } from "./peers.ts";
import type { Plan } from "./plan.ts";
import { conflict, forbidden, notFound, Refusal } from "./refusal.ts";
import type { Rooms } from "./rooms.ts";
import { oneOf, text } from "./row.ts";
import type { Store } from "./store.ts";

export const roles = ["owner", "admin", "member"] as const;

/**
 * Who is in which room, and who may change that.
 *
 * A room exists only for those in it: everyone else gets the 404 of a room that isn't there. An agent counts as
 * active while its live socket has joined the room or a message waits for it there; a person always.
 */
export class Participants {
  readonly #store: Store;
  readonly #accounts: Accounts;
  readonly #rooms: Rooms;
  readonly #peers: Peers;
  readonly #listening: Listening;
  readonly #executions: Executions;
  readonly #plan: Plan;

  constructor(
    store: Store,
    parts: { accounts: Accounts; rooms: Rooms; peers: Peers; listening: Listening; executions: Executions; plan: Plan },
  ) {
    this.#store = store;
    this.#accounts = parts.accounts;
    this.#rooms = parts.rooms;
    this.#peers = parts.peers;
    this.#listening = parts.listening;
    this.#executions = parts.executions;
    this.#plan = parts.plan;
  }

  isIn(roomId: string, entityId: string): boolean {
    return this.#store.exists("SELECT 1 FROM participants WHERE room_id = ? AND entity_id = ?", roomId, entityId);
  }

  /** The room, for someone in it. Throws a 404 for anyone else. */
  room(roomId: string, entityId: string): Room {
    const room = this.isIn(roomId, entityId) ? this.#rooms.room(roomId) : undefined;
    if (room === undefined) throw notFound("Chat room");
    return room;
  }

  find(roomId: string, entityId: string): Participant | undefined {
    const role = this.#roleOf(roomId, entityId);
    const entity = role === undefined ? undefined : this.#accounts.entity(entityId);
    if (role === undefined || entity === undefined) return undefined;
    return { entity, role, status: this.#statusOf(roomId, entity) };
  }

  findByHandle(roomId: string, handle: string): Participant | undefined {
    const entity = this.#accounts.byHandle(handle);
    return entity === undefined ? undefined : this.find(roomId, entity.id);
  }

  /** In the order they came. */
  of(roomId: string): readonly Participant[] {
    const inOrder = "SELECT entity_id FROM participants WHERE room_id = ? ORDER BY inserted_at, entity_id";
    return this.#store.all((row) => this.#existing(roomId, text(row, "entity_id")), inOrder, roomId);
  }

  list(roomId: string, type: Entity["kind"] | undefined, request: PageRequest): Page<Participant> {
    const ofType = type === undefined ? "" : "AND entities.kind = ?";
    const listing = {
      from: `FROM participants JOIN entities ON entities.id = participants.entity_id WHERE room_id = ? ${ofType}`,
      parameters: type === undefined ? [roomId] : [roomId, type],
      sortBy: "participants.inserted_at",
      id: "participants.entity_id",
      direction: "ASC" as const,
    };
    return readPage(this.#store, listing, request, (id) => this.#existing(roomId, id));
  }

  /**
   * Brings someone into a room. Without an actor the sandbox itself does, and nobody's rights are asked.
   * Throws a 404 (no such room for the actor, or nobody of that id), a 409 (in the room already), or a 403 (the role
   * is not the actor's to give, or the entity is none of its peers).
   */
  add(actor: Entity | undefined, input: { roomId: string; entityId: string; role?: Role }): Participant {
    const { roomId, entityId, role = "member" } = input;
    const room = actor === undefined ? this.#rooms.room(roomId) : this.room(roomId, actor.id);
    if (room === undefined) throw notFound("Chat room");
    const entity = this.#accounts.entity(entityId);
    if (entity === undefined) throw notFound("Participant");
    if (this.isIn(roomId, entityId)) throw conflict("Already a participant of this chat room");
    if (actor !== undefined) {
      if (role !== "member" && !this.#mayManage(roomId, actor.id)) {
        throw forbidden("Only an owner or admin can add a participant with this role");
      }
      if (!this.#peers.reaches(actor, entity)) throw forbidden("This entity is not among your peers");
    }
    this.#plan.checkRoomFor("participants", roomId);
    return this.#store.change(() => {
      this.#store.run(
        "INSERT INTO participants (room_id, entity_id, role, inserted_at) VALUES (?, ?, ?, ?)",
        roomId,
        entityId,
        role,
        this.#store.clock.tick(),
      );
      const participant = this.#existing(roomId, entityId);
      this.#store.publish({ type: "participant_added", roomId, participant });
      this.#store.publish({ type: "room_added", to: entity, room });
      return participant;
    });
  }

  /**
   * Takes someone out of a room and returns who it was. Without an actor nobody's rights are asked.
   * Throws a 404 (no such room for the actor, or not in it) or a 403 (not the actor's to remove, or the sole owner).
   */
  remove(actor: Entity | undefined, input: { roomId: string; entityId: string }): Participant {
    const { roomId, entityId } = input;
    const room = actor === undefined ? this.#rooms.room(roomId) : this.room(roomId, actor.id);
    if (room === undefined) throw notFound("Chat room");
    const participant = this.find(roomId, entityId);
    if (participant === undefined) throw notFound("Participant");
    if (actor !== undefined) this.#checkRemoval(actor, roomId, participant);
    const removedAt = this.#store.clock.tick();
    return this.#store.change(() => {
      this.#store.run("DELETE FROM participants WHERE room_id = ? AND entity_id = ?", roomId, entityId);
      this.#executions.end(roomId, removedAt, entityId);
      this.#listening.set(entityId, roomId, false);
      this.#store.publish({ type: "participant_removed", roomId, participant });
      this.#store.publish({ type: "room_removed", from: participant.entity, room, removedAt });
      return participant;
    });
  }

  #checkRemoval(actor: Entity, roomId: string, { entity, role }: Participant): void {
    if (entity.id === actor.id) {
      const owners = "SELECT 1 FROM participants WHERE room_id = ? AND role = 'owner' LIMIT 2";
      if (role === "owner" && this.#store.all(() => true, owners, roomId).length < 2) {
        throw new Refusal(403, "cannot_remove_sole_owner", "The sole owner cannot leave the chat room");
      }
      return;
    }
    if (!this.#mayManage(roomId, actor.id)) throw forbidden("Only an owner or admin can remove other participants");
    if (role === "owner" && this.#roleOf(roomId, actor.id) !== "owner") {
      throw forbidden("Only an owner can remove an owner");
    }
    if (actor.kind === "Agent" && entity.kind === "User") throw forbidden("An agent cannot remove a user");
  }

  #mayManage(roomId: string, entityId: string): boolean {
    const role = this.#roleOf(roomId, entityId);
    return role === "owner" || role === "admin";
  }

  #roleOf(roomId: string, entityId: string): Role | undefined {
    const role = "SELECT role FROM participants WHERE room_id = ? AND entity_id = ?";
    return this.#store.one((row) => oneOf(row, "role", roles), role, roomId, entityId);
  }

  #statusOf(roomId: string, entity: Entity): Participant["status"] {
    if (entity.kind === "User" || this.#listening.has(entity.id, roomId)) return "active";
    const waiting =
      "SELECT 1 FROM deliveries WHERE agent_id = ? AND room_id = ? AND mentioned = 1 AND status <> 'processed'";
    return this.#store.exists(waiting, entity.id, roomId) ? "active" : "inactive";
  }

  #existing(roomId: string, entityId: string): Participant {
    const participant = this.find(roomId, entityId);
    if (participant === undefined) throw new Error(`participant ${entityId} vanished while it was read`);
    return participant;
  }
}
