import { checkText } from "./content.ts";
import type { Assignment, Task, WorkStatus } from "./model.ts";
import { invalid } from "./refusal.ts";

/** The states a participant may ask for. */
export const askableStates = ["cancelled", "archived", "active"] as const;

/** What is to change; at least one of it. */
export interface TaskChanges {
  readonly subject?: string | undefined;
  readonly detail?: string | undefined;
  /** Of the one who says it: the first one makes them an assignee. */
  readonly status?: WorkStatus | undefined;
  readonly activeForm?: string | undefined;
  readonly linkedNativeId?: string | undefined;
  readonly comment?: string | undefined;
  readonly state?: (typeof askableStates)[number] | undefined;
}

/** Throws a 422 when the changes are none, or not to be made to a task in its state by somebody with this part in it. */
export function checkChanges(task: Task, part: Assignment | undefined, changes: TaskChanges): void {
  const { subject, detail, status, activeForm, linkedNativeId, comment, state } = changes;
  const needActive = { subject, detail, status, active_form: activeForm, linked_native_id: linkedNativeId };
  const given = Object.entries(needActive).flatMap(([field, value]) => (value === undefined ? [] : [field]));
  const [first] = given;
  if (first === undefined && comment === undefined && state === undefined) {
    throw invalid("/", "at least one field is required");
  }
  if (subject !== undefined) checkText(subject, "/subject");
  if (comment !== undefined) checkText(comment, "/comment");
  if (first !== undefined && task.state !== "active")
    throw invalid(`/${first}`, "needs an active task", "Task not active");
  if (status === undefined && part === undefined) {
    const own = given.find((field) => field === "active_form" || field === "linked_native_id");
    if (own !== undefined) throw invalid(`/${own}`, "needs a status: the first one makes you an assignee");
  }
  if (state === undefined) return;
  const from = state === "active" ? "archived" : "active";
  if (task.state !== from) throw invalid("/state", `only a task that is ${from} can become ${state}`);
  if (state === "cancelled" && status !== undefined) throw invalid("/state", "cannot be combined with status");
}
