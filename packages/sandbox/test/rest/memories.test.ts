import { expect, test } from "vitest";
import { z } from "zod";
import type { Agent } from "../../src/world/model.ts";
import { type Answer, Api, detailsOf, idOf, idsOf, metadataOf, outcome } from "./api.ts";

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
const nowhere = "00000000-0000-4000-8000-000000000000";

const semantic = { thought: "Needed for menu choices", system: "long_term", type: "semantic", segment: "user" };

function store(api: Api, memory: object, as: Agent = api.planner): Promise<Answer> {
  return api.as(as, "POST /agent/memories", { memory: { content: "Prefers vegetarian food", ...semantic, ...memory } });
}

/** A memory about Dana, one about Weather, and one of the organization, in this order. */
async function three(api: Api): Promise<{ dana: string; weather: string; all: string }> {
  return {
    dana: idOf(await store(api, { subject_id: api.dana.id })),
    weather: idOf(await store(api, { subject_id: api.weather.id, segment: "agent" }, api.ledger)),
    all: idOf(await store(api, { scope: "organization", segment: "guideline", content: "Answer in French" })),
  };
}

const contents = z.object({ data: z.array(z.looseObject({ content: z.string() })) });

test("a memory is kept with its source, and read by every agent", async () => {
  await using api = await Api.start();
  const metadata = { tags: ["food"], references: [nowhere] };

  const stored = await store(api, { subject_id: api.dana.id, metadata });

  const memory = {
    id: uuid,
    content: "Prefers vegetarian food",
    ...semantic,
    scope: "subject",
    subject_id: api.dana.id,
    source_agent_id: api.planner.id,
    organization_id: uuid,
    status: "active",
    metadata,
    inserted_at: time,
  };
  expect([stored.status, stored.body]).toEqual([201, { data: memory }]);
  for (const agent of [api.planner, api.ledger]) {
    expect((await api.as(agent, `GET /agent/memories/${idOf(stored)}`)).body).toEqual(stored.body);
  }
  const shared = await store(api, { scope: "organization" });
  expect(shared.body).toMatchObject({ data: { scope: "organization", subject_id: null, metadata: null } });
});

const types = {
  sensory: ["iconic", "echoic", "haptic"],
  working: ["episodic", "semantic", "procedural"],
  long_term: ["episodic", "semantic", "procedural"],
};
const allTypes = [...types.sensory, ...types.working];

test.each(Object.entries(types))("the %s system holds %j and nothing else", async (system, held) => {
  await using api = await Api.start();
  for (const type of allTypes) {
    const answer = await store(api, { scope: "organization", system, type });
    if (held.includes(type)) expect(answer.body).toMatchObject({ data: { system, type } });
    else
      expect(detailsOf(answer)).toEqual({
        "/memory/type": [`must be one of ${held.join(", ")} in the ${system} system`],
      });
  }
});

test.each<[memory: object, details: Record<string, string[]>]>([
  [{}, { "/memory/subject_id": ["Missing field: subject_id"] }],
  [{ scope: "subject" }, { "/memory/subject_id": ["Missing field: subject_id"] }],
  [{ subject_id: nowhere }, { "/memory/subject_id": ["is no user or agent"] }],
  [{ subject_id: "dana" }, { "/memory/subject_id": ["Invalid format. Expected :uuid"] }],
  [
    { scope: "organization", subject_id: nowhere },
    { "/memory/subject_id": ["must be left out in the organization scope"] },
  ],
  [{ scope: "galaxy" }, { "/memory/scope": ["Invalid value for enum"] }],
  [{ scope: "organization", content: " " }, { "/memory/content": ["can't be blank"] }],
  [{ scope: "organization", thought: "" }, { "/memory/thought": ["can't be blank"] }],
  [{ scope: "organization", thought: undefined }, { "/memory/thought": ["Missing field: thought"] }],
  [{ scope: "organization", system: "short_term" }, { "/memory/system": ["Invalid value for enum"] }],
  [{ scope: "organization", type: "vague" }, { "/memory/type": ["Invalid value for enum"] }],
  [{ scope: "organization", segment: "pet" }, { "/memory/segment": ["Invalid value for enum"] }],
  [{ scope: "organization", metadata: { mood: "good" } }, { "/memory/metadata/mood": ["Unexpected field: mood"] }],
  [{ scope: "organization", metadata: { tags: [1] } }, { "/memory/metadata/tags/0": ["Invalid string. Got: integer"] }],
  [{ scope: "organization", status: "active" }, { "/memory/status": ["Unexpected field: status"] }],
])("a memory with %j is refused", async (memory, details) => {
  await using api = await Api.start();

  const answer = await store(api, memory);

  expect(outcome(answer)).toBe("422 validation_error");
  expect(detailsOf(answer)).toEqual(details);
  expect(idsOf(await api.as(api.planner, "GET /agent/memories?status=all"))).toEqual([]);
});

