import fc from "fast-check";
import { expect, test } from "vitest";
import type { Agent, HistoryEvent, Task } from "./model.ts";
import { Refusal } from "./refusal.ts";
import { askableStates, type TaskChanges } from "./task-changes.ts";
import { workStatuses } from "./task-status.ts";
import { World } from "./world.ts";

const all = { style: "page", page: 1, limit: 100 } as const;
const someText = fc.constantFrom("", "one", "two");
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });

const step = fc.record({
  as: fc.nat(1),
  /** Of which task; 0 makes a new one. */
  task: fc.nat(4),
  supersedes: maybe(fc.integer({ min: 1, max: 4 }).map(String)),
  changes: fc.record<TaskChanges>({
    subject: maybe(someText),
    detail: maybe(someText),
    status: maybe(fc.constantFrom(...workStatuses)),
    activeForm: maybe(someText),
    linkedNativeId: maybe(someText),
    comment: maybe(someText),
    state: maybe(fc.constantFrom(...askableStates)),
  }),
});

/** What a task is, by its history alone. */
function retold(events: readonly HistoryEvent[]) {
  const fields = new Map<string, unknown>([["state", "active"]]);
  const statuses = new Map<string, unknown>();
  for (const { event, actor, payload } of events) {
    for (const [field, value] of Object.entries(payload)) {
      const { from, to } = Object(value);
      if (event === "created") fields.set(field, value);
      else if (field === "status") {
        expect(from).toBe(statuses.get(actor.id) ?? null);
        statuses.set(actor.id, to);
      } else if (to !== undefined) {
        expect(from).toBe(fields.get(field));
        fields.set(field, to);
      } else if (field === "superseded_by_id") fields.set(field, value);
    }
  }
  return { fields, statuses };
}

test("whatever is done to tasks, their history retells them, the news shows them, and no number comes twice", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
      using world = new World();
      const { user } = world.accounts.createUser({ handle: "dana" });
      const agents: Agent[] = ["Planner", "Weather"].map(
        (name) => world.accounts.registerAgent({ ownerId: user.id, name, description: "Works on tasks" }).agent,
      );
      const { id: roomId } = world.rooms.create(user, {});
      for (const { id: entityId } of agents) world.participants.add(undefined, { roomId, entityId });
      const shown = new Map<string, Task>();
      world.subscribe((news) => {
        if (news.type === "task_created") expect(shown.has(news.task.id)).toBe(false);
        if (news.type === "task_created" || news.type === "task_updated") shown.set(news.task.id, news.task);
      });

      for (const { as, task, supersedes, changes } of steps) {
        const agent = agents[as];
        if (agent === undefined) throw new Error("two agents");
        const before = new Map(shown);
        try {
          if (task === 0) {
            const { id } = world.tasks.create(agent, { roomId, subject: changes.subject ?? "new", supersedes });
            if (supersedes !== undefined) expect(world.tasks.find(roomId, supersedes)?.supersededById).toBe(id);
          } else world.tasks.update(agent, { roomId, task: String(task) }, changes);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          expect(shown).toEqual(before);
        }
      }

      const tasks = world.tasks.list(user, { roomId, state: "all" }, all).items;
      expect(tasks).toEqual([...shown.values()].toSorted((one, other) => one.number - other.number));
      expect(tasks.map(({ number }) => number)).toEqual(tasks.map((_, index) => index + 1));
      for (const task of tasks) {
        const { fields, statuses } = retold(world.tasks.history(user, { roomId, task: task.id }, all).items);
        expect({ subject: fields.get("subject"), detail: fields.get("detail"), state: fields.get("state") }).toEqual({
          subject: task.subject,
          detail: task.detail,
          state: task.state,
        });
        expect(fields.get("superseded_by_id") ?? null).toBe(task.supersededById);
        expect(statuses).toEqual(new Map(task.assignments.map(({ assignee, status }) => [assignee.id, status])));
        expect(task.state === "superseded").toBe(task.supersededById !== null);
      }
    }),
    { numRuns: 300 },
  );
});
