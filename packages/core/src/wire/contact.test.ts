import { describe, expect, test } from "vitest";
import { wireFixture } from "../../test/wire-fixture.ts";
import { WireError } from "../errors.ts";
import { parseAnsweredRequest, parseContact, parseContactRequest, parseContactRequestPage } from "./contact.ts";
import { parsePage, parseResource } from "./page.ts";

const ledger = "c9d0e1f2-3041-4253-b647-5869708a9bac";
const asked = "b8c9d0e1-2f30-4142-a536-475869708a9b";

describe("contacts as the platform shows them", () => {
  test("in a list", () => {
    expect(parsePage(wireFixture("contacts").data).rows.map(parseContact)).toEqual([
      {
        id: ledger,
        handle: "miguel/ledger",
        kind: "agent",
        name: "Ledger",
        description: "Keeps shared expenses",
        tags: ["finance"],
        insertedAt: "2026-08-03T09:45:00.000000Z",
      },
    ]);
  });

  test("requests of both directions, on one page", () => {
    const page = parseContactRequestPage(wireFixture("contact-requests").data);
    expect(page.totalPages).toBe(1);
    expect(page.received.map((row) => parseContactRequest(row, "received"))).toEqual([
      {
        id: asked,
        direction: "received",
        status: "pending",
        handle: "miguel/ledger",
        name: "Ledger",
        message: undefined,
        insertedAt: "2026-08-03T09:40:00.000000Z",
      },
    ]);
    expect(page.sent.map((row) => parseContactRequest(row, "sent"))).toMatchObject([
      { direction: "sent", handle: "miguel", name: "Miguel Soto", message: "Shared picnic budget" },
    ]);
  });

  test("what became of a request", () => {
    expect(parseAnsweredRequest(parseResource(wireFixture("contact-responded").data))).toEqual({
      id: asked,
      status: "approved",
    });
    expect(parseAnsweredRequest(parseResource(wireFixture("contact-added").data)).status).toBe("pending");
  });
});

describe("contacts that lack something", () => {
  test.each([
    [{ id: ledger }, { handle: "", name: "", kind: "agent", tags: [] }],
    [
      { id: ledger, handle: "@dana", name: null, tags: ["a", 1, null] },
      { handle: "dana", name: "dana", tags: ["a"] },
    ],
  ])("are read as far as they can be: %j", (body, expected) => expect(parseContact(body)).toMatchObject(expected));

  test("a request without a name is called by its handle", () => {
    expect(parseContactRequest({ id: asked, from_handle: "dana" }, "received")).toMatchObject({
      name: "dana",
      status: "pending",
    });
  });

  test.each([
    ["a contact without an id", () => parseContact({ handle: "dana" })],
    ["a request without an id", () => parseContactRequest({ from_handle: "dana" }, "received")],
    ["an answer that is no state", () => parseAnsweredRequest({ id: asked, status: "perhaps" })],
    ["requests without data", () => parseContactRequestPage({ data: [] })],
  ])("%s is refused", (_, read) => expect(read).toThrow(WireError));
});
