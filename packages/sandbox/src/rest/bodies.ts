import type { AgentFilter } from "../world/accounts.ts";
import type { Execution } from "../world/executions.ts";
import type { Agent, Attempt, Delivery, Entity, Mention, Message, Participant, Room, User } from "../world/model.ts";
import type { ControlSignal } from "../world/news.ts";
import type { Peer } from "../world/peers.ts";

/** What the platform's JSON says of a message or event, over REST and in frames alike. */
export function messageBody(message: Message) {
  return {
    id: message.id,
    chat_room_id: message.roomId,
    thread_id: null,
    content: message.content,
    message_type: message.type,
    sender_id: message.sender.id,
    sender_type: message.sender.kind,
    sender_name: message.sender.name,
    metadata: message.type === "text" ? textMetadata(message) : message.metadata,
    inserted_at: message.insertedAt,
    updated_at: message.updatedAt,
  };
}

/** A room as agents are shown it, and as `room_added` carries it. */
export function roomBody(room: Room) {
  return {
    id: room.id,
    title: room.title,
    task_id: room.taskId,
    inserted_at: room.insertedAt,
    updated_at: room.updatedAt,
  };
}

/** A room as people are shown it. */
export function myRoomBody(room: Room) {
  return { ...roomBody(room), type: room.type, status: room.status, last_message_at: room.lastMessageAt };
}

export function participantBody({ entity, role, status }: Participant) {
  return { id: entity.id, type: entity.kind, name: entity.name, handle: entity.handle, role, status };
}

/** A participant as people are shown it: of agents a little more. */
export function myParticipantBody(participant: Participant) {
  const { entity } = participant;
  return {
    ...participantBody(participant),
    ...(entity.kind === "Agent" && { description: entity.description, is_external: entity.isExternal }),
  };
}

/** The agent to itself: `GET /agent/me`. */
export function agentBody(agent: Agent) {
  return {
    id: agent.id,
    name: agent.name,
    handle: agent.handle,
    description: agent.description,
    owner_uuid: agent.ownerId,
    listed_in_directory: agent.listedInDirectory,
    tags: agent.tags,
    inserted_at: agent.insertedAt,
    updated_at: agent.updatedAt,
  };
}

/** The agent to its owner: an entry of `GET /me/agents`. */
export function myAgentBody(agent: Agent) {
  return {
    id: agent.id,
    name: agent.name,
    description: agent.description,
    is_external: agent.isExternal,
    slug: agent.slug,
    model_type: null,
    tags: agent.tags,
    listed_in_directory: agent.listedInDirectory,
    registry_access: true,
    shared_with_organization: false,
    system_prompt_id: null,
    inserted_at: agent.insertedAt,
    updated_at: agent.updatedAt,
  };
}

export function profileBody(user: User) {
  return {
    id: user.id,
    email: user.email,
    handle: user.handle,
    first_name: user.firstName,
    last_name: user.lastName,
    role: "user",
    listed_in_directory: false,
  };
}

export function peerBody({ entity, isContact, source }: Peer) {
  return {
    id: entity.id,
    type: entity.kind,
    name: entity.name,
    handle: entity.handle,
    ...agentDetails(entity),
    is_contact: isContact,
    source,
  };
}

/** A person's word to an agent, as the call that gave it answers and as `agent.control` carries it. */
export function controlBody(control: ControlSignal) {
  return {
    mode: control.mode,
    scope: control.scope,
    agent_id: control.agentId,
    room_id: control.roomId,
    execution_id: control.executionId,
    type: null,
    reason: control.reason,
    correlation_id: control.correlationId,
  };
}

export function executionBody({ id, agentId, roomId, insertedAt, endedAt }: Execution) {
  return {
    id,
    agent_id: agentId,
    chat_room_id: roomId,
    status: endedAt === null ? "active" : "ended",
    inserted_at: insertedAt,
    ended_at: endedAt,
  };
}

/** What the sender of a text is told about those it was delivered to. */
export function recipientsOf(message: Message) {
  return message.mentions
    .filter(({ kind }) => kind === "mention")
    .map(({ id, handle, name }) => ({ id, handle, name }));
}

/** What a list of agents says about itself beside its page. */
export const agentListFeatures = {
  available_filters: [
    { param: "name", label: "Name", type: "string" },
    { param: "is_external", label: "External", type: "boolean" },
    { param: "listed_in_directory", label: "Listed", type: "boolean" },
  ],
  sortable_fields: [
    { param: "name", label: "Name" },
    { param: "inserted_at", label: "Created" },
    { param: "updated_at", label: "Updated" },
  ] satisfies readonly { param: AgentFilter["sortBy"]; label: string }[],
};

/** What is told of an agent beside who it is; of a person nothing. */
export function agentDetails(entity: Entity) {
  if (entity.kind === "User") return {};
  return {
    description: entity.description,
    is_external: entity.isExternal,
    listed_in_directory: entity.listedInDirectory,
    tags: entity.tags,
  };
}

function textMetadata(message: Message) {
  const deliveries = Object.entries(message.deliveries).map(([id, delivery]) => [id, deliveryBody(delivery)] as const);
  return {
    status: "sent",
    mentions: message.mentions.map(mentionBody),
    ...(deliveries.length > 0 && { delivery_status: Object.fromEntries(deliveries) }),
  };
}

function mentionBody({ id, handle, name, kind }: Mention) {
  return { id, ...(handle !== null && { handle }), name, ...(kind === "reference" && { kind }) };
}

function deliveryBody(delivery: Delivery) {
  return {
    status: delivery.status,
    ...(delivery.deliveredAt !== undefined && { delivered_at: delivery.deliveredAt }),
    ...(delivery.processedAt !== undefined && { processed_at: delivery.processedAt }),
    ...(delivery.currentAttempt !== undefined && { current_attempt: delivery.currentAttempt }),
    attempts: delivery.attempts.map(attemptBody),
  };
}

function attemptBody({ number, status, startedAt, completedAt, error }: Attempt) {
  return {
    attempt_number: number,
    status,
    started_at: startedAt,
    completed_at: completedAt,
    ...(error !== undefined && { error }),
  };
}
