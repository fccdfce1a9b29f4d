import { afterAll, beforeAll, expect, test } from "vitest";
import type { NewMemory } from "../../src/model/memory.ts";
import type { RestClient } from "../../src/rest/client.ts";
import { memoriesOf } from "../../src/rest/memories.ts";
import { wireFixture } from "../wire-fixture.ts";
import { bench, collect, personId } from "./client-under-test.ts";
import { json, UnreliableServer } from "./unreliable-server.ts";

const path = "/api/v1/agent/memories";
const id = "d1e2f304-1526-4374-8596-a7b8c9d0e1f2";
const about = {
  content: "Dana prefers vegetarian food",
  thought: "Needed for menu choices",
  system: "long_term",
  type: "semantic",
  segment: "user",
} as const;

let server: UnreliableServer;
beforeAll(async () => {
  server = await UnreliableServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

test.each<[string, (client: RestClient) => Promise<unknown>, string, unknown]>([
  ["a memory", (client) => memoriesOf(client).get(id), `GET ${path}/${id}`, undefined],
  [
    "something to keep about someone",
    (client) => memoriesOf(client).store({ ...about, subjectId: personId, tags: ["food"] }),
    `POST ${path}`,
    { memory: { ...about, scope: "subject", subject_id: personId, metadata: { tags: ["food"] } } },
  ],
  [
    "something to keep for all",
    (client) => memoriesOf(client).store({ ...about, scope: "organization", references: ["menu"] }),
    `POST ${path}`,
    { memory: { ...about, scope: "organization", metadata: { references: ["menu"] } } },
  ],
  ["what is no longer true", (client) => memoriesOf(client).supersede(id), `POST ${path}/${id}/supersede`, undefined],
  ["what is put away", (client) => memoriesOf(client).archive(id), `POST ${path}/${id}/archive`, undefined],
])("%s is asked for as the platform's description shows", async (_, call, request, body) => {
  server.meet(json(200, wireFixture("memory").data));
  expect(await call(bench(server.origin).client)).toMatchObject({ id, content: about.content });
  const [received] = server.received;
  expect(`${received?.method} ${received?.target}`).toBe(request);
  if (body === undefined) expect(received?.body).toBe("");
  else expect(JSON.parse(received?.body ?? "")).toEqual(body);
  expect(server.received).toHaveLength(1);
});

test("memories are listed by cursor, under every filter there is", async () => {
  server.meet(json(200, wireFixture("memories-none").data));
  const filter = {
    subjectId: personId,
    scope: "all",
    system: "long_term",
    type: "semantic",
    segment: "user",
    query: "vegetarian food",
    status: "archived",
  } as const;
  expect(await collect(memoriesOf(bench(server.origin).client).list(filter))).toEqual([]);
  const asked = new URL(server.received[0]?.target ?? "", server.origin);
  expect(asked.pathname).toBe(path);
  expect(Object.fromEntries(asked.searchParams)).toEqual({
    subject_id: personId,
    scope: "all",
    system: "long_term",
    type: "semantic",
    segment: "user",
    content_query: "vegetarian food",
    status: "archived",
    limit: "100",
  });
});

test("an id that is none never becomes a request", async () => {
  server.meet(json(200, {}));
  const memories = memoriesOf(bench(server.origin).client);
  const stranger: NewMemory = { ...about, subjectId: "dana" };
  await expect(memories.get("../contacts")).rejects.toThrow(/a memory id must be a UUID/u);
  await expect(memories.store(stranger)).rejects.toThrow(/a subject id must be a UUID/u);
  expect(server.received).toEqual([]);
});
