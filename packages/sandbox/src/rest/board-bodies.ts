import type { RecentHistory } from "../world/history.ts";
import type { Actor, Assignment, Board, HistoryEvent, Task } from "../world/model.ts";
import { overallStatus } from "../world/task-status.ts";

/** A task, over REST and in frames alike. */
export function taskBody(task: Task) {
  return {
    id: task.id,
    number: task.number,
    chat_room_id: task.roomId,
    subject: task.subject,
    detail: task.detail,
    state: task.state,
    overall_status: overallStatus(task.assignments.map(({ status }) => status)),
    assignments: task.assignments.map(assignmentBody),
    superseded_by_id: task.supersededById,
    created_by: actorBody(task.createdBy),
    inserted_at: task.insertedAt,
    updated_at: task.updatedAt,
  };
}

/** A room's goal, over REST and in frames alike. */
export function boardBody(board: Board) {
  return {
    chat_room_id: board.roomId,
    goal_title: board.goalTitle,
    goal_summary: board.goalSummary,
    created_by: board.createdBy && actorBody(board.createdBy),
    updated_by: board.updatedBy && actorBody(board.updatedBy),
    inserted_at: board.insertedAt,
    updated_at: board.updatedAt,
  };
}

export function historyEventBody({ event, at, actor, payload }: HistoryEvent) {
  return { event, at, actor: actorBody(actor), payload };
}

/** What `include=history` adds. */
export function recentHistoryBody({ events, truncated }: RecentHistory) {
  return { history: events.map(historyEventBody), history_truncated: truncated };
}

function assignmentBody(assignment: Assignment) {
  return {
    assignee: actorBody(assignment.assignee),
    status: assignment.status,
    active_form: assignment.activeForm,
    linked_native_id: assignment.linkedNativeId,
    updated_at: assignment.updatedAt,
  };
}

function actorBody({ id, kind, name, handle }: Actor) {
  return { id, type: kind, name, handle };
}
