import type { SocketError } from "../errors.ts";
import { getProfile } from "../rest/my-rooms.ts";
import { AccountSocket, type AccountSocketListener } from "../socket/socket.ts";
import type { SocketEvent } from "../wire/socket-event.ts";
import type { PersonSession } from "./session.ts";

/** Who hears of one room. */
export interface RoomListener {
  /** From here on the room is heard; what was said before must be read. Again after each gap. */
  joined(): void;
  /** The room can't be heard on this connection. */
  refused(reason: string): void;
  event(event: SocketEvent): void;
  ended(error: Error): void;
}

/** Who hears of the person's rooms as such. */
export interface RoomsListener {
  connected(): void;
  event(event: SocketEvent): void;
  ended(error: Error): void;
}

/**
 * A person's one connection, for however many follow however many rooms.
 *
 * closed → open with the first who listens → lingering when the last has left → closed after `lingerMs`, or open again. It
 * is kept up by {@link AccountSocket}; a refusal that no further try would change ends it for everyone who listens.
 */
export class Live implements AccountSocketListener {
  readonly #session: PersonSession;
  readonly #rooms = new Map<string, Set<RoomListener>>();
  readonly #listeners = new Set<RoomsListener>();
  readonly #joined = new Set<string>();
  #socket: AccountSocket | undefined;
  #opening: Promise<void> | undefined;
  #cancelLinger = () => {};
  #closed = false;

  constructor(session: PersonSession) {
    this.#session = session;
  }

  /** Hears a room until the answer is called. */
  hearRoom(roomId: string, listener: RoomListener): () => void {
    const listeners = this.#rooms.get(roomId) ?? new Set();
    this.#rooms.set(roomId, listeners.add(listener));
    if (listeners.size === 1) {
      this.#socket?.addRoom(roomId);
      this.#socket?.watchParticipants(roomId);
    } else if (this.#joined.has(roomId)) listener.joined();
    this.#open(listener);
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#rooms.delete(roomId);
      this.#joined.delete(roomId);
      this.#socket?.removeRoom(roomId);
      this.#linger();
    };
  }

  hearRooms(listener: RoomsListener): () => void {
    this.#listeners.add(listener);
    if (this.#socket?.state === "connected") listener.connected();
    this.#open(listener);
    return () => {
      if (this.#listeners.delete(listener)) this.#linger();
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelLinger();
    await this.#opening;
    await this.#socket?.close();
    this.#socket = undefined;
    this.#endAll(new Error("this person was closed"));
  }

  connected(): void {
    this.#joined.clear();
    this.#socket?.setRooms([...this.#rooms.keys()]);
    for (const roomId of this.#rooms.keys()) this.#socket?.watchParticipants(roomId);
    for (const listener of this.#listeners) listener.connected();
  }

  disconnected(): void {
    this.#joined.clear();
  }

  joined(roomId: string): void {
    this.#joined.add(roomId);
    for (const listener of this.#of(roomId)) listener.joined();
  }

  refused(roomId: string, reason: string): void {
    this.#joined.delete(roomId);
    for (const listener of this.#of(roomId)) listener.refused(reason);
  }

  event(event: SocketEvent): void {
    if (event.type === "room_added" || event.type === "room_removed")
      for (const listener of this.#listeners) listener.event(event);
    if ("roomId" in event && event.roomId !== undefined)
      for (const listener of this.#of(event.roomId)) listener.event(event);
  }

  ended(error: SocketError): void {
    this.#socket = undefined;
    this.#endAll(error);
  }

  #of(roomId: string): readonly RoomListener[] {
    return [...(this.#rooms.get(roomId) ?? [])];
  }

  #open(listener: { ended(error: Error): void }): void {
    this.#cancelLinger();
    if (this.#closed) return listener.ended(new Error("this person was closed"));
    if (this.#socket !== undefined) return;
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
  }

  async #connect(): Promise<void> {
    const { client, socketUrl, apiKey, environment, timing, logger } = this.#session;
    try {
      const [{ id }, WebSocket] = await Promise.all([getProfile(client), environment.loadWebSocket()]);
      if (this.#closed) return;
      const account = { kind: "user", id } as const;
      const options = { socketUrl, apiKey, account, WebSocket, environment, timing, logger };
      this.#socket = new AccountSocket(options, this);
      this.#socket.open();
    } catch (error) {
      this.#endAll(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #linger(): void {
    if (this.#rooms.size > 0 || this.#listeners.size > 0) return;
    const { environment, timing } = this.#session;
    this.#cancelLinger();
    this.#cancelLinger = environment.schedule(timing.lingerMs, () => {
      void this.#socket?.close();
      this.#socket = undefined;
    });
  }

  #endAll(error: Error): void {
    for (const roomId of [...this.#rooms.keys()]) for (const listener of this.#of(roomId)) listener.ended(error);
    for (const listener of [...this.#listeners]) listener.ended(error);
  }
}
