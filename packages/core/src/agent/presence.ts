import { ThenvoiError } from "../errors.ts";
import { fullJitterMs } from "../internal/backoff.ts";
import { sleep } from "../internal/environment.ts";
import type { RoomSummary } from "../model/room.ts";
import { getRoom, listRooms } from "../rest/rooms.ts";
import type { AgentSocket } from "../socket/socket.ts";
import { RoomWorker, type Workshop } from "./worker.ts";

/** Which rooms this agent lives in; others are left alone. */
export type RoomFilter = (room: RoomSummary) => boolean;

/**
 * Which rooms we are in. Opens a worker for each, and closes it when the room goes.
 *
 * The platform's list decides; what `agent_rooms` says while the list is read is added to it, because the list may be
 * older. Rooms with news are joined first.
 */
export class Presence {
  readonly #shop: Workshop;
  readonly #filter: RoomFilter | undefined;
  readonly #workers = new Map<string, RoomWorker>();
  /** What was said of rooms since the current listing began: true came, false went. */
  #since = new Map<string, boolean>();
  #listing = 0;

  constructor(shop: Workshop, filter: RoomFilter | undefined) {
    this.#shop = shop;
    this.#filter = filter;
  }

  get workers(): ReadonlyMap<string, RoomWorker> {
    return this.#workers;
  }

  /** Reads the list until it can be had, and has the socket join what is on it. Ends with the number of rooms; undefined when a newer listing took over. */
  async list(socket: AgentSocket | undefined): Promise<number | undefined> {
    const { session, ended } = this.#shop;
    this.#listing += 1;
    const listing = this.#listing;
    this.#since = new Map();
    for (let retry = 0; listing === this.#listing; retry += 1) {
      try {
        const rooms = await listRooms(session.client, { signal: ended });
        if (listing !== this.#listing) return undefined;
        this.#reconcile(rooms);
        socket?.setRooms(this.#joinOrder());
        return this.#workers.size;
      } catch (error) {
        if (ended.aborted || !ThenvoiError.is(error) || !error.retryable) throw error;
        session.logger.warn(`The rooms could not be listed and are asked for again: ${error.message}`);
        await sleep(
          session.environment,
          fullJitterMs(session.environment, retry, { baseMs: 1_000, capMs: 30_000 }),
          ended,
        );
      }
    }
    return undefined;
  }

  /** `agent_rooms` says that we were added to a room. */
  async added(roomId: string, socket: AgentSocket): Promise<void> {
    this.#since.set(roomId, true);
    if (this.#isOpen(roomId)) return;
    const room = await this.#describe(roomId);
    if (room === undefined || this.#since.get(roomId) === false || this.#isOpen(roomId)) return;
    if (this.#open(room)) socket.addRoom(roomId);
  }

  /** We are no longer in a room, or it is no more. */
  removed(roomId: string, socket: AgentSocket | undefined): void {
    this.#since.set(roomId, false);
    socket?.removeRoom(roomId);
    const worker = this.#workers.get(roomId);
    this.#workers.delete(roomId);
    worker?.cut("gone");
  }

  /** The worker of a room that is not on the list, for `room()` and `handleOnce()`: opened without a look at the filter. */
  worker(roomId: string): RoomWorker {
    const known = this.#workers.get(roomId);
    if (known !== undefined && !known.closed) return known;
    const worker = new RoomWorker(this.#shop, { id: roomId, title: undefined });
    this.#workers.set(roomId, worker);
    return worker;
  }

  #isOpen(roomId: string): boolean {
    return this.#workers.get(roomId)?.closed === false;
  }

  #reconcile(rooms: readonly RoomSummary[]): void {
    const listed = new Map(rooms.map((room) => [room.id, room]));
    for (const [roomId, came] of this.#since) if (!came) listed.delete(roomId);
    for (const roomId of this.#workers.keys()) {
      if (!listed.has(roomId) && this.#since.get(roomId) !== true) this.removed(roomId, undefined);
    }
    for (const room of listed.values()) this.#open(room);
  }

  #open(room: RoomSummary): boolean {
    const worker = this.#workers.get(room.id);
    if (worker !== undefined && !worker.closed) {
      worker.retitle(room.title);
      return true;
    }
    if (this.#filter !== undefined && !this.#filter(room)) return false;
    this.#workers.set(room.id, new RoomWorker(this.#shop, room));
    return true;
  }

  /** Rooms at work first, the most recent one before all; then as the platform lists them. */
  #joinOrder(): string[] {
    return [...this.#workers.values()].sort((a, b) => b.lastActiveMs - a.lastActiveMs).map((worker) => worker.id);
  }

  async #describe(roomId: string): Promise<RoomSummary | undefined> {
    const { session, ended } = this.#shop;
    try {
      return await getRoom(session.client, { roomId }, { signal: ended });
    } catch (error) {
      if (!ended.aborted) session.logger.warn(`Room ${roomId} was announced and could not be read: ${String(error)}`);
      return undefined;
    }
  }
}
