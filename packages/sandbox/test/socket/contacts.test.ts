import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { type Sandbox, startSandbox } from "../../src/index.ts";
import { type Frame, keyOf, RawClient } from "../support/raw-client.ts";

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);

/** Ada with her agent Weather and Bob with his agent Ledger, each joined to their contacts. */
async function scene() {
  const sandbox = await startSandbox();
  for (const agent of ["ada/weather", "bob/ledger"]) sandbox.registerAgent(agent);
  const accounts = [...sandbox.users, ...sandbox.agents];
  const id = (handle: string) => accounts.find((account) => account.handle === handle)?.id ?? "";
  const join = async (handle: string) => {
    const client = await RawClient.as(sandbox, handle);
    const kind = handle.includes("/") ? "agent_contacts" : "user_contacts";
    const topic = `${kind}:${id(handle)}`;
    expect((await client.join(topic, "5"))[4]).toEqual({ status: "ok", response: {} });
    return { client, frames: async () => framesOf(topic, await client.received()) };
  };
  return { sandbox, id, join };
}

/** Event and payload of each frame; all are pushes of the topic, with the join's reference. */
function framesOf(topic: string, frames: readonly Frame[]): unknown[] {
  return frames.map(([joinRef, ref, ofTopic, event, payload]) => {
    expect([joinRef, ref, ofTopic]).toEqual(["5", null, topic]);
    return [event, payload];
  });
}

