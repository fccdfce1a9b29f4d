import { ApiError } from "../errors.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { getRoom } from "../rest/rooms.ts";
import type { AccountSocket, AccountSocketListener } from "../socket/socket.ts";
import type { SocketEvent } from "../wire/socket-event.ts";
import type { ContactNews } from "./contact-news.ts";
import type { Presence } from "./presence.ts";
import { WatchedRooms } from "./watched-rooms.ts";
import type { Workshop } from "./workshop.ts";

const correlationsKept = 1_000;

/** Who is told that the rooms are known, and that there is no going on. */
export interface LiveListener {
  listed(rooms: number): void;
  ended(error: Error): void;
}

/**
 * Turns what the socket brings into nudges: the one place where news becomes work.
 *
 * A join nudges its room, a message is offered to its room, a person's word reaches the turn it is meant for. Nothing in
 * here waits for the platform before the next news is heard.
 */
export class Live implements AccountSocketListener {
  readonly #shop: Workshop;
  readonly #presence: Presence;
  readonly #contacts: ContactNews;
  #on: LiveListener = { listed() {}, ended() {} };
  readonly #correlations = new Set<string>();
  readonly #unknownEvents = new Set<string>();
  readonly #watched = new WatchedRooms();
  /** Rooms without a channel of their own: read over REST. */
  readonly polled = new Set<string>();
  #socket: AccountSocket | undefined;

  constructor(shop: Workshop, presence: Presence, contacts: ContactNews) {
    this.#shop = shop;
    this.#presence = presence;
    this.#contacts = contacts;
  }

  get isConnected(): boolean {
    return this.#socket?.state === "connected";
  }

  get joinedRooms(): number {
    return this.#socket?.joinedRooms ?? 0;
  }

  get reconnects(): number {
    return this.#socket?.reconnects ?? 0;
  }

  on(listener: LiveListener): void {
    this.#on = listener;
  }

  attach(socket: AccountSocket): void {
    this.#socket = socket;
  }

  async close(): Promise<void> {
    await this.#socket?.close();
  }

  /** Hears a room that this agent has just opened, without waiting to be told of it. */
  join(roomId: string): void {
    this.#socket?.addRoom(roomId);
  }

  /** Hears who comes and goes in a room at work, as long as it has a place among {@link WatchedRooms}. */
  watch(roomId: string): void {
    const { isWatched, givesWay } = this.#watched.work(roomId, this.#shop.session.environment.monotonicMs());
    if (givesWay !== undefined) this.#socket?.unwatchParticipants(givesWay);
    if (isWatched) this.#socket?.watchParticipants(roomId);
  }

  connected(): void {
    this.polled.clear();
    for (const worker of this.#presence.workers.values()) worker.forgetNews();
    void this.#list();
    void this.#contacts.catchUp();
  }

  disconnected(reason: { readonly code: number | undefined; readonly text: string }): void {
    this.#shop.session.notify({ type: "disconnected", ...reason });
  }

  joined(roomId: string): void {
    this.polled.delete(roomId);
    const worker = this.#presence.workers.get(roomId);
    worker?.followNews();
    worker?.nudge();
  }

  refused(roomId: string, reason: string): void {
    this.#presence.workers.get(roomId)?.forgetNews();
    if (this.polled.size === 0)
      this.#shop.session.logger.warn(`Room ${roomId} has no channel (${reason}); it is read over REST`);
    if (reason === "too many channels joined") return this.#poll(roomId);
    void this.#checkPlace(roomId, reason);
  }

  ended(error: Error): void {
    this.#on.ended(error);
  }

  event(event: SocketEvent): void {
    const { presence, socket } = { presence: this.#presence, socket: this.#socket };
    if (socket === undefined) return;
    switch (event.type) {
      case "message_created":
        return this.#offer(event.roomId, event.message, socket);
      case "room_added":
        return void presence.added(event.roomId, socket);
      case "room_removed":
      case "room_deleted":
        return this.#removed(event.roomId);
      case "participant_added":
        return presence.workers.get(event.roomId)?.known?.people.add(event.participant);
      case "participant_removed":
        return presence.workers.get(event.roomId)?.left(event.participantId);
      case "control":
        return this.#control(event);
      case "malformed":
        return this.#nudge(event.roomId);
      case "contacts":
        return this.#contacts.heard(event.news);
      case "superseded":
        return; // the socket ends with it
      case "event_created":
      case "message_updated":
      case "message_deleted":
        return this.#noteUnknown(event.type); // told to people, never to agents
      case "unrecognised":
        return this.#noteUnknown(event.event);
      default:
        return event satisfies never;
    }
  }

  #offer(roomId: string, message: StoredItem, socket: AccountSocket): void {
    const worker = this.#presence.workers.get(roomId);
    if (worker?.closed === false) return worker.offer(message);
    void this.#presence.added(roomId, socket); // we left it because it could not be found; but we are told of a message
  }

  async #list(): Promise<void> {
    try {
      const rooms = await this.#presence.list(this.#socket);
      if (rooms !== undefined) this.#on.listed(rooms);
    } catch (error) {
      if (!this.#shop.ended.aborted) this.#on.ended(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #control(event: Extract<SocketEvent, { type: "control" }>): void {
    if (event.correlationId !== undefined) {
      if (this.#correlations.has(event.correlationId)) return;
      this.#correlations.add(event.correlationId);
      const [oldest] = this.#correlations;
      if (this.#correlations.size > correlationsKept && oldest !== undefined) this.#correlations.delete(oldest);
    }
    const { residents, workers } = this.#presence;
    for (const worker of event.mode === "play" ? residents : workers.values()) {
      if (event.roomId !== undefined && worker.id !== event.roomId) continue;
      if (event.mode === "play") worker.nudge();
      else worker.cut(event.mode);
    }
  }

  #nudge(roomId: string | undefined): void {
    if (roomId !== undefined) this.#presence.workers.get(roomId)?.nudge();
  }

  #removed(roomId: string): void {
    this.polled.delete(roomId);
    this.#watched.remove(roomId);
    this.#presence.removed(roomId, this.#socket);
  }

  #noteUnknown(name: string): void {
    if (this.#unknownEvents.has(name)) return;
    this.#unknownEvents.add(name);
    this.#shop.session.logger.debug(`The platform sends "${name}", which means nothing here`);
  }

  #poll(roomId: string): void {
    this.polled.add(roomId);
    this.#presence.workers.get(roomId)?.nudge();
  }

  /** A room whose channel is refused may no longer be ours; the platform's list is asked once. */
  async #checkPlace(roomId: string, reason: string): Promise<void> {
    const { session, ended } = this.#shop;
    try {
      await getRoom(session.client, { roomId }, { signal: ended });
      if (reason === "closed") this.#socket?.addRoom(roomId);
      else this.#poll(roomId);
    } catch (error) {
      if (error instanceof ApiError && (error.status === 404 || error.status === 403)) this.#removed(roomId);
      else this.#poll(roomId);
    }
  }
}
