import { ApiError } from "../errors.ts";
import type { Participant } from "../model/participant.ts";
import type { SeenItem } from "../model/seen-item.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { listMyMessages } from "../rest/my-messages.ts";
import { listMyParticipants } from "../rest/my-rooms.ts";
import { readableItem } from "../room/readable.ts";
import type { SocketEvent } from "../wire/socket-event.ts";
import type { Live, RoomListener } from "./live.ts";
import type { RoomNews } from "./news.ts";
import { Queue } from "./queue.ts";
import type { PersonSession } from "./session.ts";

/** What is committed late can carry an earlier time than what was read before it; so much is read again. */
const overlapMs = 10_000;
const rememberedAtMost = 5_000;

export interface FollowOptions {
  /** How much of what was said before to begin with: so many of the newest items. Default 100. */
  readonly limit?: number;
  /** Begin with everything from this time on instead (ISO-8601), if that is more than `limit` items. For whoever was there before. */
  readonly from?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** A room as it is and as it goes on: see {@link RoomNews}. Every item comes, and again only when it changed. */
export function followRoom(
  session: PersonSession,
  live: Live,
  roomId: string,
  options: FollowOptions = {},
): AsyncIterable<RoomNews> {
  return {
    async *[Symbol.asyncIterator]() {
      using follower = new Follower(session, live, roomId, options);
      yield* follower.queue.read(options.signal);
    },
  };
}

/**
 * One reader of one room.
 *
 * The room is read at once, and again each time its topic is joined, from a little before the newest item known: what was
 * said while nobody listened is found there, since the platform replays nothing. What the socket brings during a read waits
 * for its end, so that time goes forwards. An item is told once for each state it is in, wherever it was heard of first.
 */
class Follower implements RoomListener, Disposable {
  readonly queue = new Queue<RoomNews>();
  readonly #session: PersonSession;
  readonly #roomId: string;
  readonly #options: FollowOptions;
  readonly #leave: () => void;
  /** When each item told last changed, by id; the oldest go first. */
  readonly #told = new Map<string, string>();
  readonly #ended = new AbortController();
  #participants: readonly Participant[] = [];
  /** The time of the newest item told, and of the oldest that is of interest; empty before the first read. */
  #newest = "";
  #oldest: string | undefined;
  #heard: SocketEvent[] = [];
  #reading = false;
  #readAgain = false;
  #cancelPoll = () => {};

  constructor(session: PersonSession, live: Live, roomId: string, options: FollowOptions) {
    this.#session = session;
    this.#roomId = roomId;
    this.#options = options;
    void this.#read();
    this.#leave = live.hearRoom(roomId, this);
  }

  [Symbol.dispose](): void {
    this.#ended.abort();
    this.#cancelPoll();
    this.#leave();
    this.queue.end();
  }

  joined(): void {
    this.#cancelPoll();
    void this.#read();
  }

  /** Without a topic the room is read now and then; a room that is gone shows by that. */
  refused(): void {
    void this.#read().then(() => this.#poll());
  }

  ended(error: Error): void {
    this.queue.fail(error);
  }

  event(event: SocketEvent): void {
    if (this.#reading) this.#heard.push(event);
    else this.#hear(event);
  }

  #poll(): void {
    const { environment, timing } = this.#session;
    this.#cancelPoll();
    if (this.#ended.signal.aborted || this.queue.ended) return;
    this.#cancelPoll = environment.schedule(timing.pollActiveMs, () => this.refused());
  }

  #hear(event: SocketEvent): void {
    switch (event.type) {
      case "message_created":
      case "message_updated":
      case "event_created":
        return this.#tell(event.message);
      case "message_deleted":
        this.#told.delete(event.messageId);
        return this.queue.add({ type: "deleted", id: event.messageId });
      case "participant_added":
        return this.#here([...this.#participants.filter(({ id }) => id !== event.participant.id), event.participant]);
      case "participant_removed":
        return this.#here(this.#participants.filter(({ id }) => id !== event.participantId));
      case "room_removed":
      case "room_deleted":
        return this.#gone();
      case "malformed":
        return void this.#read();
      default:
        return;
    }
  }

  /** Reads what may have been missed; asked for during a read, once more after it. */
  async #read(): Promise<void> {
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = true;
    try {
      do {
        this.#readAgain = false;
        await this.#readOnce();
      } while (this.#readAgain && !this.#ended.signal.aborted);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#reading = false;
      for (const event of this.#heard.splice(0)) this.#hear(event);
    }
  }

  async #readOnce(): Promise<void> {
    const { client } = this.#session;
    const { signal } = this.#ended;
    const participants = listMyParticipants(client, this.#roomId, { signal });
    const items = this.#readItems();
    [this.#participants] = await Promise.all([participants, items]);
    const { found, isWhole } = await items;
    const from = isWhole ? "" : (found.at(-1)?.insertedAt ?? "");
    this.#oldest ??= from;
    this.queue.add({ type: "participants", participants: this.#participants });
    this.queue.add({ type: "read", from, ids: found.map(({ id }) => id) });
    for (const item of found.toReversed()) this.#tell(item);
  }

  /** Newest first: `limit` items, and as many more as it takes to get back to a little before what is known. */
  async #readItems(): Promise<{ readonly found: readonly StoredItem[]; readonly isWhole: boolean }> {
    const { limit = 100, from } = this.#options;
    const known = this.#oldest === undefined ? (from ?? "") : this.#newest;
    const until = known === "" ? undefined : earlier(known, overlapMs);
    const found: StoredItem[] = [];
    for await (const item of listMyMessages(this.#session.client, this.#roomId, { signal: this.#ended.signal })) {
      // Not less than before either: what was read then may have changed, as texts do with each step of their delivery.
      if (found.length >= limit && (until === undefined || item.insertedAt < until)) return { found, isWhole: false };
      found.push(item);
    }
    return { found, isWhole: true };
  }

  #tell(item: StoredItem): void {
    if (item.insertedAt < (this.#oldest ?? "")) return; // a change of something from before this reader's time
    const state = item.updatedAt === "" ? JSON.stringify(item) : item.updatedAt;
    const known = this.#told.get(item.id);
    if (known !== undefined && (known === state || (item.updatedAt !== "" && known > state))) return;
    const seen = seenItem(item, this.#participants);
    if (seen === undefined) return;
    this.#told.delete(item.id);
    this.#told.set(item.id, state);
    const [oldest] = this.#told.keys();
    if (this.#told.size > rememberedAtMost && oldest !== undefined) this.#told.delete(oldest);
    if (item.insertedAt > this.#newest) this.#newest = item.insertedAt;
    this.queue.add({ type: "item", item: seen });
  }

  #here(participants: readonly Participant[]): void {
    this.#participants = participants;
    this.queue.add({ type: "participants", participants });
  }

  #gone(): void {
    this.queue.add({ type: "gone" });
    this.queue.end();
  }

  #failed(error: unknown): void {
    if (this.#ended.signal.aborted) return;
    if (this.#oldest === undefined) return this.queue.fail(error);
    if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return this.#gone();
    if (error instanceof ApiError && error.status === 401) return this.queue.fail(error);
    this.#poll(); // the connection may be fine and stay so: nothing else would read again
  }
}

/** A stored row as a person sees it; undefined for a kind of row that isn't for people. */
export function seenItem(item: StoredItem, people: readonly Participant[]): SeenItem | undefined {
  const readable = readableItem(item, people);
  return readable && { ...readable, deliveries: item.deliveries, updatedAt: item.updatedAt };
}

function earlier(time: string, byMs: number): string {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? "" : new Date(ms - byMs).toISOString();
}