async function call(sandbox: Sandbox, as: string, line: string, body: object = {}): Promise<string> {
  const [method = "", path = ""] = line.split(" ");
  const answer = await fetch(`${sandbox.url}/api/v1${path}`, {
    method,
    headers: { "x-api-key": keyOf(sandbox, as), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBeLessThan(300);
  return z.object({ data: z.object({ id: z.string().default("") }) }).parse(await answer.json()).data.id;
}

const added = (handle: string, name: string) => [
  "contact_added",
  {
    id: uuid,
    handle,
    name,
    type: "Agent",
    description: expect.any(String),
    is_external: true,
    listed_in_directory: false,
    tags: [],
    inserted_at: time,
  },
];

test("an agent that is asked hears who asks; approving, parting and asking once more are told to both", async () => {
  const it = await scene();
  await using sandbox = it.sandbox;
  const weather = await it.join("ada/weather");
  const ledger = await it.join("bob/ledger");
  await using _weather = weather.client;
  await using _ledger = ledger.client;

  const asked = await call(sandbox, "ada/weather", "POST /agent/contacts/add", {
    handle: "bob/ledger",
    message: "Budget",
  });
  const request = { id: asked, from_handle: "ada/weather", from_name: "weather", status: "pending", inserted_at: time };
  expect(await ledger.frames()).toEqual([["contact_request_received", { ...request, message: "Budget" }]]);
  expect(await weather.frames()).toEqual([]);

  await call(sandbox, "bob/ledger", "POST /agent/contacts/requests/respond", { action: "approve", request_id: asked });
  const approved = ["contact_request_updated", { id: asked, status: "approved" }];
  expect(await weather.frames()).toEqual([approved, added("bob/ledger", "ledger")]);
  expect(await ledger.frames()).toEqual([approved, added("ada/weather", "weather")]);

  await call(sandbox, "ada/weather", "POST /agent/contacts/remove", { handle: "bob/ledger" });
  const [[goneHere], [goneThere]] = [await weather.frames(), await ledger.frames()];
  expect([goneHere, goneThere]).toEqual([
    ["contact_removed", { id: uuid }],
    ["contact_removed", { id: uuid }],
  ]);
  expect(goneHere).not.toEqual(goneThere);

  const again = await call(sandbox, "bob/ledger", "POST /agent/contacts/add", { handle: "ada/weather" });
  expect(await weather.frames()).toEqual([
    ["contact_request_received", { ...request, id: again, from_handle: "bob/ledger", from_name: "ledger" }],
  ]);
  expect(await call(sandbox, "ada/weather", "POST /agent/contacts/add", { handle: "bob/ledger" })).toBe(again);
  const atOnce = ["contact_request_updated", { id: again, status: "approved" }];
  expect(await weather.frames()).toEqual([atOnce, added("bob/ledger", "ledger")]);
  expect(await ledger.frames()).toEqual([atOnce, added("ada/weather", "weather")]);
});

test("a person hears of contacts on a topic of their own, with the request whole", async () => {
  const it = await scene();
  await using sandbox = it.sandbox;
  const { id } = it;
  const ada = await it.join("ada");
  const ledger = await it.join("bob/ledger");
  await using _ada = ada.client;
  await using _ledger = ledger.client;

  const asked = await call(sandbox, "bob/ledger", "POST /agent/contacts/add", { handle: "ada" });
  expect(await ada.frames()).toEqual([
    [
      "contact_request_received",
      {
        id: asked,
        status: "pending",
        message: null,
        requester_id: id("bob/ledger"),
        requester_type: "Agent",
        requester: { id: id("bob/ledger"), handle: "bob/ledger", name: "ledger" },
        recipient_id: id("ada"),
        recipient_type: "User",
        inserted_at: time,
        responded_at: null,
      },
    ],
  ]);

  await call(sandbox, "ada", `POST /me/contacts/requests/${asked}/approve`);
  const approved = ["contact_request_updated", { id: asked, status: "approved" }];
  expect(await ada.frames()).toEqual([approved, added("bob/ledger", "ledger")]);
  expect(await ledger.frames()).toEqual([
    approved,
    ["contact_added", { id: uuid, handle: "ada", name: "Ada", type: "User", inserted_at: time }],
  ]);

  await call(sandbox, "ada", "POST /me/contacts/remove", { handle: "bob/ledger" });
  expect(await ada.frames()).toEqual([["contact_removed", { id: uuid }]]);
  expect(await ledger.frames()).toEqual([["contact_removed", { id: uuid }]]);
});

test.each([
  ["rejected", "bob", "POST ID/reject"],
  ["cancelled", "ada", "DELETE ID"],
])("both sides hear that a request was %s, and of no contact", async (status, as, line) => {
  const it = await scene();
  await using sandbox = it.sandbox;
  const ada = await it.join("ada");
  const bob = await it.join("bob");
  await using _ada = ada.client;
  await using _bob = bob.client;
  const asked = await call(sandbox, "ada", "POST /me/contacts/requests", {
    contact_request: { recipient_handle: "bob" },
  });
  await bob.frames();

  await call(sandbox, as, line.replace("ID", `/me/contacts/requests/${asked}`));

  for (const side of [ada, bob])
    expect(await side.frames()).toEqual([["contact_request_updated", { id: asked, status }]]);
});

test("pending requests run out when a test says so, in its process or over HTTP, and both sides hear of it", async () => {
  const it = await scene();
  await using sandbox = it.sandbox;
  const ada = await it.join("ada");
  const bob = await it.join("bob");
  await using _ada = ada.client;
  await using _bob = bob.client;
  const ask = () =>
    call(sandbox, "ada", "POST /me/contacts/requests", { contact_request: { recipient_handle: "bob" } });
  const expired = (id: string) => ["contact_request_updated", { id, status: "expired" }];

  const first = await ask();
  expect(sandbox.expireContactRequests()).toBe(1);
  const second = await ask();
  const answer = await fetch(`${sandbox.url}/sandbox/expire-contact-requests`, { method: "POST" });
  expect([answer.status, await answer.json()]).toEqual([200, { requests: 1 }]);

  expect(await ada.frames()).toEqual([expired(first), expired(second)]);
  const received = ["contact_request_received", expect.anything()];
  expect(await bob.frames()).toEqual([received, expired(first), received, expired(second)]);
  expect(sandbox.expireContactRequests()).toBe(0);
});

/** Event and payload of the sample frame. */
function sample(name: string): [event: string, payload: object] {
  const file = new URL(`../../../../fixtures/wire/frame-${name}.json`, import.meta.url);
  const { data } = z
    .object({ data: z.tuple([z.string(), z.null(), z.string(), z.string(), z.looseObject({})]) })
    .parse(JSON.parse(readFileSync(file, "utf8")));
  return [data[3], data[4]];
}

test("frames of contacts have the fields of the samples, no more and no fewer", async () => {
  const it = await scene();
  await using sandbox = it.sandbox;
  const ada = await it.join("ada");
  const weather = await it.join("ada/weather");
  await using _ada = ada.client;
  await using _weather = weather.client;

  await call(sandbox, "bob", "POST /me/contacts/requests", { contact_request: { recipient_handle: "ada" } });
  const invitation = { handle: "ada/weather", message: "Shared picnic budget" };
  await call(sandbox, "bob/ledger", "POST /agent/contacts/add", invitation);
  await call(sandbox, "ada/weather", "POST /agent/contacts/requests/respond", {
    action: "approve",
    handle: "bob/ledger",
  });
  await call(sandbox, "bob/ledger", "POST /agent/contacts/remove", { handle: "ada/weather" });

  const fields = (frames: unknown[]) =>
    z
      .array(z.tuple([z.string(), z.looseObject({})]))
      .parse(frames)
      .map(([event, payload]) => [event, Object.keys(payload).toSorted()]);
  expect(fields(await ada.frames())).toEqual(fields([sample("user-contacts-contact-request-received")]));
  const toAgents = ["request-received", "request-updated", "added", "removed"].map((event) =>
    sample(`agent-contacts-contact-${event}`),
  );
  expect(fields(await weather.frames())).toEqual(fields(toAgents));
});
