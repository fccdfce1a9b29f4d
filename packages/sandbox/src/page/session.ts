import { type Block, Timeline } from "./model/timeline.ts";
import { type ControlMode, HumanApi } from "./platform/human-api.ts";
import { Live, type Topic } from "./platform/live.ts";
import { RequestError } from "./platform/request.ts";
import { type Account, readStopped } from "./platform/sandbox-api.ts";
import { type Participant, type Room, type Row, wire } from "./platform/wire.ts";

/** Who is in a room and what they do; the same object until that changes. */
export interface RoomPeople {
  readonly participants: readonly Participant[];
  /** Agents that said they are at work a moment ago, by id. */
  readonly working: ReadonlySet<string>;
  /** Agents that were told to stop here, by id. */
  readonly stopped: ReadonlySet<string>;
}

/** A room as the page shows it; every change makes a new one. */
export interface RoomView {
  readonly id: string;
  readonly title: string;
  readonly insertedAt: string;
  readonly people: RoomPeople;
  readonly blocks: readonly Block[];
  readonly waiting: number;
  /** When something was last said or reported. */
  readonly lastAt: string;
  readonly isRead: boolean;
  readonly hasEarlier: boolean;
}

/** Everything a person at the page sees. */
export interface View {
  readonly state: "connecting" | "live" | "lost";
  readonly rooms: ReadonlyMap<string, RoomView>;
  readonly peers: readonly Participant[];
}

interface OpenRoom {
  readonly timeline: Timeline;
  readonly topics: readonly Topic[];
  readonly workingUntil: Map<string, ReturnType<typeof setTimeout>>;
  earlier: string | undefined;
}

/** An agent that is at work says so every few seconds; one that fell silent is no longer shown. */
const activityLastsMs = 10_000;

/**
 * One person at the page: their rooms, kept live.
 *
 * The socket brings news; after each join, first or repeated, the latest is read over REST, back to what is known already.
 * Ends with `close()`.
 */
export class Session {
  readonly me: Account;
  readonly api: HumanApi;
  readonly #live: Live;
  readonly #rooms = new Map<string, OpenRoom>();
  readonly #listeners = new Set<() => void>();
  #view: View = { state: "connecting", rooms: new Map(), peers: [] };
  #telling = false;
  #closed = false;

