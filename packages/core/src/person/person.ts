import type { ParticipantKind, Peer } from "../model/participant.ts";
import type { MyRoom, Profile } from "../model/profile.ts";
import { createMyRoom, getProfile, listMyPeers, listMyRooms, tellAgents } from "../rest/my-rooms.ts";
import type { SocketEvent } from "../wire/socket-event.ts";
import { Live, type RoomsListener } from "./live.ts";
import type { RoomsNews } from "./news.ts";
import { type PersonOptions, sessionOf } from "./options.ts";
import { Queue } from "./queue.ts";
import { type PersonRoom, personRoom } from "./room.ts";

/**
 * A person of the platform: sees everything in their rooms, and speaks there. For servers of pages, and for tests.
 *
 * Every call throws {@link ApiError} when the platform says no and {@link NetworkError} when it can't be had; reads are
 * repeated before that, posts never blindly. One connection serves all that is followed; it is opened with the first and
 * closed ten seconds after the last.
 */
export interface Person extends AsyncDisposable {
  profile(): Promise<Profile>;
  /** The rooms the person is in, newest first. */
  rooms(): AsyncIterable<MyRoom>;
  /** Opens a room with the person as its owner. Without a title the platform makes one up from the first message. */
  createRoom(input?: { readonly title?: string }): Promise<MyRoom>;
  /** Whom the person could bring into a room; with `notInRoom`, those who are not in that one. */
  peers(options?: { readonly notInRoom?: string; readonly kind?: ParticipantKind }): AsyncIterable<Peer>;
  /** One room by its id, a UUID. Asks nothing before it is used. */
  room(id: string): PersonRoom;
  /** Which rooms come and go, live, until `signal` aborts or the loop is left. After `connected`, list them. */
  follow(options?: { readonly signal?: AbortSignal }): AsyncIterable<RoomsNews>;
  /** Cancels what one of the person's own agents does now, in every room. */
  interrupt(agentId: string): Promise<void>;
  /** Stops one of the person's own agents in every room, until `play`. */
  stop(agentId: string): Promise<void>;
  play(agentId: string): Promise<void>;
  /** Ends the connection and all that is followed, which then throws. */
  close(): Promise<void>;
}

/** Makes a person. Asks nothing before it is used. Throws {@link ConfigError} when an option is missing or wrong. */
export function createPerson(options: PersonOptions): Person {
  const session = sessionOf(options);
  const { client } = session;
  const live = new Live(session);
  const accounted = new Set<string>();
  let self: Promise<string> | undefined;
  const selfId = () => {
    self ??= getProfile(client).then(
      ({ id }) => id,
      (error: unknown) => {
        self = undefined;
        throw error;
      },
    );
    return self;
  };
  const close = () => live.close();
  return {
    profile: () => getProfile(client),
    rooms: () => listMyRooms(client),
    createRoom: (input) => createMyRoom(client, input),
    peers: (about) => listMyPeers(client, about),
    room: (id) => personRoom(id, { session, live, selfId, accounted }),
    follow: ({ signal } = {}) => followRooms(live, signal),
    interrupt: (agentId) => tellAgents(client, "interrupt", { agentId }),
    stop: (agentId) => tellAgents(client, "stop", { agentId }),
    play: (agentId) => tellAgents(client, "play", { agentId }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function* followRooms(live: Live, signal: AbortSignal | undefined): AsyncGenerator<RoomsNews, void> {
  const queue = new Queue<RoomsNews>();
  const listener: RoomsListener = {
    connected: () => queue.add({ type: "connected" }),
    event(event: SocketEvent) {
      if (event.type === "room_added" || event.type === "room_removed")
        queue.add({ type: event.type, roomId: event.roomId });
    },
    ended: (error) => queue.fail(error),
  };
  const leave = live.hearRooms(listener);
  try {
    yield* queue.read(signal);
  } finally {
    leave();
  }
}
