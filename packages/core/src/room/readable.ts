import type { Message } from "../model/message.ts";
import type { Participant } from "../model/participant.ts";
import type { RoomItem } from "../model/room-event.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { renderMentions } from "../wire/mention-text.ts";

/** A stored text as people read it, ids in it turned into handles by who is here and by its own mentions. */
export function readableMessage(item: StoredItem, people: readonly Participant[]): Message {
  return {
    kind: "message",
    id: item.id,
    roomId: item.roomId,
    text: renderMentions(item.content, [...item.mentions, ...people]),
    sender: senderOf(item, people),
    mentions: item.mentions
      .filter((mention) => mention.kind === "mention")
      .map((mention) => {
        const person = people.find((other) => other.id === mention.id);
        return { id: mention.id, handle: mention.handle ?? person?.handle, name: mention.name ?? person?.name };
      }),
    insertedAt: item.insertedAt,
  };
}

/** A stored row as an entry of history; undefined for a kind of row that isn't for agents. */
export function readableItem(item: StoredItem, people: readonly Participant[]): RoomItem | undefined {
  if (item.type === "text") return readableMessage(item, people);
  if (item.type === "other") return undefined;
  const { id, roomId, type, content, metadata, insertedAt } = item;
  return { kind: "event", id, roomId, type, content, metadata, sender: senderOf(item, people), insertedAt };
}

function senderOf(item: StoredItem, people: readonly Participant[]): Message["sender"] {
  const person = people.find((other) => other.id === item.senderId);
  return {
    id: item.senderId,
    kind: item.senderKind,
    name: item.senderName === "" ? (person?.name ?? "unknown") : item.senderName,
    handle: person?.handle,
  };
}
