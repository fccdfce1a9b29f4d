import { resolveConnection } from "../config/connection.ts";
import { systemEnvironment } from "../internal/environment.ts";
import type { Message } from "../model/message.ts";
import type { Identity, Participant, Peer } from "../model/participant.ts";
import type { RoomSummary } from "../model/room.ts";
import type { RoomItem } from "../model/room-event.ts";
import { reportActivity } from "../rest/activity.ts";
import { RestClient } from "../rest/client.ts";
import { contextPages } from "../rest/context.ts";
import { claim, type MarkOutcome, markFailed, markProcessed } from "../rest/marks.ts";
import { getMe } from "../rest/me.ts";
import { listMessages, nextMessage, type StatusFilter } from "../rest/messages.ts";
import { addParticipant, listParticipants, removeParticipant } from "../rest/participants.ts";
import { listPeers } from "../rest/peers.ts";
import { createRoom, getRoom, listRooms, renameRoom } from "../rest/rooms.ts";
import type { Session } from "../rest/session.ts";
import { KnownRoom } from "../room/known-room.ts";
import { readableItem, readableMessage } from "../room/readable.ts";
import type { RoomVoice } from "../turn/turn.ts";
import { checkClientOptions, loggerOf, type PlatformOptions, timingOf } from "./options.ts";
import { outsideVoice } from "./outside-voice.ts";

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
  /** One room by its id, a UUID. Asks nothing before it is used. */
  room(id: string): ClientRoom;
}

/** One room through a {@link RoomClient}: a voice in it, and what the platform tells of it. */
export interface ClientRoom extends RoomVoice {
  describe(): Promise<RoomSummary>;
  rename(title: string): Promise<RoomSummary>;
  participants(): Promise<readonly Participant[]>;
  addParticipant(participant: { readonly id: string; readonly role?: Participant["role"] }): Promise<Participant>;
  removeParticipant(participantId: string): Promise<Participant>;
  /** The whole room as this agent may see it, oldest first. */
  items(): AsyncIterable<RoomItem>;
  /** Messages that mention the agent, oldest first; without `status` those not processed. */
  messages(options?: { readonly status?: StatusFilter }): AsyncIterable<Message>;
  /** The oldest message that is not processed. */
  next(): Promise<Message | undefined>;
  claim(messageId: string): Promise<MarkOutcome>;
  markProcessed(messageId: string): Promise<MarkOutcome>;
  markFailed(messageId: string, error: string): Promise<MarkOutcome>;
  /** Shows people that the agent works, for about ten seconds, or no longer. */
  activity(working: boolean): Promise<void>;
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
  return {
    me: () => getMe(client),
    rooms: () => listRooms(client),
    createRoom: (input) => createRoom(client, input),
    peers: (about) => listPeers(client, about),
    room: (id) => clientRoom(client, id, { reach, toolPrefix: () => `${preset}_` }),
  };
}

function clientRoom(
  client: RestClient,
  roomId: string,
  session: { readonly reach: () => Promise<Session>; readonly toolPrefix: () => string },
): ClientRoom {
  const reach = async () => new KnownRoom(await session.reach(), { id: roomId, title: undefined });
  const people = () => listParticipants(client, { roomId });
  return {
    ...outsideVoice({ id: roomId, reach, toolPrefix: session.toolPrefix }),
    describe: () => getRoom(client, { roomId }),
    rename: (title) => renameRoom(client, { roomId, title }),
    participants: people,
    addParticipant: (participant) =>
      addParticipant(client, {
        roomId,
        participantId: participant.id,
        ...(participant.role === undefined ? {} : { role: participant.role }),
      }),
    removeParticipant: (participantId) => removeParticipant(client, { roomId, participantId }),
    async *items() {
      const here = await people();
      for await (const item of contextPages(client, { roomId })) {
        const readable = readableItem(item, here);
        if (readable !== undefined) yield readable;
      }
    },
    async *messages(about) {
      const here = await people();
      for await (const item of listMessages(client, { roomId, ...about })) yield readableMessage(item, here);
    },
    async next() {
      const item = await nextMessage(client, { roomId });
      return item === undefined ? undefined : readableMessage(item, await people());
    },
    claim: (messageId) => claim(client, { roomId, messageId }),
    markProcessed: (messageId) => markProcessed(client, { roomId, messageId }),
    markFailed: (messageId, error) => markFailed(client, { roomId, messageId, error }),
    activity: (working) => reportActivity(client, { roomId, working }),
  };
}
