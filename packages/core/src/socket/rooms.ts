import { Subscription, type SubscriptionListener, type SubscriptionOptions } from "./subscription.ts";

const mostJoinsInFlight = 32;
const noMoreTopics = "too many channels joined";

export type RoomsOptions = Omit<SubscriptionOptions, "closedIsFinal"> & {
  /** Rooms whose participants are to be watched as soon as they are joined. Read, never changed. */
  readonly watched: ReadonlySet<string>;
};

export interface RoomsEvents {
  joined(roomId: string): void;
  refused(roomId: string, reason: string): void;
  event(topic: string, event: string, payload: unknown): void;
  /** Something went wrong with a topic that nobody else is told about. */
  note(text: string): void;
}

/**
 * The topics of rooms on one connection: which are joined, which wait for their join, and in what order.
 *
 * At most 32 joins are in flight, because a server serves the joins of a socket one by one, and its heartbeats in the same
 * line. A server may also allow no more than 100 topics in all, so `room_participants` topics are joined only once no
 * `chat_room` topic is left to join, and give way to one that finds no place. When there is no place even then, the rooms
 * that are left are reported refused without asking for each.
 */
export class Rooms {
  readonly #options: SubscriptionOptions;
  readonly #watched: ReadonlySet<string>;
  readonly #events: RoomsEvents;
  readonly #roomListener: SubscriptionListener;
  readonly #participantsListener: SubscriptionListener;
  readonly #rooms = new Map<string, Subscription>();
  readonly #participants = new Map<string, Subscription>();
  /** Next first. May hold some that are no longer idle; those are skipped. */
  #roomQueue: Subscription[] = [];
  #participantsQueue: Subscription[] = [];
  readonly #roomsInFlight = new Set<Subscription>();
  readonly #participantsInFlight = new Set<Subscription>();
  #full = false;
  #starting = false;

  constructor(options: RoomsOptions, events: RoomsEvents) {
    const { join, environment, timing, watched } = options;
    this.#options = { join, environment, timing, closedIsFinal: true };
    this.#watched = watched;
    this.#events = events;
    this.#roomListener = this.#listener(this.#roomsInFlight, this.#ofRooms());
    this.#participantsListener = this.#listener(this.#participantsInFlight, this.#ofParticipants());
  }

