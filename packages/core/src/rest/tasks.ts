import type { HistoryEntry, NewTask, RoomTask, RoomTasks, TaskChange, TaskRef, TaskState } from "../model/task.ts";
import { parseResource } from "../wire/page.ts";
import { parseHistoryEntry, parseTask } from "../wire/task.ts";
import type { CallOptions, RestClient } from "./client.ts";
import { byCursor, byKeyAndCursor } from "./pages.ts";
import { roomPath, taskIdentifier, taskPath } from "./paths.ts";

interface InRoom {
  readonly roomId: string;
}

/** The tasks of a room, by number; without `state` those that are active. @see PROTOCOL.md, "tasks" */
export function listTasks(
  client: RestClient,
  input: InRoom & { readonly state?: Exclude<TaskState, "other"> | "all" },
  options: CallOptions = {},
): AsyncIterable<RoomTask> {
  const path = `${roomPath(input.roomId)}/tasks`;
  return byCursor(client, { path, query: { state: input.state }, read: (row) => parseTask(row, input) }, options);
}

/** One task, by its id or by its number in the room. */
export async function getTask(
  client: RestClient,
  ref: InRoom & { readonly task: TaskRef },
  options: CallOptions = {},
): Promise<RoomTask> {
  const path = taskPath(ref.roomId, ref.task);
  return client.request({ method: "GET", path, kind: "read", signal: options.signal }, ({ body }) =>
    parseTask(parseResource(body), ref),
  );
}

/** Adds a task. Nobody is assigned by it, this agent neither. */
export async function createTask(
  client: RestClient,
  input: InRoom & NewTask,
  options: CallOptions = {},
): Promise<RoomTask> {
  const { roomId, subject, detail, supersedes } = input;
  const body = {
    subject,
    ...(detail !== undefined && { detail }),
    ...(supersedes !== undefined && { supersedes_id: taskIdentifier(supersedes) }),
  };
  const path = `${roomPath(roomId)}/tasks`;
  return client.request({ method: "POST", path, body, kind: "post", signal: options.signal }, (answer) =>
    parseTask(parseResource(answer.body), input),
  );
}

/** Changes a task, or how far this agent is with it. What is left out stays as it is. */
export async function updateTask(
  client: RestClient,
  input: InRoom & { readonly task: TaskRef; readonly change: TaskChange },
  options: CallOptions = {},
): Promise<RoomTask> {
  const { activeForm, linkedNativeId, ...same } = input.change;
  const body = {
    ...same,
    ...(activeForm !== undefined && { active_form: activeForm }),
    ...(linkedNativeId !== undefined && { linked_native_id: linkedNativeId }),
  };
  const path = taskPath(input.roomId, input.task);
  return client.request({ method: "POST", path, body, kind: "post", signal: options.signal }, (answer) =>
    parseTask(parseResource(answer.body), input),
  );
}

/** What happened to a task, oldest first. */
export function taskHistory(
  client: RestClient,
  ref: InRoom & { readonly task: TaskRef },
  options: CallOptions = {},
): AsyncIterable<HistoryEntry> {
  const path = `${taskPath(ref.roomId, ref.task)}/history`;
  const keyOf = (entry: HistoryEntry) => JSON.stringify(entry);
  return byKeyAndCursor(client, { path, read: parseHistoryEntry, keyOf }, options);
}

/** The tasks of one room. */
export function tasksOf(client: RestClient, roomId: string): RoomTasks {
  return {
    list: (about) => listTasks(client, { roomId, ...about }),
    get: (task) => getTask(client, { roomId, task }),
    create: (task) => createTask(client, { roomId, ...task }),
    update: (task, change) => updateTask(client, { roomId, task, change }),
    history: (task) => taskHistory(client, { roomId, task }),
  };
}