test("a call without a memory is refused", async () => {
  await using api = await Api.start();
  const answer = await api.as(api.planner, "POST /agent/memories", {});
  expect(detailsOf(answer)).toEqual({ "/memory": ["Missing field: memory"] });
});

test("an agent reads what is known about a subject beside what the organization knows, newest first", async () => {
  await using api = await Api.start();
  const { dana, weather, all } = await three(api);
  const list = async (query: string) => idsOf(await api.as(api.ledger, `GET /agent/memories?${query}`));

  expect(await list(`subject_id=${api.dana.id}`)).toEqual([all, dana]);
  expect(await list(`subject_id=${api.weather.id.toUpperCase()}&scope=all`)).toEqual([all, weather]);
  expect(await list(`subject_id=${api.dana.id}&scope=subject`)).toEqual([dana]);
  expect(await list(`subject_id=${api.dana.id}&scope=organization`)).toEqual([all]);
  expect(await list("")).toEqual([all]);
  expect(await list("scope=organization")).toEqual([all]);
  expect(await list(`subject_id=${nowhere}&scope=subject`)).toEqual([]);
  expect(detailsOf(await api.as(api.ledger, "GET /agent/memories?scope=subject"))).toEqual({
    "/subject_id": ["Missing field: subject_id"],
  });
});

test.each([
  ["/agent", ""],
  ["/me", ""],
])("lists under %s are narrowed by system, type, segment, status and words", async (surface) => {
  await using api = await Api.start();
  const caller = surface === "/agent" ? api.weather : api.dana;
  const kept = [
    { content: "Dana likes Café Mocha", segment: "user" },
    { content: "Deploys happen on FRIDAY", segment: "guideline", type: "procedural" },
    { content: "The café closes at six", segment: "tool", system: "working", type: "episodic" },
    { content: "100% sure of it", segment: "agent", system: "sensory", type: "iconic" },
  ];
  for (const memory of kept) await store(api, { scope: "organization", ...memory });
  await api.as(
    api.planner,
    `POST /agent/memories/${idOf(await store(api, { scope: "organization", content: "gone" }))}/archive`,
  );
  await api.as(
    api.planner,
    `POST /agent/memories/${idOf(await store(api, { scope: "organization", content: "old" }))}/supersede`,
  );
  const found = async (query: string) =>
    contents.parse((await api.as(caller, `GET ${surface}/memories?${query}`)).body).data.map(({ content }) => content);
  const [mocha = "", friday = "", six = "", sure = ""] = kept.map(({ content }) => content);

  expect(await found("")).toEqual([sure, six, friday, mocha]);
  expect(await found("system=long_term")).toEqual([friday, mocha]);
  expect(await found("type=episodic")).toEqual([six]);
  expect(await found("segment=user")).toEqual([mocha]);
  expect(await found("system=long_term&segment=tool")).toEqual([]);
  expect(await found("content_query=CAF%C3%89")).toEqual([six, mocha]);
  expect(await found("content_query=mocha%20caf%C3%A9")).toEqual([mocha]);
  expect(await found("content_query=friday&type=semantic")).toEqual([]);
  expect(await found(`content_query=${encodeURIComponent('100% "')}`)).toEqual([]);
  expect(await found(`content_query=${encodeURIComponent("100%")}`)).toEqual([sure]);
  expect(await found("content_query=%20")).toHaveLength(4);
  expect(await found("status=archived")).toEqual(["gone"]);
  expect(await found("status=superseded")).toEqual(["old"]);
  expect(await found("status=all")).toEqual(["old", "gone", sure, six, friday, mocha]);
  for (const filter of ["system", "type", "segment", "status", "scope"]) {
    const answer = await api.as(caller, `GET ${surface}/memories?${filter}=unheard-of`);
    expect(detailsOf(answer)).toEqual({ [`/${filter}`]: ["Invalid value for enum"] });
  }
});

