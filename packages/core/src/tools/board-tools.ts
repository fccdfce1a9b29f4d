import * as z from "zod";
import type { Board } from "../model/board.ts";
import type { Json } from "../model/room-event.ts";
import type { RoomTask } from "../model/task.ts";
import { calledBy, pageField, pageOf } from "./listed.ts";
import { defineTool } from "./tool.ts";

const taskNumber = z.int().min(1).describe("The task's number, as list_tasks gives it");
const subject = z.string().trim().min(1);

/** What is to be done. */
const listTasks = defineTool({
  name: "list_tasks",
  description: "Lists the tasks that this room shares: what is to be done, who is at it, and how far they are.",
  schema: z.strictObject({
    state: z.enum(["active", "cancelled", "superseded", "archived", "all"]).default("active"),
    page: pageField,
  }),
  run: async ({ state, page }, toolbox) => {
    const { shown, more } = await pageOf((await toolbox.tasks()).list({ state }), page);
    return { tasks: shown.map(describedTask), more };
  },
});

/** Something to be done. */
const createTask = defineTool({
  name: "create_task",
  description:
    "Adds a task to the list that this room shares. Nobody is assigned by it; set its status with update_task when you begin.",
  schema: z.strictObject({
    subject: subject.describe("One line"),
    detail: z.string().optional(),
    supersedes: taskNumber.optional().describe("The number of the task that this one replaces"),
  }),
  run: async ({ subject: title, detail, supersedes }, toolbox) => {
    const task = await (await toolbox.tasks()).create({
      subject: title,
      ...(detail !== undefined && { detail }),
      ...(supersedes !== undefined && { supersedes }),
    });
    return { task: describedTask(task) };
  },
});

/** How far it is. */
const updateTask = defineTool({
  name: "update_task",
  description:
    "Says how far you are with a task of this room, comments on it, or changes it. Your first status assigns it to you.",
  schema: z
    .strictObject({
      task: taskNumber,
      status: z.enum(["pending", "in_progress", "blocked", "in_review", "failed", "completed"]).optional(),
      active_form: z.string().optional().describe('What you are doing, in a few words: "Comparing two parks"'),
      comment: z.string().optional(),
      subject: subject.optional(),
      detail: z.string().optional(),
      state: z.enum(["active", "cancelled", "archived"]).optional(),
    })
    .refine(({ task: _, ...change }) => Object.values(change).some((value) => value !== undefined), {
      path: ["status"],
      message: "Say what is to be different",
    }),
  run: async ({ task: number, active_form: activeForm, status, comment, subject: title, detail, state }, toolbox) => {
    const task = await (await toolbox.tasks()).update(number, {
      ...(status !== undefined && { status }),
      ...(activeForm !== undefined && { activeForm }),
      ...(comment !== undefined && { comment }),
      ...(title !== undefined && { subject: title }),
      ...(detail !== undefined && { detail }),
      ...(state !== undefined && { state }),
    });
    return { task: describedTask(task) };
  },
});

/** What it is all for. */
const getBoard = defineTool({
  name: "get_board",
  description: "Reads the goal of this room: what those in it want to get done. Its title is null when none was set.",
  schema: z.strictObject({}),
  run: async (_input, toolbox) => describedBoard(await (await toolbox.board()).get()),
});

/** What it is to be for. */
const setGoal = defineTool({
  name: "set_goal",
  description: "Sets the goal of this room, for everyone in it. What you leave out stays as it is.",
  schema: z
    .strictObject({ title: subject.optional().describe("One line"), summary: z.string().trim().min(1).optional() })
    .refine(({ title, summary }) => title !== undefined || summary !== undefined, {
      path: ["title"],
      message: "Give a title, a summary, or both",
    }),
  run: async ({ title, summary }, toolbox) => {
    const board = await toolbox.board();
    const goal = {
      ...(title !== undefined && { goalTitle: title }),
      ...(summary !== undefined && { goalSummary: summary }),
    };
    return describedBoard(await board.setGoal(goal));
  },
});

/** The tools for what a room wants to get done. */
export const boardToolDefinitions = [listTasks, createTask, updateTask, getBoard, setGoal] as const;

function describedTask(task: RoomTask): { [key: string]: Json } {
  return {
    number: task.number,
    subject: task.subject,
    detail: task.detail,
    state: task.state,
    status: task.status,
    assigned: task.assignments.map(({ assignee, status, activeForm }) => ({
      to: calledBy(assignee),
      status,
      ...(activeForm !== "" && { doing: activeForm }),
    })),
  };
}

function describedBoard({ goalTitle, goalSummary, updatedBy }: Board): { [key: string]: Json } {
  return {
    title: goalTitle ?? null,
    summary: goalSummary ?? null,
    ...(updatedBy !== undefined && { setBy: calledBy(updatedBy) }),
  };
}
