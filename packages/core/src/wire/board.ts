import * as z from "zod";
import type { Board } from "../model/board.ts";
import type { HistoryEntry } from "../model/task.ts";
import { actorField } from "./actor.ts";
import { optionalText, parseWith } from "./fields.ts";
import { parseHistoryEntry } from "./task.ts";

const boardBody = z.looseObject({
  goal_title: optionalText,
  goal_summary: optionalText,
  created_by: actorField.optional().catch(undefined),
  updated_by: actorField.optional().catch(undefined),
  inserted_at: optionalText,
  updated_at: optionalText,
  history: z.array(z.unknown()).catch([]),
});

/** Reads a room's board. */
export function parseBoard(body: unknown): Board {
  const row = parseWith(boardBody, body, "a board");
  return {
    goalTitle: row.goal_title,
    goalSummary: row.goal_summary,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
    insertedAt: row.inserted_at,
    updatedAt: row.updated_at,
  };
}

/** Reads the history that comes with a board when it is asked for. */
export function parseBoardHistory(body: unknown): HistoryEntry[] {
  return parseWith(boardBody, body, "a board").history.map(parseHistoryEntry);
}
