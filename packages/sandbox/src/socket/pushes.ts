import { boardBody, taskBody } from "../rest/board-bodies.ts";
import { controlBody, messageBody } from "../rest/bodies.ts";
import type { Entity, Message, Participant, Room } from "../world/model.ts";
import type { News } from "../world/news.ts";
import type { Principal } from "../world/world.ts";
import { contactAdded, contactRemoved, contactRequestReceived, contactRequestUpdated } from "./contact-pushes.ts";
import { accountOf } from "./topic.ts";

/** An event for everyone who joined a topic and may see it. */
export interface Push {
  readonly topic: string;
  readonly event: string;
  readonly payload: object;
  readonly isFor: (principal: Principal) => boolean;
}

const everyone = (): boolean => true;
const people = (principal: Principal): boolean => principal.kind === "User";

/** The frames a piece of news becomes, in order, and who may see each. */
export function pushesOf(news: News): readonly Push[] {
  switch (news.type) {
    case "room_added":
      return [{ topic: roomsTopic(news.to), event: "room_added", payload: roomAdded(news.room), isFor: everyone }];
    case "room_removed": {
      const payload = roomRemoved(news.room, news.removedAt);
      return [{ topic: roomsTopic(news.from), event: "room_removed", payload, isFor: everyone }];
    }
    case "room_deleted": {
      const topic = `room_participants:${news.roomId}`;
      return [{ topic, event: "room_deleted", payload: { id: news.roomId }, isFor: everyone }];
    }
    case "participant_added": {
      const topic = `room_participants:${news.roomId}`;
      return [{ topic, event: "participant_added", payload: participantAdded(news.participant), isFor: everyone }];
    }
    case "participant_removed": {
      const topic = `room_participants:${news.roomId}`;
      return [{ topic, event: "participant_removed", payload: participantRemoved(news.participant), isFor: everyone }];
    }
    case "message_created":
      return [{ ...inRoom(news.message, "message_created"), isFor: (principal) => hears(principal, news.message) }];
    case "message_updated":
    case "event_created":
      return [{ ...inRoom(news.message, news.type), isFor: people }];
    case "message_deleted": {
      const topic = `chat_room:${news.roomId}`;
      return [{ topic, event: "message_deleted", payload: { id: news.messageId }, isFor: people }];
    }
    case "agent_activity": {
      // The platform's own frame for this is unknown; people see it, agents never do.
      const { agentId, working } = news;
      const topic = `chat_room:${news.roomId}`;
      return [{ topic, event: "agent_activity", payload: { agent_id: agentId, working }, isFor: people }];
    }
    case "task_created":
    case "task_updated": {
      const topic = `room_tasks:${news.task.roomId}`;
      return [{ topic, event: news.type, payload: taskBody(news.task), isFor: everyone }];
    }
    case "board_updated": {
      const topic = `room_tasks:${news.board.roomId}`;
      return [{ topic, event: "board_updated", payload: boardBody(news.board), isFor: everyone }];
    }
    case "contact_request_received":
      return [contactRequestReceived(news.request)];
    case "contact_request_updated":
      return contactRequestUpdated(news.request);
    case "contact_added":
      return [contactAdded(news.contact)];
    case "contact_removed":
      return [contactRemoved(news.contact)];
    case "agent_control":
      return [
        {
          topic: `agent_control:${news.control.agentId}`,
          event: "agent.control",
          payload: controlBody(news.control),
          isFor: everyone,
        },
      ];
    case "agent_deleted":
      return [];
    default:
      return news satisfies never;
  }
}

/** People hear every text of their room, their own too; agents those that mention them, which their own can't. */
function hears(principal: Principal, message: Message): boolean {
  if (principal.kind === "User") return true;
  const { id } = accountOf(principal);
  return message.mentions.some((mention) => mention.id === id && mention.kind === "mention");
}

function inRoom(message: Message, event: string): Omit<Push, "isFor"> {
  const body = messageBody(message);
  const payload = { ...body, metadata: body.metadata ?? {} }; // where REST says null, frames carry an empty object
  return { topic: `chat_room:${message.roomId}`, event, payload };
}

function roomsTopic(entity: Entity): string {
  return `${entity.kind === "Agent" ? "agent_rooms" : "user_rooms"}:${entity.id}`;
}

/** Frames always carry a title, where REST may say null. */
function roomAdded(room: Room): object {
  return {
    id: room.id,
    title: room.title ?? "New chat",
    task_id: room.taskId,
    inserted_at: room.insertedAt,
    updated_at: room.updatedAt,
  };
}

/** Both published shapes in one, because strict readers of either exist. */
function roomRemoved(room: Room, removedAt: string): object {
  return { ...roomAdded(room), status: "removed", type: room.type, removed_at: removedAt };
}

function participantAdded({ entity, role, status }: Participant): object {
  const { id, kind, name, handle } = entity;
  const ofAgent = entity.kind === "Agent" && { description: entity.description, is_external: entity.isExternal };
  return { id, type: kind, name, ...ofAgent, handle, role, status };
}

function participantRemoved({ entity }: Participant): object {
  return { id: entity.id, type: entity.kind, name: entity.name };
}
