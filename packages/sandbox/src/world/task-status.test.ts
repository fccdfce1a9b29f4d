import { expect, test } from "vitest";
import type { WorkStatus } from "./model.ts";
import { overallStatus } from "./task-status.ts";

test.each<[readonly WorkStatus[], WorkStatus]>([
  [[], "pending"],
  [["pending"], "pending"],
  [["completed"], "completed"],
  [["completed", "completed"], "completed"],
  [["failed", "failed"], "failed"],
  [["pending", "completed"], "in_progress"],
  [["in_review", "completed"], "in_review"],
  [["in_progress", "in_review"], "in_progress"],
  [["completed", "failed"], "failed"],
  [["in_progress", "failed", "blocked"], "blocked"],
])("a task whose assignees say %j is %s", (statuses, overall) => {
  expect(overallStatus(statuses)).toBe(overall);
  expect(overallStatus([...statuses].reverse())).toBe(overall);
});
