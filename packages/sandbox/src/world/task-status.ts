import type { WorkStatus } from "./model.ts";

export const workStatuses = ["pending", "in_progress", "blocked", "in_review", "failed", "completed"] as const;

/** What needs a look comes first. */
const mostTelling = ["blocked", "failed", "in_progress", "in_review"] as const satisfies readonly WorkStatus[];

/**
 * How far a task is, from how far each assignee is: `pending` with nobody on it, what all say when they agree, otherwise
 * the most telling of what they say. Some done and some not begun is `in_progress`.
 */
export function overallStatus(statuses: readonly WorkStatus[]): WorkStatus {
  const [first = "pending", ...others] = statuses;
  if (others.every((status) => status === first)) return first;
  return mostTelling.find((status) => statuses.includes(status)) ?? "in_progress";
}
