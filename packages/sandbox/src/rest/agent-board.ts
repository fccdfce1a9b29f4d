import { type Context, Hono } from "hono";
import { z } from "zod";
import { askableStates } from "../world/task-changes.ts";
import { workStatuses } from "../world/task-status.ts";
import { type TaskKey, taskStates } from "../world/tasks.ts";
import type { World } from "../world/world.ts";
import { boardBody, historyEventBody, recentHistoryBody, taskBody } from "./board-bodies.ts";
import { pageMetadata, readPaging } from "./paging.ts";
import { pathId, readBody, readQuery } from "./request.ts";
import type { AgentEnv } from "./surface.ts";

const stateFilter = z.object({ state: z.enum([...taskStates, "all"]).default("active") });
const inclusion = z.object({ include: z.enum(["history"]).optional() });
const newTask = z.strictObject({
  subject: z.string(),
  detail: z.string().optional(),
  supersedes_id: z.string().optional(),
});
const taskChanges = z.strictObject({
  subject: z.string().optional(),
  detail: z.string().optional(),
  status: z.enum(workStatuses).optional(),
  active_form: z.string().optional(),
  linked_native_id: z.string().optional(),
  comment: z.string().optional(),
  state: z.enum(askableStates).optional(),
});
const newGoal = z.strictObject({ goal_title: z.string().optional(), goal_summary: z.string().optional() });
const longPage = { limit: 50 };

/** `/agent/chats/{id}/tasks` and `board`: the work of a room and its goal, with what was done to them. */
export function agentBoard(world: World): Hono<AgentEnv> {
  const routes = new Hono<AgentEnv>();

  routes.get("/:chat/tasks", (context) => {
    const { state } = readQuery(context, stateFilter);
    const query = readPaging(context, longPage);
    const page = world.tasks.list(context.get("agent"), { roomId: pathId(context, "chat"), state }, query.request);
    return context.json({ data: page.items.map(taskBody), metadata: pageMetadata(page, query) });
  });

  routes.post("/:chat/tasks", async (context) => {
    const { supersedes_id: supersedes, ...input } = await readBody(context, newTask);
    const task = world.tasks.create(context.get("agent"), { roomId: pathId(context, "chat"), supersedes, ...input });
    return context.json({ data: taskBody(task) }, 201);
  });

  routes.get("/:chat/tasks/:id", (context) => {
    const { include } = readQuery(context, inclusion);
    const task = world.tasks.get(context.get("agent"), taskKey(context));
    const history = include === "history" && recentHistoryBody(world.tasks.recentHistory(task));
    return context.json({ data: { ...taskBody(task), ...history } });
  });

  routes.post("/:chat/tasks/:id", async (context) => {
    const { active_form: activeForm, linked_native_id: linkedNativeId, ...rest } = await readBody(context, taskChanges);
    const changes = { activeForm, linkedNativeId, ...rest };
    return context.json({ data: taskBody(world.tasks.update(context.get("agent"), taskKey(context), changes)) });
  });

  routes.get("/:chat/tasks/:id/history", (context) => {
    const query = readPaging(context, longPage);
    const page = world.tasks.history(context.get("agent"), taskKey(context), query.request);
    return context.json({ data: page.items.map(historyEventBody), metadata: pageMetadata(page, query) });
  });

  routes.get("/:chat/board", (context) => {
    const { include } = readQuery(context, inclusion);
    const [agent, roomId] = [context.get("agent"), pathId(context, "chat")];
    const history = include === "history" && recentHistoryBody(world.boards.history(agent, roomId));
    return context.json({ data: { ...boardBody(world.boards.get(agent, roomId)), ...history } });
  });

  routes.put("/:chat/board", async (context) => {
    const { goal_title: title, goal_summary: summary } = await readBody(context, newGoal);
    const board = world.boards.set(context.get("agent"), pathId(context, "chat"), { title, summary });
    return context.json({ data: boardBody(board) });
  });

  return routes;
}

function taskKey(context: Context<AgentEnv>): TaskKey {
  return { roomId: pathId(context, "chat"), task: pathId(context, "id") };
}
