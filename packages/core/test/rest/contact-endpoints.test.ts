import { afterAll, beforeAll, expect, test } from "vitest";
import type { RestClient } from "../../src/rest/client.ts";
import { contactsOf } from "../../src/rest/contacts.ts";
import { wireFixture } from "../wire-fixture.ts";
import { bench, collect, rejection } from "./client-under-test.ts";
import { json, refusal, UnreliableServer } from "./unreliable-server.ts";

const path = "/api/v1/agent/contacts";
const contactId = "c9d0e1f2-3041-4253-b647-5869708a9bac";
const requestId = "b8c9d0e1-2f30-4142-a536-475869708a9b";

let server: UnreliableServer;
beforeAll(async () => {
  server = await UnreliableServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

test.each<[string, (client: RestClient) => Promise<unknown>, string, unknown, unknown]>([
  [
    "a request to someone",
    (client) => contactsOf(client).add({ handle: "@miguel/ledger", message: "Shared picnic budget" }),
    `POST ${path}/add`,
    wireFixture("contact-add-request").data,
    wireFixture("contact-added").data,
  ],
  [
    "an approval by handle",
    (client) => contactsOf(client).respond({ action: "approve", handle: "miguel/ledger" }),
    `POST ${path}/requests/respond`,
    wireFixture("contact-respond-request").data,
    wireFixture("contact-responded").data,
  ],
  [
    "a refusal by id",
    (client) => contactsOf(client).respond({ action: "reject", requestId }),
    `POST ${path}/requests/respond`,
    { action: "reject", request_id: requestId },
    { data: { id: requestId, status: "rejected" } },
  ],
  [
    "an end by id",
    (client) => contactsOf(client).remove({ contactId }),
    `POST ${path}/remove`,
    { contact_id: contactId },
    { data: { status: "removed" } },
  ],
  [
    "an end by handle",
    (client) => contactsOf(client).remove({ handle: "miguel" }),
    `POST ${path}/remove`,
    { handle: "miguel" },
    { data: { status: "removed" } },
  ],
])("%s is sent as the platform's description shows, once", async (_, call, request, body, answer) => {
  server.meet(json(201, answer));
  await call(bench(server.origin).client);
  const [received] = server.received;
  expect(`${received?.method} ${received?.target}`).toBe(request);
  expect(JSON.parse(received?.body ?? "")).toEqual(body);

  server.meet(refusal(503));
  await rejection(call(bench(server.origin).client));
  expect(server.received).toHaveLength(1); // it may have been carried out
});

test("contacts are listed by number", async () => {
  server.meet(json(200, wireFixture("contacts").data));
  expect(await collect(contactsOf(bench(server.origin).client).list())).toMatchObject([{ handle: "miguel/ledger" }]);
  expect(server.received.map(({ target }) => target)).toEqual([`${path}?page=1&page_size=100`]);
});

test("requests of both directions are listed to the end of the longer one, each once, unreadable ones left out", async () => {
  const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  const page = (received: number[], sent: unknown[]) =>
    json(200, {
      data: { received: received.map((number) => ({ id: id(number), from_handle: `from-${number}` })), sent },
      metadata: { received: { total: 3, total_pages: 2 }, sent: { total: 1, total_pages: 1 } },
    });
  server.meet(page([1, 2], [{ id: id(9), to_handle: "to-9" }, { to_handle: "nobody" }]), page([2, 3], []));
  const { client, log } = bench(server.origin);

  const found = await collect(contactsOf(client).requests({ sentStatus: "all" }));

  expect(found.map(({ direction, handle }) => `${direction} ${handle}`)).toEqual([
    "received from-1",
    "received from-2",
    "sent to-9",
    "received from-3",
  ]);
  expect(server.received.map(({ target }) => target)).toEqual(
    [1, 2].map((number) => `${path}/requests?sent_status=all&page=${number}&page_size=100`),
  );
  expect(log.join()).toContain("one row is left out");
});

test("an id that is none never becomes a request", async () => {
  server.meet(json(200, {}));
  const contacts = contactsOf(bench(server.origin).client);
  await expect(contacts.remove({ contactId: "../me" })).rejects.toThrow(/a contact id must be a UUID/u);
  await expect(contacts.respond({ action: "reject", requestId: "1" })).rejects.toThrow(/a request id must be a UUID/u);
  expect(server.received).toEqual([]);
});