test.each(["/agent", "/me"])("lists under %s are paged both ways, with shorter pages by number", async (surface) => {
  await using api = await Api.start();
  const caller = surface === "/agent" ? api.weather : api.dana;
  for (let number = 1; number <= 5; number++) await store(api, { scope: "organization", content: `memory ${number}` });
  const get = (query: string) => api.as(caller, `GET ${surface}/memories?${query}`);
  const whole = await get("");

  const first = await get("limit=3");
  const second = await get(`limit=3&cursor=${String(metadataOf(first).next_cursor)}`);
  expect([...idsOf(first), ...idsOf(second)]).toEqual(idsOf(whole));
  expect([first, second].map((answer) => metadataOf(answer).has_more)).toEqual([true, false]);
  expect([first, second].map(({ headers }) => headers.get("deprecation"))).toEqual([null, null]);
  const numbered = [await get("page=1&page_size=3"), await get("page=2&page_size=3")];
  expect(numbered.flatMap(idsOf)).toEqual(idsOf(whole));
  for (const [index, answer] of numbered.entries()) {
    expect(answer.body).toMatchObject({
      metadata: { page: index + 1, page_size: 3, total_count: 5, total_pages: 2 },
      meta: metadataOf(answer),
    });
    expect(answer.headers.get("deprecation")).toBe("true");
    expect(answer.headers.get("sunset")).toBe("Thu, 01 Oct 2026 00:00:00 GMT");
  }
  expect(metadataOf(await get("limit=1000"))).toMatchObject({ limit: 100 });
  expect(metadataOf(await get("page_size=1000"))).toMatchObject({ page_size: 50 });
  for (const mixed of ["cursor=x&page=1", "limit=5&page_size=5", "cursor=x"]) {
    expect(outcome(await get(mixed))).toBe("422 validation_error");
  }
});

test.each([
  ["supersede", "superseded"],
  ["archive", "archived"],
])("to %s a memory is its source's to do, and may be repeated", async (action, status) => {
  await using api = await Api.start();
  const { dana } = await three(api);
  const settle = (as: Agent, id: string) => api.as(as, `POST /agent/memories/${id}/${action}`);

  expect(outcome(await settle(api.weather, dana))).toBe("403 forbidden");
  expect(outcome(await settle(api.planner, nowhere))).toBe("404 not_found");
  expect(outcome(await settle(api.planner, "seven"))).toBe("404 not_found");
  const unknown = await api.as(api.planner, `POST /agent/memories/${dana}/${action}`, { why: "so" });
  expect(outcome(unknown)).toBe("422 validation_error");
  for (let time = 1; time <= 2; time++) {
    const settled = await settle(api.planner, dana);
    expect(settled.body).toMatchObject({ data: { id: dana, status } });
  }
  expect((await api.as(api.ledger, `GET /agent/memories/${dana}`)).body).toMatchObject({ data: { status } });
  const other = action === "archive" ? ["supersede", "superseded"] : ["archive", "archived"];
  const moved = await api.as(api.planner, `POST /agent/memories/${dana}/${other[0]}`);
  expect(moved.body).toMatchObject({ data: { status: other[1] } });
  expect(idsOf(await api.as(api.ledger, `GET /agent/memories?subject_id=${api.dana.id}&scope=subject`))).toEqual([]);
});

