import type { Principal, World } from "../world/world.ts";

/** Who a kind of topic is for: one agent, one user, or whoever takes part in a room. */
type Audience = "Agent" | "User" | "participants";

const audiences = new Map<string, Audience>([
  ["agent_rooms", "Agent"],
  ["agent_contacts", "Agent"],
  ["agent_control", "Agent"],
  ["user_rooms", "User"],
  ["user_contacts", "User"],
  ["tasks", "User"],
  ["chat_room", "participants"],
  ["room_participants", "participants"],
  ["room_tasks", "participants"],
]);

/** A topic name taken apart: `chat_room:<room id>`, `agent_rooms:<agent id>` and their like. */
export interface Topic {
  /** As it is written. */
  readonly name: string;
  readonly kind: string;
  readonly audience: Audience;
  /** Of the account, or of the room. */
  readonly id: string;
}

/** Reads a topic name; undefined when no channel of the platform matches it. */
export function parseTopic(name: string): Topic | undefined {
  const colon = name.indexOf(":");
  const kind = name.slice(0, Math.max(colon, 0));
  const audience = audiences.get(kind);
  return audience && { name, kind, audience, id: name.slice(colon + 1) };
}

/** All topics of a room, by name. */
export function topicsOfRoom(roomId: string): readonly string[] {
  return ["chat_room", "room_participants", "room_tasks"].map((kind) => `${kind}:${roomId}`);
}

/** Whether a connection may join: an account its own topics, a participant those of its room. */
export function mayJoin(principal: Principal, topic: Topic, world: World): boolean {
  const { id } = accountOf(principal);
  if (topic.audience === "participants") return world.participants.isIn(topic.id, id);
  return topic.audience === principal.kind && topic.id === id;
}

/** Whether a topic is of a room that does not exist: in the `phoenix` profile anyone may join it. */
export function isOfNoRoom({ audience, id }: Topic, world: World): boolean {
  return audience === "participants" && !world.rooms.room(id);
}

/** The account behind a connection or a request. */
export function accountOf(principal: Principal): { readonly id: string; readonly handle: string } {
  return principal.kind === "Agent" ? principal.agent : principal.user;
}
