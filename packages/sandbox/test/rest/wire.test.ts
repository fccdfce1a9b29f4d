import { expect, test } from "vitest";
import { z } from "zod";
import { differences, type SampleIds, sample } from "../support/samples.ts";
import { type Answer, Api, idOf } from "./api.ts";

function firstOf(answer: Answer): unknown {
  return z.object({ data: z.tuple([z.unknown()]) }).parse(answer.body).data[0];
}

function expectLike(answer: Answer, name: string, ids: SampleIds = {}): void {
  expect([name, ...differences(sample(name, ids), answer.body)]).toEqual([name]);
}

test("what the samples send is taken, and answered as the samples say", async () => {
  await using api = await Api.start();
  const { planner, weather, dana } = api;
  expectLike(await api.as(planner, "GET /agent/me"), "me");
  const withDana = api.room(planner, dana).id;
  expectLike(await api.as(planner, `GET /agent/peers?not_in_chat=${withDana}&page=1&page_size=2`), "peers");

  const created = await api.as(planner, "POST /agent/chats", sample("room-create-request"));
  expectLike(created, "room");
  expectLike(await api.as(planner, "GET /agent/chats"), "rooms");
  const room = z.object({ data: z.object({ id: z.string() }) }).parse(created.body).data.id;
  const ids = { planner: planner.id, weather: weather.id, dana: dana.id, room };
  const chat = `/agent/chats/${room}`;
  expectLike(await api.as(planner, `PATCH ${chat}`, sample("room-rename-request")), "room");
  expectLike(await api.as(planner, `POST ${chat}/participants`, sample("participant-add-request", ids)), "participant");
  expectLike(await api.as(planner, `GET ${chat}/participants`), "participants");

  api.world.listening.set(weather.id, room, true);
  const posted = await api.as(planner, `POST ${chat}/messages`, sample("message-post-request", ids));
  expectLike(posted, "message-posted");
  const message = z.object({ data: z.object({ id: z.string() }) }).parse(posted.body).data.id;
  const next = await api.as(weather, `GET ${chat}/messages/next`);
  expectLike(next, "message-next", ids);
  expectLike(await api.as(weather, `GET ${chat}/messages?status=failed&limit=20`), "messages-none");

  const mark = (as: string, body?: unknown) => api.as(weather, `POST ${chat}/messages/${message}/${as}`, body);
  expectLike(await mark("processing"), "mark-processing");
  await mark("processing");
  expectLike(await mark("failed", sample("mark-failed-request")), "mark-failed");
  expectLike(await mark("failed", sample("mark-failed-request")), "error-no-active-attempt");
  await mark("processing");
  expectLike(await mark("processed"), "mark-processed");
  expect(
    differences(
      sample("delivery-after-three-attempts"),
      z
        .object({
          data: z.tuple([z.object({ metadata: z.object({ delivery_status: z.record(z.string(), z.unknown()) }) })]),
        })
        .parse((await api.as(weather, `GET ${chat}/messages?status=processed`)).body).data[0].metadata.delivery_status[
        weather.id
      ],
    ),
  ).toEqual([]);

  for (const event of [
    "event-tool-call-request",
    "event-tool-result-request",
    "event-tool-call-described-request",
    "event-tool-result-described-request",
    "event-thought-request",
    "event-error-request",
    "event-task-request",
    "event-attention-request",
  ])
    expectLike(await api.as(weather, `POST ${chat}/events`, sample(event)), "event-posted");
  expectLike(await api.as(weather, `POST ${chat}/activity`, sample("activity-request")), "activity");
  expectLike(await api.as(weather, `GET ${chat}/context?page=1&page_size=50`), "context", ids);
});

