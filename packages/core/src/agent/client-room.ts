import type { RoomBoard } from "../model/board.ts";
import type { Message } from "../model/message.ts";
import type { Participant } from "../model/participant.ts";
import type { RoomSummary } from "../model/room.ts";
import type { RoomItem } from "../model/room-event.ts";
import type { RoomTasks } from "../model/task.ts";
import { reportActivity } from "../rest/activity.ts";
import { boardOf } from "../rest/board.ts";
import type { RestClient } from "../rest/client.ts";
import { contextPages } from "../rest/context.ts";
import { claim, type MarkOutcome, markFailed, markProcessed } from "../rest/marks.ts";
import { listMessages, nextMessage, type StatusFilter } from "../rest/messages.ts";
import { addParticipant, listParticipants, removeParticipant } from "../rest/participants.ts";
import { getRoom, renameRoom } from "../rest/rooms.ts";
import { tasksOf } from "../rest/tasks.ts";
import { readableItem, readableMessage } from "../room/readable.ts";
import type { RoomVoice } from "../turn/turn.ts";
import { type OutsideRoom, outsideVoice } from "./outside-voice.ts";

/** One room through a {@link RoomClient}: a voice in it, and what the platform tells of it. */
export interface ClientRoom extends RoomVoice {
  /** The task list that everyone in the room shares. */
  readonly tasks: RoomTasks;
  /** What the room is for. */
  readonly board: RoomBoard;
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

/** A room of the agent behind a client, spoken in as `voice` says. */
export function clientRoom(client: RestClient, voice: OutsideRoom): ClientRoom {
  const { id: roomId } = voice;
  const people = () => listParticipants(client, { roomId });
  return {
    ...outsideVoice(voice),
    tasks: tasksOf(client, roomId),
    board: boardOf(client, roomId),
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