  get joined(): number {
    let joined = 0;
    for (const room of this.#rooms.values()) if (room.state === "joined") joined += 1;
    return joined;
  }

  /** Joins these in this order and leaves all others. Those refused on this connection are not asked for again. */
  setRooms(roomIds: readonly string[]): void {
    const named = new Set(roomIds);
    for (const roomId of this.#rooms.keys()) if (!named.has(roomId)) this.#leave(roomId);
    this.#roomQueue = Array.from(named, (roomId) => this.#rooms.get(roomId) ?? this.#room(roomId));
    this.#startJoins();
  }

  /** Joins this room before all others that wait, also when it had been refused. */
  addRoom(roomId: string): void {
    const known = this.#rooms.get(roomId);
    if (known !== undefined && holdsPlace(known)) return;
    this.#leave(roomId);
    this.#roomQueue.unshift(this.#room(roomId));
    this.#startJoins();
  }

  removeRoom(roomId: string): void {
    this.#leave(roomId);
    this.#startJoins();
  }

  /** Joins the participants' topic once its room is joined and no room waits. */
  watchParticipants(roomId: string): void {
    if (this.#rooms.get(roomId)?.state !== "joined" || this.#participants.has(roomId)) return;
    this.#participantsQueue.push(this.#participantsOf(roomId));
    this.#startJoins();
  }

  unwatchParticipants(roomId: string): void {
    const subscription = this.#participants.get(roomId);
    if (subscription === undefined) return;
    this.#participants.delete(roomId);
    this.#participantsInFlight.delete(subscription);
    if (holdsPlace(subscription)) this.#full = false;
    subscription.leave();
    this.#startJoins();
  }

  /** Forgets everything without a word to the server: the connection is over. */
  stop(): void {
    for (const subscription of [...this.#rooms.values(), ...this.#participants.values()]) subscription.stop();
    this.#rooms.clear();
    this.#participants.clear();
    this.#roomQueue = [];
    this.#participantsQueue = [];
  }

  #room(roomId: string): Subscription {
    const room = new Subscription({ kind: "chat_room", id: roomId }, this.#options, this.#roomListener);
    this.#rooms.set(roomId, room);
    return room;
  }

  #participantsOf(roomId: string): Subscription {
    const topic = { kind: "room_participants", id: roomId } as const;
    const participants = new Subscription(topic, this.#options, this.#participantsListener);
    this.#participants.set(roomId, participants);
    return participants;
  }

  #ofRooms(): Omit<SubscriptionListener, "event"> {
    return {
      joined: ({ id }) => {
        this.#events.joined(id);
        if (this.#watched.has(id)) this.watchParticipants(id);
      },
      refused: ({ id }, reason) => {
        if (reason === noMoreTopics && this.#giveWay()) {
          this.addRoom(id);
          return;
        }
        this.unwatchParticipants(id);
        if (reason === noMoreTopics) this.#full = true;
        this.#events.refused(id, reason);
      },
      failed: ({ topic }, reason) => this.#events.note(`${topic}: ${reason}; it is joined again shortly`),
      due: (room) => this.#roomQueue.push(room),
    };
  }

  #ofParticipants(): Omit<SubscriptionListener, "event"> {
    return {
      joined() {},
      refused: ({ topic }, reason) =>
        this.#events.note(`${topic} was refused (${reason}): who comes and goes is not seen`),
      failed: ({ topic }, reason) => this.#events.note(`${topic}: ${reason}; it is joined again shortly`),
      due: (participants) => this.#participantsQueue.push(participants),
    };
  }

  /** Hears subscriptions of one kind: each gives back its place among the joins in flight before it is heard. */
  #listener(inFlight: Set<Subscription>, events: Omit<SubscriptionListener, "event">): SubscriptionListener {
    const settled = (subscription: Subscription, report: () => void) => {
      inFlight.delete(subscription);
      report();
      this.#startJoins();
    };
    return {
      joined: (subscription) => settled(subscription, () => events.joined(subscription)),
      refused: (subscription, reason) => settled(subscription, () => events.refused(subscription, reason)),
      failed: (subscription, reason) => settled(subscription, () => events.failed(subscription, reason)),
      due: (subscription) => settled(subscription, () => events.due(subscription)),
      event: ({ topic }, event, payload) => this.#events.event(topic, event, payload),
    };
  }

  #leave(roomId: string): void {
    const room = this.#rooms.get(roomId);
    if (room === undefined) return;
    this.#rooms.delete(roomId);
    this.#roomsInFlight.delete(room);
    if (holdsPlace(room)) this.#full = false;
    room.leave();
    this.unwatchParticipants(roomId);
  }

  /** Leaves every participants' topic that holds a place. False when there is none. */
  #giveWay(): boolean {
    const holders = [...this.#participants].filter(([, subscription]) => holdsPlace(subscription));
    for (const [roomId] of holders) this.unwatchParticipants(roomId);
    return holders.length > 0;
  }

  #startJoins(): void {
    if (this.#starting) return; // what is called below can lead back here; the loop is still going
    this.#starting = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      if (this.#full) {
        next.subscription.giveUp(noMoreTopics);
      } else {
        next.inFlight.add(next.subscription);
        next.subscription.start();
      }
    }
    this.#starting = false;
  }

  #next(): { subscription: Subscription; inFlight: Set<Subscription> } | undefined {
    if (this.#roomsInFlight.size + this.#participantsInFlight.size >= mostJoinsInFlight) return undefined;
    const room = takeIdle(this.#roomQueue);
    if (room !== undefined) return { subscription: room, inFlight: this.#roomsInFlight };
    if (this.#roomsInFlight.size > 0) return undefined;
    const participants = takeIdle(this.#participantsQueue);
    return participants && { subscription: participants, inFlight: this.#participantsInFlight };
  }
}

/** Whether the server counts this topic, or may by now. */
function holdsPlace(subscription: Subscription): boolean {
  return subscription.state === "joined" || subscription.state === "joining";
}

function takeIdle(queue: Subscription[]): Subscription | undefined {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) if (next.state === "idle") return next;
  return undefined;
}