test("a memory that is not there is a 404", async () => {
  await using api = await Api.start();
  for (const id of [nowhere, "seven"]) {
    expect(outcome(await api.as(api.planner, `GET /agent/memories/${id}`))).toBe("404 not_found");
    expect(outcome(await api.as(api.dana, `GET /me/memories/${id}`))).toBe("404 not_found");
  }
});

test("a person reads what is known about them and what the organization knows, whoever stored it", async () => {
  await using api = await Api.start();
  const { dana, weather, all } = await three(api);
  const byOther = idOf(await store(api, { subject_id: api.dana.id }, api.ledger));
  const room = api.room(api.dana).id;
  const foreign = api.room(api.miguel).id;
  const list = async (query: string) => idsOf(await api.as(api.dana, `GET /me/memories?${query}`));

  expect(await list("")).toEqual([byOther, all, dana]);
  expect(await list("scope=all")).toEqual([byOther, all, dana]);
  expect(await list("scope=about_me")).toEqual([byOther, dana]);
  expect(await list("scope=organization")).toEqual([all]);
  expect(await list("scope=room")).toEqual([]);
  expect(await list(`chat_room_id=${room}`)).toEqual([]);
  expect(outcome(await api.as(api.dana, `GET /me/memories?chat_room_id=${foreign}`))).toBe("403 forbidden");
  expect((await api.as(api.dana, `GET /me/memories/${dana}`)).body).toMatchObject({ data: { id: dana } });
  expect((await api.as(api.miguel, `GET /me/memories/${all}`)).body).toMatchObject({ data: { id: all } });
  expect(outcome(await api.as(api.dana, `GET /me/memories/${weather}`))).toBe("404 not_found");
  expect(outcome(await api.as(api.miguel, `GET /me/memories/${dana}`))).toBe("404 not_found");
});

test.each(["POST ID/supersede", "POST ID/archive", "POST ID/restore", "DELETE ID"])(
  "a person may %s what is about them, and nothing else",
  async (line) => {
    await using api = await Api.start();
    const { dana, weather, all } = await three(api);
    const call = (id: string) => api.as(api.dana, line.replace("ID", `/me/memories/${id}`));
    if (line.endsWith("restore")) await api.as(api.planner, `POST /agent/memories/${dana}/archive`);

    expect(outcome(await call(all))).toBe("403 forbidden");
    expect(outcome(await call(weather))).toBe("404 not_found");
    expect(outcome(await call(nowhere))).toBe("404 not_found");
    expect((await call(dana)).status).toBe(line.startsWith("DELETE") ? 204 : 200);
  },
);

test("a person archives a memory, restores it and supersedes it; only an archived one is restored", async () => {
  await using api = await Api.start();
  const { dana } = await three(api);
  const status = async (action: string) => {
    const answer = await api.as(api.dana, `POST /me/memories/${dana}/${action}`);
    return answer.status === 200 ? Object(Object(answer.body).data).status : outcome(answer);
  };

  expect(await status("restore")).toBe("422 validation_error");
  expect(await status("archive")).toBe("archived");
  expect(await status("restore")).toBe("active");
  expect(await status("supersede")).toBe("superseded");
  expect(await status("supersede")).toBe("superseded");
  expect(await status("restore")).toBe("422 validation_error");
});

test("a memory that a person deletes is gone for everyone", async () => {
  await using api = await Api.start();
  const { dana } = await three(api);

  const deleted = await api.as(api.dana, `DELETE /me/memories/${dana}`);

  expect([deleted.status, deleted.body]).toEqual([204, undefined]);
  expect(outcome(await api.as(api.planner, `GET /agent/memories/${dana}`))).toBe("404 not_found");
  expect(outcome(await api.as(api.dana, `DELETE /me/memories/${dana}`))).toBe("404 not_found");
});