test("contacts are made as the samples say", async () => {
  await using api = await Api.start();
  const { planner, ledger, dana, miguel } = api;

  expectLike(await api.as(planner, "POST /agent/contacts/add", sample("contact-add-request")), "contact-added");
  await api.as(planner, "POST /agent/contacts/requests/respond", { action: "cancel", handle: "miguel/ledger" });
  await api.as(planner, "POST /agent/contacts/add", { handle: "miguel", message: "Shared picnic budget" });
  await api.as(ledger, "POST /agent/contacts/add", { handle: "dana/planner" });
  expectLike(await api.as(planner, "GET /agent/contacts/requests"), "contact-requests");
  const respond = "POST /agent/contacts/requests/respond";
  expectLike(await api.as(planner, respond, sample("contact-respond-request")), "contact-responded");
  expectLike(await api.as(planner, "GET /agent/contacts"), "contacts");

  const asked = await api.as(dana, "POST /me/contacts/requests", sample("my-contact-request-request"));
  expectLike(asked, "my-contact-request");
  expectLike(await api.as(dana, "POST /me/contacts/resolve", sample("handle-resolve-request")), "handle-resolved");
  await api.as(miguel, `POST /me/contacts/requests/${idOf(asked)}/approve`);
  const row = firstOf(await api.as(dana, "GET /me/contacts"));
  expect(differences(sample("my-contact"), row)).toEqual([]);
});

test("tasks and the goal of a room are kept as the samples say", async () => {
  await using api = await Api.start();
  const { planner, weather } = api;
  const chat = `/agent/chats/${api.room(planner, weather).id}`;

  expectLike(await api.as(planner, `POST ${chat}/tasks`, sample("task-create-request")), "task");
  expectLike(await api.as(weather, `POST ${chat}/tasks/1`, sample("task-update-request")), "task-updated");
  expectLike(await api.as(planner, `GET ${chat}/tasks/1/history`), "task-history");
  expectLike(await api.as(planner, `GET ${chat}/board`), "board-unset");
  expectLike(await api.as(planner, `PUT ${chat}/board`, sample("board-put-request")), "board");
});

test("memories are kept as the sample says", async () => {
  await using api = await Api.start();
  const kept = z.object({ data: z.looseObject({}) }).parse(sample("memory")).data;
  const { id: _id, source_agent_id: _by, organization_id: _of, status: _status, inserted_at: _at, ...memory } = kept;
  const about = { subject_id: api.dana.id };

  expectLike(await api.as(api.planner, `GET /agent/memories?subject_id=${api.dana.id}&limit=20`), "memories-none");
  expectLike(await api.as(api.planner, "POST /agent/memories", { memory: { ...memory, ...about } }), "memory");
});

test("people's calls are answered as the samples say", async () => {
  await using api = await Api.start();
  const room = api.room(api.dana, api.weather).id;

  expectLike(await api.as(api.dana, "GET /me/profile"), "my-profile");
  const agent = { name: "Weather", description: "Forecasts for a place and day" };
  expectLike(await api.as(api.dana, "POST /me/agents/register", { agent }), "my-agent-registered");
  expectLike(await api.as(api.dana, "GET /me/agents?limit=20"), "my-agents");
  expectLike(await api.as(api.dana, "POST /me/chats", sample("my-room-create-request")), "my-room");
  const participants = await api.as(api.dana, `GET /me/chats/${room}/participants?participant_type=Agent`);
  expect(differences(sample("my-participant"), firstOf(participants))).toEqual([]);
  await api.as(api.weather, `POST /agent/chats/${room}/events`, sample("event-thought-request"));
  expectLike(await api.as(api.dana, `DELETE /me/agents/${api.weather.id}?force=true`), "my-agent-deleted");
});

test("refusals are worded as in the samples", async () => {
  await using api = await Api.start();
  const room = api.room(api.planner, api.weather).id;
  const chat = `/agent/chats/${room}`;
  const refused = async (name: string, answer: Answer) => {
    const { error } = z.object({ error: z.looseObject({}) }).parse(sample(name));
    expect(answer.body).toEqual({ error: { ...error, request_id: expect.stringMatching(/^[\w-]{16}$/) } });
  };

  api.world.plan.limits = { chats: 10 };
  for (let rooms = 1; rooms < 10; rooms++) api.room(api.dana);
  await refused("error-limit-reached", await api.as(api.dana, "POST /me/chats", { chat: {} }));
  await refused("error-unauthorized", await api.call("GET /agent/me"));
  await refused("error-forbidden", await api.as(api.dana, "GET /agent/me"));
  await refused("error-not-found", await api.as(api.ledger, `GET ${chat}`));
  await refused("error-validation", await api.as(api.weather, "POST /agent/chats", { chat: {}, reason: 1 }));
  const message = { content: "hello", mentions: [{ id: api.ledger.id }] };
  await refused("error-mention-not-in-room", await api.as(api.planner, `POST ${chat}/messages`, { message }));
});
