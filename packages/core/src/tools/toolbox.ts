import type { RoomBoard } from "../model/board.ts";
import type { Contacts } from "../model/contact.ts";
import type { Memories } from "../model/memory.ts";
import type { SentMessage } from "../model/message.ts";
import type { Identity, Participant, Peer } from "../model/participant.ts";
import type { RoomSummary } from "../model/room.ts";
import type { RoomEventInput } from "../model/room-event.ts";
import type { RoomTasks } from "../model/task.ts";
import type { Answer, AskOptions } from "./answer.ts";

/** What the tools of one room work with. */
export interface Toolbox {
  identity(): Promise<Identity>;
  send(message: { readonly content: string; readonly mentions: readonly string[] }): Promise<SentMessage>;
  /** Throws {@link TurnClosedError} when the turn is over, as everything here that changes something. */
  report(event: RoomEventInput): void;
  /** Who is in the room, asked of the platform when that is not known for sure. */
  participants(): Promise<readonly Participant[]>;
  /** Someone in the room, by handle, name or id. Throws {@link MentionError} that names the near ones. */
  findParticipant(who: string): Promise<Participant>;
  /** Someone in the room or who could be, by handle, name or id. Throws {@link MentionError} that names the near ones. */
  findPeer(who: string): Promise<FoundPeer>;
  add(participant: { readonly id: string; readonly role?: Participant["role"] }): Promise<Participant>;
  remove(participantId: string): Promise<Participant>;
  /** Who could be brought into the room and is not there. */
  peers(): AsyncIterable<Peer>;
  createRoom(input: { readonly title?: string }): Promise<RoomSummary>;
  /** Whom the agent reaches across owners. */
  contacts(): Promise<Contacts>;
  /** What the agent has kept. */
  memories(): Promise<Memories>;
  /** What the room wants to get done, and what for. */
  tasks(): Promise<RoomTasks>;
  board(): Promise<RoomBoard>;
  /** Asks someone and waits for the answer; undefined outside of a turn. */
  readonly ask: ((who: string, question: string, options?: AskOptions) => Promise<Answer>) | undefined;
  /** Ends the turn without a text; undefined outside of a turn. */
  readonly staySilent: (() => void) | undefined;
}

/** Someone by whom a name was meant, and whether they are in the room already. */
export interface FoundPeer {
  readonly id: string;
  readonly kind: Participant["kind"];
  readonly name: string;
  readonly handle: string | undefined;
  readonly description: string | undefined;
  readonly isHere: boolean;
}
