import { ask, inTurn, type Operation } from "../operation.ts";

const chat = "/agent/chats/ROOM";
const tasks = `${chat}/tasks`;
const create = ask("weather", `POST ${tasks}`, { subject: "Choose the place" });

/** A room's tasks and its goal. */
export const agentBoard: readonly Operation[] = [
  {
    id: "listChatTasks",
    call: "GET /agent/chats/{chat_id}/tasks",
    answers: {
      "200": ask("weather", `GET ${tasks}`),
      "404 not_found": ask("ledger", `GET ${tasks}`),
      "422 validation_error": ask("weather", `GET ${tasks}?state=done`),
    },
    heldBy: { "rest/tasks.test.ts": "the list %j holds %j, by number" },
  },
  {
    id: "createChatTask",
    call: "POST /agent/chats/{chat_id}/tasks",
    answers: {
      "201": create,
      "404 not_found": ask("ledger", `POST ${tasks}`, { subject: "Choose the place" }),
      "422 validation_error": ask("weather", `POST ${tasks}`, {}),
    },
    heldBy: {
      "rest/tasks.test.ts": "a new task has a number of its room, nobody on it, and is pending",
      "socket/tasks.test.ts":
        "everyone in a room hears of its tasks and its goal as REST shows them, once a change is made",
    },
    open: "`supersedes_id`: text, also when it is a number; not an active task of the room is a 422. A subject may be of any length, and not blank",
  },
  {
    id: "getChatTask",
    call: "GET /agent/chats/{chat_id}/tasks/{id}",
    answers: {
      "200": inTurn(create, ask("weather", `GET ${tasks}/1`)),
      "404 not_found": ask("weather", `GET ${tasks}/1`),
    },
    heldBy: { "rest/tasks.test.ts": "a task is read by id and by number, whatever its state" },
  },
  {
    id: "updateChatTask",
    call: "POST /agent/chats/{chat_id}/tasks/{id}",
    answers: {
      "200": inTurn(create, ask("weather", `POST ${tasks}/1`, { status: "in_progress" })),
      "404 not_found": ask("weather", `POST ${tasks}/1`, { status: "in_progress" }),
      "422 validation_error": inTurn(create, ask("weather", `POST ${tasks}/1`, {})),
    },
    heldBy: {
      "rest/tasks.test.ts":
        "the first status makes an agent an assignee; each has a status of its own, and all make the task's",
    },
    open: "Statuses that differ: blocked, failed, in progress, in review decide in this order. Edits need an active task as work does, comments do not. Only active becomes cancelled or archived; `status` goes with archived, not with cancelled. `active_form` is no history, and needs a status first. `dropped` is the platform's: whoever leaves the room is off its active tasks. What changes nothing leaves no trace",
  },
  {
    id: "getChatTaskHistory",
    call: "GET /agent/chats/{chat_id}/tasks/{id}/history",
    answers: {
      "200": inTurn(create, ask("weather", `GET ${tasks}/1/history`)),
      "404 not_found": ask("weather", `GET ${tasks}/1/history`),
      "422 validation_error": inTurn(create, ask("weather", `GET ${tasks}/1/history?cursor=x`)),
    },
    heldBy: {
      "rest/tasks.test.ts": "history names who did what as they were called then, and is paged by cursor and by page",
    },
  },
  {
    id: "getChatBoard",
    call: "GET /agent/chats/{chat_id}/board",
    answers: { "200": ask("weather", `GET ${chat}/board`), "404 not_found": ask("ledger", `GET ${chat}/board`) },
    heldBy: { "rest/tasks.test.ts": "a room has no goal until someone sets one; then only what is given changes" },
  },
  {
    id: "putChatBoard",
    call: "PUT /agent/chats/{chat_id}/board",
    answers: {
      "200": ask("weather", `PUT ${chat}/board`, { goal_title: "A relaxed Sunday" }),
      "404 not_found": ask("ledger", `PUT ${chat}/board`, { goal_title: "A relaxed Sunday" }),
      "422 validation_error": ask("weather", `PUT ${chat}/board`, {}),
    },
    heldBy: { "rest/tasks.test.ts": "the goal %j is refused" },
    open: "The same goal again: no history, no event. Who may set it: any participant",
  },
];
