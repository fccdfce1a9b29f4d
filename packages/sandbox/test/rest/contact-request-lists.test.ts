import { expect, test } from "vitest";
import { Api, idOf, idsOf, outcome } from "./api.ts";
import { ask, type Ending, requests, stranger, time } from "./contact-calls.ts";

test("a person sees requests whole, received ones while they are pending, sent ones by status", async () => {
  await using api = await Api.start();
  const asked = await ask(api, api.dana, "miguel", "Picnic?");
  const request = {
    id: idOf(asked),
    status: "pending",
    message: "Picnic?",
    requester_id: api.dana.id,
    requester_type: "User",
    requester: { id: api.dana.id, handle: "dana", name: "Dana Reyes" },
    recipient_id: api.miguel.id,
    recipient_type: "User",
    recipient: { id: api.miguel.id, handle: "miguel", name: "Miguel Soto" },
    inserted_at: time,
    responded_at: null,
  };
  const onePage = { limit: 20, has_more: false, next_cursor: null, page: 1, page_size: 20, total_pages: 1 };
  const metadata = { ...onePage, total_count: 1 };
  expect([asked.status, asked.body]).toEqual([201, { data: request }]);
  expect((await api.as(api.miguel, "GET /me/contacts/requests")).body).toEqual({ data: [request], metadata });
  expect((await api.as(api.dana, "GET /me/contacts/requests/sent")).body).toEqual({ data: [request], metadata });

  await api.as(api.miguel, `POST /me/contacts/requests/${idOf(asked)}/reject`);
  expect(idsOf(await api.as(api.miguel, "GET /me/contacts/requests"))).toEqual([]);
  const sent = await api.as(api.dana, "GET /me/contacts/requests/sent");
  expect(sent.body).toMatchObject({ data: [{ status: "rejected", responded_at: time }] });
});

test("sent requests can be narrowed to a status; expired ones are among all only", async () => {
  await using api = await Api.start();
  const { dana, planner } = api;
  const ids: Record<string, string> = {};
  const endings: [string, Ending][] = [
    ["approved", "approve"],
    ["rejected", "reject"],
    ["cancelled", "cancel"],
    ["expired", "expire"],
  ];
  for (const [status, how] of endings) {
    const agent = stranger(api, `Agent ${status}`);
    for (const from of [dana, planner]) {
      const id = idOf(await ask(api, from, agent.handle));
      ids[`${from.handle} ${status}`] = id;
      if (how === "expire") api.world.contactRequests.expire();
      else api.world.contactRequests.respond(how === "cancel" ? from : agent, how, { requestId: id });
    }
  }
  ids["dana pending"] = idOf(await ask(api, dana, "miguel"));
  ids["dana/planner pending"] = idOf(await ask(api, planner, "miguel"));

  const newestFirst = (handle: string) =>
    ["pending", "expired", "cancelled", "rejected", "approved"].map((status) => ids[`${handle} ${status}`]);
  const sentBy = async (query: string) => {
    const answer = await api.as(planner, `GET /agent/contacts/requests${query}`);
    return requests.parse(answer.body).data.sent.map(({ id }) => id);
  };
  for (const status of ["pending", "approved", "rejected", "cancelled"]) {
    const answer = await api.as(dana, `GET /me/contacts/requests/sent?status=${status}`);
    expect(idsOf(answer)).toEqual([ids[`dana ${status}`]]);
    expect(await sentBy(`?sent_status=${status}`)).toEqual([ids[`dana/planner ${status}`]]);
  }
  expect(await sentBy("")).toEqual([ids["dana/planner pending"]]);
  expect(await sentBy("?sent_status=all")).toEqual(newestFirst("dana/planner"));
  for (const query of ["", "?status=all"]) {
    expect(idsOf(await api.as(dana, `GET /me/contacts/requests/sent${query}`))).toEqual(newestFirst("dana"));
  }
  expect(outcome(await api.as(dana, "GET /me/contacts/requests/sent?status=expired"))).toBe("422 validation_error");
  const expired = await api.as(planner, "GET /agent/contacts/requests?sent_status=expired");
  expect(outcome(expired)).toBe("422 validation_error");
});

test("an agent's requests are paged in each direction by itself", async () => {
  await using api = await Api.start();
  for (let number = 1; number <= 5; number++) {
    const agent = stranger(api, `Agent ${number}`);
    if (number <= 3) await ask(api, api.planner, agent.handle);
    else await ask(api, agent, "dana/planner");
  }
  const page = async (number: number) =>
    requests.parse((await api.as(api.planner, `GET /agent/contacts/requests?page=${number}&page_size=2`)).body);

  const [first, second] = [await page(1), await page(2)];

  expect([first.data.sent.length, first.data.received.length]).toEqual([2, 2]);
  expect([second.data.sent.length, second.data.received.length]).toEqual([1, 0]);
  expect(first.metadata).toEqual({
    page: 1,
    page_size: 2,
    received: { total: 2, total_pages: 1 },
    sent: { total: 3, total_pages: 2 },
  });
  const none = await api.as(api.ledger, "GET /agent/contacts/requests");
  const nothing = { total: 0, total_pages: 0 };
  expect(none.body).toEqual({
    data: { received: [], sent: [] },
    metadata: { page: 1, page_size: 20, received: nothing, sent: nothing },
  });
});