  constructor(me: Account) {
    this.me = me;
    this.api = new HumanApi(me.apiKey);
    this.#live = new Live(me.apiKey, (state) => this.#change({ state }));
    this.#live.join(`user_rooms:${me.id}`, {
      joined: () => this.#read(() => this.#readRooms()),
      events: {
        room_added: (payload) => this.#openRoom(wire.room.parse(payload)),
        room_removed: (payload) => this.#closeRoom(wire.withId.parse(payload).id),
      },
    });
    this.#read(() => this.readPeers());
  }

  get view(): View {
    return this.#view;
  }

  /** Calls back, soon, after changes. The result ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    this.#live.close();
  }

  async readPeers(): Promise<void> {
    this.#change({ peers: await this.api.peers() });
  }

  /** Opens a room and brings people in. Answers its id. */
  async createRoom(title: string, people: readonly string[]): Promise<string> {
    const room = await this.api.createRoom(title);
    this.#openRoom(room);
    for (const id of people) await this.api.addParticipant(room.id, id);
    return room.id;
  }

  /** Stops an agent in a room, lets it go on, or cancels what it does right now. */
  async control(roomId: string, agentId: string, mode: ControlMode): Promise<void> {
    await this.api.control(roomId, agentId, mode);
    await this.#readParticipants(roomId);
  }

  /** Reads a hundred entries that came before the earliest one shown. */
  async readEarlier(roomId: string): Promise<void> {
    const room = this.#rooms.get(roomId);
    if (room?.earlier === undefined) return;
    const { rows, earlier } = await this.api.rows(roomId, room.earlier);
    for (const row of rows) room.timeline.add(row);
    room.earlier = earlier;
    this.#show(roomId, {});
  }

  async #readRooms(): Promise<void> {
    const rooms = await this.api.rooms();
    const there = new Set(rooms.map(({ id }) => id));
    for (const id of this.#rooms.keys()) if (!there.has(id)) this.#closeRoom(id);
    for (const room of rooms) this.#openRoom(room);
  }

  #openRoom(room: Room): void {
    const title = room.title ?? "New chat";
    if (this.#rooms.has(room.id)) return this.#show(room.id, { title });
    const { id } = room;
    const topics = [this.#joinTimeline(id), this.#joinParticipants(id)];
    this.#rooms.set(id, { timeline: new Timeline(), topics, workingUntil: new Map(), earlier: undefined });
    const rooms = new Map(this.#view.rooms).set(id, {
      id,
      title,
      insertedAt: room.inserted_at,
      people: { participants: [], working: new Set(), stopped: new Set() },
      blocks: [],
      waiting: 0,
      lastAt: room.inserted_at,
      isRead: false,
      hasEarlier: false,
    });
    this.#change({ rooms });
  }

  #closeRoom(id: string): void {
    for (const topic of this.#rooms.get(id)?.topics ?? []) topic.leave();
    this.#rooms.delete(id);
    const rooms = new Map(this.#view.rooms);
    rooms.delete(id);
    this.#change({ rooms });
  }

  #joinTimeline(id: string): Topic {
    const hear = (payload: unknown): void => this.#take(id, wire.row.parse(payload));
    return this.#live.join(`chat_room:${id}`, {
      joined: () => this.#read(() => this.#readLatest(id)),
      events: {
        message_created: hear,
        message_updated: hear,
        event_created: hear,
        message_deleted: (payload) => {
          this.#rooms.get(id)?.timeline.remove(wire.withId.parse(payload).id);
          this.#show(id, {});
        },
        agent_activity: (payload) => {
          const { agent_id: agentId, working } = wire.activity.parse(payload);
          this.#hearActivity(id, agentId, working);
        },
      },
    });
  }

  #joinParticipants(id: string): Topic {
    const read = (): void => this.#read(() => this.#readParticipants(id));
    return this.#live.join(`room_participants:${id}`, {
      joined: read,
      events: { participant_added: read, participant_removed: read, room_deleted: () => this.#closeRoom(id) },
    });
  }

  async #readParticipants(id: string): Promise<void> {
    const [participants, stopped] = await Promise.all([this.api.participants(id), readStopped(id)]);
    const stoppedHere = participants.filter(({ handle }) => stopped.some((each) => each === handle));
    this.#showPeople(id, { participants, stopped: new Set(stoppedHere.map((each) => each.id)) });
  }

  /** The newest rows, and further back until one was known before: nothing said while the connection was lost is missed. */
  async #readLatest(id: string): Promise<void> {
    const room = this.#rooms.get(id);
    if (!room) return;
    const isFirst = room.timeline.blocks.length === 0;
    let cursor: string | undefined;
    for (;;) {
      const { rows, earlier } = await this.api.rows(id, cursor);
      const fresh = rows.filter((row) => room.timeline.add(row));
      if (isFirst) room.earlier = earlier;
      cursor = earlier;
      if (isFirst || cursor === undefined || fresh.length < rows.length) break;
    }
    this.#show(id, { isRead: true });
  }

  #take(id: string, row: Row): void {
    this.#rooms.get(id)?.timeline.add(row);
    if (row.type === "text" && row.sender.kind === "User") this.#read(() => this.#readTitle(id));
    this.#show(id, {});
  }

  /** A first text names a room that had no name, and no frame tells. */
  async #readTitle(id: string): Promise<void> {
    if (this.#view.rooms.get(id)?.title !== "New chat") return;
    const renamed = (await this.api.rooms()).find((room) => room.id === id);
    if (renamed?.title) this.#show(id, { title: renamed.title });
  }

  #hearActivity(roomId: string, agentId: string, isWorking: boolean): void {
    const room = this.#rooms.get(roomId);
    if (!room) return;
    clearTimeout(room.workingUntil.get(agentId));
    if (isWorking) {
      room.workingUntil.set(
        agentId,
        setTimeout(() => this.#hearActivity(roomId, agentId, false), activityLastsMs),
      );
    } else room.workingUntil.delete(agentId);
    this.#showPeople(roomId, { working: new Set(room.workingUntil.keys()) });
  }

  #showPeople(id: string, change: Partial<RoomPeople>): void {
    const room = this.#view.rooms.get(id);
    if (room) this.#show(id, { people: { ...room.people, ...change } });
  }

  #show(id: string, change: Partial<RoomView>): void {
    const room = this.#rooms.get(id);
    const view = this.#view.rooms.get(id);
    if (!room || !view) return;
    const { blocks, waiting } = room.timeline;
    const lastAt = blocks.at(-1)?.at(-1)?.at ?? view.lastAt;
    const shown = { ...view, ...change, blocks, waiting, lastAt, hasEarlier: room.earlier !== undefined };
    this.#change({ rooms: new Map(this.#view.rooms).set(id, shown) });
  }

  /** Many changes that come at once are shown once, in the next frame. */
  #change(change: Partial<View>): void {
    this.#view = { ...this.#view, ...change };
    if (this.#telling || this.#closed) return;
    this.#telling = true;
    requestAnimationFrame(() => {
      this.#telling = false;
      for (const listener of this.#listeners) listener();
    });
  }

  /** Reads until it succeeds, ever more slowly; what the platform says is not there is not asked for again. */
  #read(read: () => Promise<void>, afterMs = 500): void {
    read().catch((error: unknown) => {
      if (this.#closed || (error instanceof RequestError && (error.status === 404 || error.status === 401))) return;
      setTimeout(() => this.#read(read, Math.min(afterMs * 2, 8_000)), afterMs);
    });
  }
}
