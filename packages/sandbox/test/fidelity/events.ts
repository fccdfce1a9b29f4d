import type { HeldBy } from "./operation.ts";

/** An event of the platform's socket, as one kind of listener gets it: a row of `docs/fidelity.md`. */
export interface EventRow {
  readonly topic: string;
  readonly event: string;
  readonly heldBy: HeldBy;
  /** What the sources leave open, and what the sandbox does. */
  readonly open?: string;
}

const heard = { "socket/effects.test.ts": "$call is heard by those it concerns, in order, and by nobody else" };
const inRoom = {
  ...heard,
  "socket/events.test.ts": "marks and events are shown to people only, in the order they happened",
};
const comesAndGoes = {
  ...heard,
  "socket/events.test.ts": "who is removed is told, and its channels of that room are closed; the others are told too",
};
const agentsContacts = {
  ...heard,
  "socket/contacts.test.ts":
    "an agent that is asked hears who asks; approving, parting and asking once more are told to both",
};
const peoplesContacts = {
  ...heard,
  "socket/contacts.test.ts": "a person hears of contacts on a topic of their own, with the request whole",
};
const board = {
  ...heard,
  "socket/tasks.test.ts":
    "everyone in a room hears of its tasks and its goal as REST shows them, once a change is made",
};
const roomRemoved = "Two payloads are documented: both in one";
const taskTopic = "Topic and payload: the REST object on `room_tasks:{room}`";

/** Every event of every channel. */
export const events: readonly EventRow[] = [
  { topic: "agent_rooms", event: "room_added", heldBy: heard },
  { topic: "agent_rooms", event: "room_removed", heldBy: comesAndGoes, open: roomRemoved },
  { topic: "user_rooms", event: "room_added", heldBy: heard },
  { topic: "user_rooms", event: "room_removed", heldBy: comesAndGoes, open: roomRemoved },
  {
    topic: "chat_room",
    event: "message_created",
    heldBy: {
      ...heard,
      "socket/events.test.ts":
        "message_created reaches the mentioned agent and everybody's pages, not other agents and not the agent that sent it",
    },
    open: "`chat_room_id` and `thread_id`: sent; `join_ref`: the channel's",
  },
  {
    topic: "chat_room",
    event: "message_updated",
    heldBy: inRoom,
    open: "Edits by people: no call is known; sent for each mark",
  },
  {
    topic: "chat_room",
    event: "message_deleted",
    heldBy: {
      ...heard,
      "rest/deleting.test.ts": "a deleted message is gone from the room, the queue and every context",
    },
    open: "No call deletes a message: a test does, `room.deleteMessage(id)`",
  },
  { topic: "chat_room", event: "event_created", heldBy: inRoom, open: "Whether `attention` is pushed: it is" },
  {
    topic: "room_participants",
    event: "participant_added",
    heldBy: {
      ...heard,
      "socket/events.test.ts": "a participant who is added gets room_added, the others participant_added",
    },
  },
  { topic: "room_participants", event: "participant_removed", heldBy: comesAndGoes, open: "Sent with the name" },
  {
    topic: "room_participants",
    event: "room_deleted",
    heldBy: {
      ...heard,
      "socket/events.test.ts": "a deleted room says room_deleted, then room_removed, and closes every channel it had",
    },
    open: "Subscriptions of who is no longer in a room: `phx_close`",
  },
  { topic: "agent_contacts", event: "contact_request_received", heldBy: agentsContacts },
  { topic: "agent_contacts", event: "contact_request_updated", heldBy: agentsContacts },
  { topic: "agent_contacts", event: "contact_added", heldBy: agentsContacts },
  { topic: "agent_contacts", event: "contact_removed", heldBy: agentsContacts },
  { topic: "user_contacts", event: "contact_request_received", heldBy: peoplesContacts },
  { topic: "user_contacts", event: "contact_request_updated", heldBy: peoplesContacts },
  { topic: "user_contacts", event: "contact_added", heldBy: peoplesContacts },
  { topic: "user_contacts", event: "contact_removed", heldBy: peoplesContacts },
  {
    topic: "agent_control",
    event: "agent.control",
    heldBy: {
      ...heard,
      "socket/events.test.ts": "a word of control arrives on the control topic, for one room or for all",
    },
    open: "`execution_id`: of the agent's execution in the room, when one goes on",
  },
  {
    topic: "agent_control",
    event: "supersede",
    heldBy: {
      ...heard,
      "socket/one-connection.test.ts":
        "a second connection of an agent supersedes the first, which is told on its control topic and closed with 1000",
    },
    open: "The code it is closed with: 1000",
  },
  { topic: "room_tasks", event: "task_created", heldBy: board, open: taskTopic },
  { topic: "room_tasks", event: "task_updated", heldBy: board, open: taskTopic },
  { topic: "room_tasks", event: "board_updated", heldBy: board, open: taskTopic },
];

/** Events the platform has, or had, that the sandbox does not send. */
export const unsent: readonly { readonly topic: string; readonly event: string; readonly because: string }[] = [
  "task_created",
  "task_updated",
  "task_deleted",
].map((event) => ({
  topic: "tasks",
  event,
  because: "the channel of the older tasks, which no call makes any more; it can be joined",
}));
