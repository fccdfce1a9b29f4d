import { ApiError, ThenvoiError } from "../errors.ts";
import { fullJitterMs } from "../internal/backoff.ts";
import { sleep } from "../internal/environment.ts";
import type { RoomSummary } from "../model/room.ts";
import { getRoom, listRooms } from "../rest/rooms.ts";
import type { AccountSocket } from "../socket/socket.ts";
import { RoomWorker } from "./worker.ts";
import type { Workshop } from "./workshop.ts";

/** How often a room that was announced may be unknown: what answers requests can lag behind what sends news. */
const announcedEarlyAtMost = 5;

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

  /** The workers that answer: their rooms are on the list and pass the filter. */
  get residents(): RoomWorker[] {
    return [...this.#workers.values()].filter((worker) => worker.isResident && !worker.closed);
  }

  /** Reads the list until it can be had, and has the socket join what is on it. Ends with the number of rooms; undefined when a newer listing took over. */
  async list(socket: AccountSocket | undefined): Promise<number | undefined> {
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
        return this.residents.length;
      } catch (error) {
        if (ended.aborted || !ThenvoiError.is(error) || !error.retryable) throw error;
        session.logger.warn(`The rooms could not be listed and are asked for again: ${error.message}`);
        await this.#pause(retry);
      }
    }
    return undefined;
  }

  /** News says that we are in a room. */
  async added(roomId: string, socket: AccountSocket): Promise<void> {
    this.#since.set(roomId, true);
    if (this.#isOpen(roomId)) return;
    const room = await this.#describe(roomId);
    if (room === undefined || this.#since.get(roomId) === false || this.#isOpen(roomId)) return;
    if (!this.#open(room)) return;
    socket.addRoom(roomId);
    this.#workers.get(roomId)?.nudge(); // it may be joined already
  }

  /** We are no longer in a room, or it is no more. */
  removed(roomId: string, socket: AccountSocket | undefined): void {
    this.#since.set(roomId, false);
    socket?.removeRoom(roomId);
    const worker = this.#workers.get(roomId);
    this.#workers.delete(roomId);
    worker?.cut("gone");
  }

  /** The worker of any room, for `room()`, `wake()` and `handleOnce()`. In one that is not on the list it answers nothing by itself. */
  worker(roomId: string): RoomWorker {
    const known = this.#workers.get(roomId);
    if (known !== undefined && !known.closed) return known;
    const worker = new RoomWorker(this.#shop, { id: roomId, title: undefined });
    worker.isResident = known?.isResident ?? false;
    this.#workers.set(roomId, worker);
    return worker;
  }

  #isOpen(roomId: string): boolean {
    const worker = this.#workers.get(roomId);
    return worker?.isResident === true && !worker.closed;
  }

  #reconcile(rooms: readonly RoomSummary[]): void {
    const listed = new Map(rooms.map((room) => [room.id, room]));
    for (const [roomId, came] of this.#since) if (!came) listed.delete(roomId);
    for (const { id } of this.residents) {
      if (!listed.has(id) && this.#since.get(id) !== true) this.removed(id, undefined);
    }
    for (const room of listed.values()) this.#open(room);
  }

  #open(room: RoomSummary): boolean {
    const known = this.#workers.get(room.id);
    known?.retitle(room.title);
    if (!this.#isOpen(room.id) && !this.#passes(room)) return false;
    const worker = known === undefined || known.closed ? new RoomWorker(this.#shop, room) : known;
    worker.isResident = true;
    this.#workers.set(room.id, worker);
    return true;
  }

  /** A filter that throws keeps that room out, and no other. */
  #passes(room: RoomSummary): boolean {
    try {
      return this.#filter === undefined || this.#filter(room);
    } catch (error) {
      this.#shop.session.logger.error(
        `The filter "rooms" threw for room ${room.id}, which is left out: ${String(error)}`,
      );
      return false;
    }
  }

  /** Rooms at work first, the most recent one before all; then as the platform lists them. */
  #joinOrder(): string[] {
    return this.residents.sort((a, b) => b.lastActiveMs - a.lastActiveMs).map((worker) => worker.id);
  }

  /** Asks until the platform answers, for as long as the room is still said to be ours: nothing else would bring it up. */
  async #describe(roomId: string): Promise<RoomSummary | undefined> {
    const { session, ended } = this.#shop;
    for (let retry = 0; this.#since.get(roomId) === true; retry += 1) {
      try {
        return await getRoom(session.client, { roomId }, { signal: ended });
      } catch (error) {
        if (ended.aborted) return undefined;
        session.logger.warn(`Room ${roomId} was announced and could not be read: ${String(error)}`);
        const isLate = error instanceof ApiError && error.status === 404 && retry < announcedEarlyAtMost;
        if (!isLate && !(ThenvoiError.is(error) && error.retryable)) return undefined;
        await this.#pause(retry).catch(() => undefined); // the agent has ended, which is seen above
      }
    }
    return undefined;
  }

  #pause(retry: number): Promise<void> {
    const { environment, timing } = this.#shop.session;
    const waitMs = fullJitterMs(environment, retry, { baseMs: timing.reconnectBaseMs, capMs: timing.reconnectCapMs });
    return sleep(environment, waitMs, this.#shop.ended);
  }
}
