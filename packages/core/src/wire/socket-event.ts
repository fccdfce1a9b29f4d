import * as z from "zod";
import type { ContactEvent } from "../model/contact.ts";
import type { Participant } from "../model/participant.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { parseContactEvent } from "./contact-event.ts";
import { idField, optionalText } from "./fields.ts";
import { parseStoredItem } from "./message.ts";
import { parseParticipant } from "./participant.ts";
import { parseTopic, roomOfTopic, type Topic } from "./topics.ts";

/**
 * News pushed to us over the socket.
 *
 * `malformed` is an event we know whose payload, or a frame whose form, can't be read: what it was about should be looked
 * up. `unrecognised` is an event we have no use for.
 */
export type SocketEvent =
  | { readonly type: "message_created"; readonly roomId: string; readonly message: StoredItem }
  /** People only: an agent's report, or a message that changed, as it does with each step of its delivery. */
  | { readonly type: "event_created" | "message_updated"; readonly roomId: string; readonly message: StoredItem }
  | { readonly type: "message_deleted"; readonly roomId: string; readonly messageId: string }
  | { readonly type: "room_added" | "room_removed" | "room_deleted"; readonly roomId: string }
  | { readonly type: "participant_added"; readonly roomId: string; readonly participant: Participant }
  | { readonly type: "participant_removed"; readonly roomId: string; readonly participantId: string }
  | {
      readonly type: "control";
      readonly mode: "interrupt" | "stop" | "play";
      /** Undefined: every room of the agent. */
      readonly roomId: string | undefined;
      /** Repeats of a signal carry the same one. */
      readonly correlationId: string | undefined;
    }
  | { readonly type: "contacts"; readonly news: ContactEvent }
  | { readonly type: "superseded"; readonly message: string }
  | { readonly type: "malformed"; readonly roomId: string | undefined; readonly event: string }
  | { readonly type: "unrecognised"; readonly topic: string; readonly event: string };

/** One frame from the server, as far as it concerns a topic. */
export interface TopicFrame {
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
}

const withId = z.looseObject({ id: idField });
const supersede = z.looseObject({ reason: optionalText, message: optionalText });
const control = z
  .looseObject({
    mode: z.enum(["interrupt", "stop", "play"]),
    scope: z.enum(["agent", "room"]),
    room_id: idField.nullish(),
    correlation_id: optionalText,
  })
  .refine(({ scope, room_id }) => scope === "agent" || typeof room_id === "string");

/**
 * Reads a frame by its topic and event name. Never throws: what can't be read is `malformed`, what isn't known `unrecognised`.
 * @see PROTOCOL.md, "socket events"
 */
export function parseSocketEvent(frame: TopicFrame): SocketEvent {
  const topic = parseTopic(frame.topic);
  try {
    return (topic && read(topic, frame)) ?? { type: "unrecognised", topic: frame.topic, event: frame.event };
  } catch {
    return { type: "malformed", roomId: roomOfTopic(frame.topic), event: frame.event };
  }
}

function read(topic: Topic, { event, payload }: TopicFrame): SocketEvent | undefined {
  switch (topic.kind) {
    case "chat_room":
      if (event === "message_deleted") return { type: event, roomId: topic.id, messageId: withId.parse(payload).id };
      if (event !== "message_created" && event !== "message_updated" && event !== "event_created") return undefined;
      return { type: event, roomId: topic.id, message: parseStoredItem(payload, { roomId: topic.id }) };
    case "room_participants":
      if (event === "room_deleted") return { type: event, roomId: topic.id };
      if (event === "participant_added")
        return { type: event, roomId: topic.id, participant: parseParticipant(payload) };
      if (event !== "participant_removed") return undefined;
      return { type: event, roomId: topic.id, participantId: withId.parse(payload).id };
    case "agent_rooms":
    case "user_rooms":
      if (event !== "room_added" && event !== "room_removed") return undefined;
      return { type: event, roomId: withId.parse(payload).id };
    case "agent_control":
      if (event === "agent.control") return readControl(payload);
      return event === "supersede" ? { type: "superseded", message: readSupersede(payload) } : undefined;
    case "agent_contacts": {
      const news = parseContactEvent(event, payload);
      return news === undefined ? undefined : { type: "contacts", news };
    }
    default:
      return topic.kind satisfies never;
  }
}

function readControl(payload: unknown): SocketEvent {
  const { mode, scope, room_id, correlation_id } = control.parse(payload);
  return {
    type: "control",
    mode,
    roomId: scope === "room" ? (room_id ?? undefined) : undefined,
    correlationId: correlation_id,
  };
}

/** Being superseded is obeyed whatever the payload looks like: two processes that kick each other are worse than one too few. */
function readSupersede(payload: unknown): string {
  const { message, reason } = supersede.safeParse(payload).data ?? {};
  return message || reason || "the platform gave no reason";
}
