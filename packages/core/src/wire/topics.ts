const kinds = [
  "agent_control",
  "agent_rooms",
  "agent_contacts",
  "user_rooms",
  "chat_room",
  "room_participants",
] as const;

/** What a topic of the platform is about. */
export type TopicKind = (typeof kinds)[number];

/** A topic name taken apart: `chat_room:{room id}`. Those of an account carry its id, the two of a room the room's. */
export interface Topic {
  readonly kind: TopicKind;
  readonly id: string;
}

/**
 * The name of a topic as it goes over the wire. @see PROTOCOL.md, "topics"
 *
 * Joined rather than put into a template, which would make a rope of two strings: the Phoenix client compares the topic of
 * each frame with that of every channel, and a rope compares half as fast.
 */
export function topicName(topic: Topic): string {
  return [topic.kind, topic.id].join(":");
}

/** The parts of a topic name; undefined for one this package knows nothing about. */
export function parseTopic(name: string): Topic | undefined {
  const colon = name.indexOf(":");
  const kind = kinds.find((known) => known === name.slice(0, colon));
  const id = name.slice(colon + 1);
  return kind === undefined || id === "" ? undefined : { kind, id };
}

/** The room a topic belongs to; undefined for the topics of an account. */
export function roomOfTopic(name: string): string | undefined {
  const topic = parseTopic(name);
  return topic?.kind === "chat_room" || topic?.kind === "room_participants" ? topic.id : undefined;
}

const roomTopic = /(?:chat_room|room_participants):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i;

/** The room whose topic stands somewhere in a frame that could not be read. */
export function roomNamedIn(garbled: string): string | undefined {
  return roomTopic.exec(garbled)?.[1];
}
