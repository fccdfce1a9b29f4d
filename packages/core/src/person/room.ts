import type { SentMessage } from "../model/message.ts";
import type { Participant } from "../model/participant.ts";
import type { MyRoom } from "../model/profile.ts";
import type { SeenItem } from "../model/seen-item.ts";
import { listMyMessages } from "../rest/my-messages.ts";
import {
  addMyParticipant,
  deleteMyRoom,
  getMyRoom,
  listMyParticipants,
  removeMyParticipant,
  renameMyRoom,
  tellAgents,
} from "../rest/my-rooms.ts";
import { type FollowOptions, followRoom, seenItem } from "./follow.ts";
import type { Live } from "./live.ts";
import type { RoomNews } from "./news.ts";
import { type OutgoingText, say } from "./say.ts";
import type { PersonSession } from "./session.ts";

/** One room through a {@link Person}: what is said and done there, and a voice in it. */
export interface PersonRoom {
  readonly id: string;
  describe(): Promise<MyRoom>;
  /** 1–120 characters; for its owner. */
  rename(title: string): Promise<MyRoom>;
  /** Ends it for everyone; for its owner. */
  delete(): Promise<void>;
  participants(): Promise<readonly Participant[]>;
  addParticipant(participant: { readonly id: string; readonly role?: Participant["role"] }): Promise<Participant>;
  removeParticipant(participantId: string): Promise<Participant>;
  /**
   * Says something to at least one other in the room; ends when the room has it. Throws {@link MentionError} when a mention
   * names nobody, and {@link ApiError} or {@link NetworkError} when the room surely or probably has it not.
   */
  say(text: OutgoingText): Promise<SentMessage>;
  /** Everything said and reported there, newest first. */
  items(): AsyncIterable<SeenItem>;
  /**
   * The room as it is and as it goes on, live: no item is missed or told twice, whatever the connection does.
   *
   * Ends with `gone`, or when `signal` aborts, or by leaving the loop. Throws {@link ApiError} when the room can't be read at
   * first (404: the person is not in it) and {@link SocketError} when the key is refused.
   */
  follow(options?: FollowOptions): AsyncIterable<RoomNews>;
  /** Cancels what an agent does here now, of all agents without an id; what it was working on counts as done. */
  interrupt(agentId?: string): Promise<void>;
  /** Stops an agent in this room, or all of them, until `play`. */
  stop(agentId?: string): Promise<void>;
  play(agentId?: string): Promise<void>;
}

/** @internal */
export function personRoom(
  roomId: string,
  means: {
    readonly session: PersonSession;
    readonly live: Live;
    readonly selfId: () => Promise<string>;
    readonly accounted: Set<string>;
  },
): PersonRoom {
  const { session, live, accounted } = means;
  const { client } = session;
  const participants = () => listMyParticipants(client, roomId);
  return {
    id: roomId,
    describe: () => getMyRoom(client, roomId),
    rename: (title) => renameMyRoom(client, { roomId, title }),
    delete: () => deleteMyRoom(client, roomId),
    participants,
    addParticipant: ({ id, role }) => addMyParticipant(client, { roomId, participantId: id, role }),
    removeParticipant: (participantId) => removeMyParticipant(client, { roomId, participantId }),
    async say(text) {
      const [selfId, here] = await Promise.all([means.selfId(), participants()]);
      return say({ session, roomId, selfId, participants: here, accounted }, text);
    },
    async *items() {
      const here = await participants();
      for await (const item of listMyMessages(client, roomId)) {
        const seen = seenItem(item, here);
        if (seen !== undefined) yield seen;
      }
    },
    follow: (options) => followRoom(session, live, roomId, options),
    interrupt: (agentId) => tellAgents(client, "interrupt", { roomId, agentId }),
    stop: (agentId) => tellAgents(client, "stop", { roomId, agentId }),
    play: (agentId) => tellAgents(client, "play", { roomId, agentId }),
  };
}
