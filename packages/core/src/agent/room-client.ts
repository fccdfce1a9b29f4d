import { resolveConnection } from "../config/connection.ts";
import { systemEnvironment } from "../internal/environment.ts";
import type { Contacts } from "../model/contact.ts";
import type { Memories } from "../model/memory.ts";
import type { Identity, Peer } from "../model/participant.ts";
import type { RoomSummary } from "../model/room.ts";
import { RestClient } from "../rest/client.ts";
import { contactsOf } from "../rest/contacts.ts";
import { getMe } from "../rest/me.ts";
import { memoriesOf } from "../rest/memories.ts";
import { listPeers } from "../rest/peers.ts";
import { createRoom, listRooms } from "../rest/rooms.ts";
import type { Session } from "../rest/session.ts";
import { KnownRoom } from "../room/known-room.ts";
import { type ClientRoom, clientRoom } from "./client-room.ts";
import { checkClientOptions, loggerOf, type PlatformOptions, timingOf } from "./options.ts";
import type { OutsideRoom } from "./outside-voice.ts";

/**
 * The platform's Agent API, typed, for code that acts as an agent without being woken by messages: scripts, webhooks.
 *
 * Every call throws {@link ApiError} when the platform says no and {@link NetworkError} when it can't be had; reads are
 * repeated before that, posts never blindly.
 */
export interface RoomClient {
  /** Who the key belongs to. */
  me(): Promise<Identity>;
  /** Every room the agent is in. */
  rooms(): Promise<readonly RoomSummary[]>;
  /** Opens a room with the agent as its owner. */
  createRoom(input?: { readonly title?: string }): Promise<RoomSummary>;
  /** Who could be added to a room; with `notInRoom`, those who are not in that one. */
  peers(options?: { readonly notInRoom?: string }): AsyncIterable<Peer>;
  /** Whom the agent reaches across owners, and who asks to be reached. */
  readonly contacts: Contacts;
  /** What the agent has kept. */
  readonly memories: Memories;
  /** One room by its id, a UUID. Asks nothing before it is used. */
  room(id: string): ClientRoom;
}

/** Makes a client. Asks nothing before it is used. Throws {@link ConfigError} when a setting is missing or wrong. */
export function createRoomClient(options: PlatformOptions = {}): RoomClient {
  checkClientOptions(options);
  const { restUrl, apiKey, preset } = resolveConnection(options, process.env);
  const tools = { environment: systemEnvironment, timing: timingOf(options), logger: loggerOf(options) };
  const client = new RestClient({ baseUrl: restUrl, apiKey, ...tools });
  let session: Promise<Session> | undefined;
  const reach = () => {
    session ??= getMe(client).then(
      (identity) => ({ identity, client, ...tools, toolPrefix: `${preset}_`, notify() {} }),
      (error: unknown) => {
        session = undefined;
        throw error;
      },
    );
    return session;
  };
  const toolPrefix = () => `${preset}_`;
  return roomClientOf(client, (id) => ({
    environment: tools.environment,
    id,
    reach: async () => new KnownRoom(await reach(), { id, title: undefined }),
    toolPrefix,
  }));
}

/** The Agent API through a client that there is already; `voiceIn` says how its rooms are spoken in. */
export function roomClientOf(client: RestClient, voiceIn: (roomId: string) => OutsideRoom): RoomClient {
  return {
    me: () => getMe(client),
    rooms: () => listRooms(client),
    createRoom: (input) => createRoom(client, input),
    peers: (about) => listPeers(client, about),
    contacts: contactsOf(client),
    memories: memoriesOf(client),
    room: (id) => clientRoom(client, voiceIn(id)),
  };
}
