import type { Board, GoalInput, RoomBoard } from "../model/board.ts";
import type { HistoryEntry } from "../model/task.ts";
import { parseBoard, parseBoardHistory } from "../wire/board.ts";
import { parseResource } from "../wire/page.ts";
import type { CallOptions, RestClient } from "./client.ts";
import { roomPath } from "./paths.ts";

/** The goal of a room; all undefined when none was set. @see PROTOCOL.md, "tasks" */
export async function getBoard(
  client: RestClient,
  ref: { readonly roomId: string },
  options: CallOptions = {},
): Promise<Board> {
  const path = boardPath(ref);
  return client.request({ method: "GET", path, kind: "read", signal: options.signal }, ({ body }) =>
    parseBoard(parseResource(body)),
  );
}

/** Sets the goal of a room, or a part of it. */
export async function setGoal(
  client: RestClient,
  input: { readonly roomId: string } & GoalInput,
  options: CallOptions = {},
): Promise<Board> {
  const { goalTitle, goalSummary } = input;
  const body = {
    ...(goalTitle !== undefined && { goal_title: goalTitle }),
    ...(goalSummary !== undefined && { goal_summary: goalSummary }),
  };
  const path = boardPath(input);
  return client.request({ method: "PUT", path, body, kind: "repeatable", signal: options.signal }, (answer) =>
    parseBoard(parseResource(answer.body)),
  );
}

/** How the goal of a room came to be, oldest first; the newest 100 changes. */
export async function boardHistory(
  client: RestClient,
  ref: { readonly roomId: string },
  options: CallOptions = {},
): Promise<HistoryEntry[]> {
  const query = { include: "history" };
  const path = boardPath(ref);
  return client.request({ method: "GET", path, query, kind: "read", signal: options.signal }, ({ body }) =>
    parseBoardHistory(parseResource(body)),
  );
}

/** The board of one room. */
export function boardOf(client: RestClient, roomId: string): RoomBoard {
  return {
    get: () => getBoard(client, { roomId }),
    setGoal: (goal) => setGoal(client, { roomId, ...goal }),
    history: () => boardHistory(client, { roomId }),
  };
}

function boardPath(ref: { readonly roomId: string }): string {
  return `${roomPath(ref.roomId)}/board`;
}
