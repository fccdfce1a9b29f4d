import type { Agent, Board, Contact, ContactRequest, Entity, Message, Participant, Room, Task } from "./model.ts";

/**
 * What a change of the world caused, told after the change is committed, in the order it happened.
 *
 * The socket turns news into frames and decides who may see them; the world knows nothing of sockets.
 */
export type News =
  | { readonly type: "room_added"; readonly to: Entity; readonly room: Room }
  | { readonly type: "room_removed"; readonly from: Entity; readonly room: Room; readonly removedAt: string }
  | { readonly type: "room_deleted"; readonly roomId: string }
  | { readonly type: "participant_added"; readonly roomId: string; readonly participant: Participant }
  | { readonly type: "participant_removed"; readonly roomId: string; readonly participant: Participant }
  | { readonly type: "message_created"; readonly message: Message }
  | { readonly type: "message_updated"; readonly message: Message }
  | { readonly type: "message_deleted"; readonly roomId: string; readonly messageId: string }
  | { readonly type: "event_created"; readonly message: Message }
  | { readonly type: "agent_activity"; readonly roomId: string; readonly agentId: string; readonly working: boolean }
  | { readonly type: "contact_request_received"; readonly request: ContactRequest }
  | { readonly type: "contact_request_updated"; readonly request: ContactRequest }
  | { readonly type: "contact_added"; readonly contact: Contact }
  | { readonly type: "contact_removed"; readonly contact: Contact }
  | { readonly type: "task_created"; readonly task: Task }
  | { readonly type: "task_updated"; readonly task: Task }
  | { readonly type: "board_updated"; readonly board: Board }
  | { readonly type: "agent_control"; readonly control: ControlSignal }
  | { readonly type: "agent_deleted"; readonly agent: Agent };

/** A person's word to an agent: cancel what runs, stop working, or go on. In one room, or in all when `roomId` is null. */
export interface ControlSignal {
  readonly mode: "interrupt" | "stop" | "play";
  readonly scope: "agent" | "room";
  readonly agentId: string;
  readonly roomId: string | null;
  readonly executionId: string | null;
  readonly reason: string | null;
  readonly correlationId: string;
}
