import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Agent, User } from "../../src/world/model.ts";
import { World } from "../../src/world/world.ts";
import { Api, call, serve } from "./api.ts";

function dataFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "data.sqlite");
}

test("a reopened data file has everything: keys, rooms, messages, attempts and stops", async () => {
  const file = dataFile();
  const kept = await (async () => {
    await using api = await Api.start({ file });
    const room = api.room(api.dana, api.weather, api.planner);
    const first = await api.say(room, "@dana/weather rain?", api.weather);
    const mark = `POST /agent/chats/${room.id}/messages/${first}`;
    await api.as(api.weather, `${mark}/processing`);
    await api.as(api.weather, `${mark}/failed`, { error: "no" });
    await api.say(room, "and tomorrow?", api.weather);
    api.world.control.give({ agentId: api.planner.id, roomId: room.id, mode: "stop" });
    const [path, key] = [`/agent/chats/${room.id}`, api.keyOf(api.weather)];
    return {
      path,
      key,
      room,
      planner: api.planner,
      first,
      context: (await api.call(`GET ${path}/context`, { key })).body,
    };
  })();

  using world = new World({ file });
  const served = await serve(world);
  onTestFinished(() => served.stop());
  const get = (line: string) => call(served.origin, line, { key: kept.key });

  expect((await get(`GET ${kept.path}/context`)).body).toEqual(kept.context);
  expect((await get(`GET ${kept.path}/messages/next`)).body).toMatchObject({ data: { id: kept.first } });
  const again = await get(`POST ${kept.path}/messages/${kept.first}/processing`);
  expect(again.body).toMatchObject({ data: { attempt_number: 2 } });
  expect(world.control.isStopped(kept.planner.id, kept.room.id)).toBe(true);
  expect(world.rooms.room(kept.room.id)?.title).toBe("Weather rain?");
});

test("a reopened data file has contacts, requests, tasks with their history, goals and memories", async () => {
  const file = dataFile();
  const read = async (get: (line: string) => Promise<{ readonly body: unknown }>, room: string) => {
    const lines = [
      "contacts",
      "contacts/requests",
      `chats/${room}/tasks/1?include=history`,
      `chats/${room}/board`,
      "memories",
    ];
    return Promise.all(lines.map(async (line) => (await get(`GET /agent/${line}`)).body));
  };
  const { room, key, kept } = await (async () => {
    await using api = await Api.start({ file });
    const { planner, ledger, world } = api;
    const room = api.room(planner, api.weather).id;
    for (const [one, other] of [[planner, ledger] as const, [ledger, planner] as const]) {
      world.contactRequests.send(one, { handle: other.handle, pointer: "/" });
    }
    world.contactRequests.send(planner, { handle: "miguel", message: "Picnic?", pointer: "/" });
    world.tasks.create(planner, { roomId: room, subject: "Choose the place" });
    world.tasks.update(api.weather, { roomId: room, task: "1" }, { status: "blocked", comment: "It rains" });
    world.boards.set(planner, room, { title: "A relaxed Sunday" });
    const shared = { scope: "organization", system: "working", type: "episodic", segment: "tool" } as const;
    world.memories.create(planner, { ...shared, content: "It rained", thought: "For the next time" });
    const key = api.keyOf(planner);
    return { room, key, kept: await read((line) => api.call(line, { key }), room) };
  })();

  using world = new World({ file });
  const served = await serve(world);
  onTestFinished(() => served.stop());
  expect(await read((line) => call(served.origin, line, { key }), room)).toEqual(kept);
  expect(JSON.stringify(kept)).toMatch(/miguel\/ledger.*Picnic\?.*It rains.*A relaxed Sunday.*It rained/s);
});

test("what is written after reopening comes later, even when the machine's clock went back", () => {
  const file = dataFile();
  const write = (now: number) => {
    using world = new World({ file, now: () => now });
    const dana = world.accounts.byHandle("dana") ?? world.accounts.createUser({ handle: "dana" }).user;
    return world.rooms.create(dana, {}).insertedAt;
  };

  const first = write(Date.parse("2026-08-03T10:00:00Z"));
  const second = write(Date.parse("2026-08-03T09:00:00Z"));

  expect(first).toBe("2026-08-03T10:00:00.000002Z");
  expect(second > first).toBe(true);
});

/** What can be the last thing written to a data file. */
const writes: Record<string, (world: World, planner: Agent, miguel: User, roomId: string) => unknown> = {
  "a request": (world, planner) => world.contactRequests.send(planner, { handle: "miguel", pointer: "/" }),
  "a contact": (world, planner, miguel) => {
    world.contactRequests.send(planner, { handle: "miguel", pointer: "/" });
    world.contactRequests.respond(miguel, "approve", { handle: "dana/planner" });
  },
  "a task": (world, planner, _miguel, roomId) => world.tasks.create(planner, { roomId, subject: "Choose the place" }),
  "a goal": (world, planner, _miguel, roomId) => world.boards.set(planner, roomId, { title: "A relaxed Sunday" }),
  "a memory": (world, planner) => {
    const shared = { scope: "organization", system: "working", type: "episodic", segment: "tool" } as const;
    world.memories.create(planner, { ...shared, content: "It rained", thought: "For the next time" });
  },
};

test.each(Object.keys(writes))("after %s, too, what is written next comes later", (last) => {
  const file = dataFile();
  {
    let now = Date.parse("2026-08-03T10:00:00Z");
    using world = new World({ file, now: () => now });
    const { user: dana } = world.accounts.createUser({ handle: "dana" });
    const { user: miguel } = world.accounts.createUser({ handle: "miguel" });
    const description = "Breaks goals into steps";
    const planner = world.accounts.registerAgent({ ownerId: dana.id, name: "Planner", description }).agent;
    const room = world.rooms.create(planner, {});
    now = Date.parse("2026-08-03T11:00:00Z");
    writes[last]?.(world, planner, miguel, room.id);
  }

  using world = new World({ file, now: () => Date.parse("2026-08-03T09:00:00Z") });
  expect(world.accounts.createUser({ handle: "ada" }).user.insertedAt > "2026-08-03T11").toBe(true);
});

test("a data file of a newer sandbox is refused with a word on why", async () => {
  const file = dataFile();
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(file);
  database.exec("PRAGMA user_version = 99");
  database.close();

  expect(() => new World({ file })).toThrow("newer sandbox");
});
