import { describe, expect, test } from "vitest";
import * as z from "zod";
import { wireFixture, wireFixtureNames } from "../../test/wire-fixture.ts";
import { WireError } from "../errors.ts";
import { parseErrorBody } from "./error-body.ts";
import { parseIdentity } from "./identity.ts";
import { parseMark } from "./mark.ts";
import { parsePage, parseResource } from "./page.ts";
import { parseParticipant } from "./participant.ts";
import { parsePeer } from "./peer.ts";
import { parseRoomSummary } from "./room.ts";
import { parseSent } from "./sent.ts";

const dana = "1f0c2a54-8d0e-4b7e-9a51-3d6f0f3c1a01";
const planner = "6c1d9be2-0a47-4e0f-b1f3-5ab2c7d9e011";
const weather = "7e8f10a3-2b4c-4d5e-9f60-718293a4b512";
const ledger = "8a9b0c1d-3e4f-4051-a263-748596a7b813";
const room = "c4d5e6f7-1829-4a3b-8c4d-5e6f708192a3";

const resource = (name: string) => parseResource(wireFixture(name).data);
const rows = (name: string) => parsePage(wireFixture(name).data).rows;
const payload = (name: string) =>
  z.tuple([z.any(), z.any(), z.any(), z.any(), z.unknown()]).parse(wireFixture(name).data)[4];

test("every fixture says where it comes from, and a frame has five elements", () => {
  expect(wireFixtureNames().length).toBeGreaterThan(80);
  for (const name of wireFixtureNames()) {
    const { kind, data } = wireFixture(name);
    if (kind === "frame") expect(data, name).toHaveLength(5);
  }
});

describe("what the platform sends becomes the model", () => {
  test("the agent's own account", () => {
    expect(parseIdentity(resource("me"))).toEqual({
      id: planner,
      name: "Planner",
      handle: "dana/planner",
      description: "Breaks goals into steps and asks specialists",
      ownerId: dana,
    });
  });

  test("peers", () => {
    expect(rows("peers").map(parsePeer)).toEqual([
      {
        id: weather,
        kind: "agent",
        name: "Weather",
        handle: "dana/weather",
        description: "Forecasts for a place and day",
        isContact: false,
      },
      {
        id: ledger,
        kind: "agent",
        name: "Ledger",
        handle: "miguel/ledger",
        description: "Keeps shared expenses",
        isContact: true,
      },
    ]);
  });

  const picnic = {
    id: room,
    title: "Picnic plan",
    insertedAt: "2026-08-03T10:00:00.000101Z",
    updatedAt: "2026-08-03T10:00:00.000101Z",
  };
  test.each([
    ["room", () => parseRoomSummary(resource("room")), picnic],
    ["rooms", () => rows("rooms").map(parseRoomSummary), [picnic]],
    ["my-room", () => parseRoomSummary(resource("my-room")), { ...picnic, title: undefined }],
    ["frame-agent-rooms-room-added", () => parseRoomSummary(payload("frame-agent-rooms-room-added")), picnic],
  ])("a room: %s", (_, read, expected) => expect(read()).toEqual(expected));

  const weatherIn = {
    id: weather,
    kind: "agent",
    name: "Weather",
    handle: "dana/weather",
    role: "member",
    description: undefined,
  };
  const danaIn = { id: dana, kind: "user", name: "Dana Reyes", handle: "dana", role: "member", description: undefined };
  const described = { ...weatherIn, description: "Forecasts for a place and day" };
  test.each([
    ["participant", () => parseParticipant(resource("participant")), weatherIn],
    [
      "participants",
      () => rows("participants").map(parseParticipant),
      [{ ...weatherIn, id: planner, name: "Planner", handle: "dana/planner", role: "owner" }, danaIn, weatherIn],
    ],
    ["my-participant", () => parseParticipant(wireFixture("my-participant").data), described],
    ["frame: an agent", () => parseParticipant(payload("frame-room-participants-participant-added-agent")), described],
    ["frame: a user", () => parseParticipant(payload("frame-room-participants-participant-added-user")), danaIn],
    [
      "frame: removed",
      () => parseParticipant(payload("frame-room-participants-participant-removed")),
      { ...weatherIn, handle: undefined },
    ],
  ])("a participant: %s", (_, read, expected) => expect(read()).toEqual(expected));

  test("the answers to posts and marks", () => {
    const recipients = [{ id: weather, handle: "dana/weather", name: "Weather" }];
    expect(parseSent(resource("message-posted"))).toEqual({ id: "d0a1b2c3-4d5e-4f60-8172-93a4b5c6d7e8", recipients });
    expect(parseSent(resource("event-posted"))).toEqual({ id: "e1b2c3d4-5e6f-4071-8293-a4b5c6d7e8f9", recipients: [] });
    for (const mark of ["mark-processing", "mark-processed", "mark-failed"]) {
      expect(parseMark(resource(mark))).toEqual({ attemptNumber: 1 });
    }
  });

  test.each([
    ["peers", { rows: 2, nextCursor: undefined, hasMore: undefined, totalCount: 3, totalPages: 2 }],
    ["rooms", { rows: 1, nextCursor: undefined, hasMore: undefined, totalCount: 1, totalPages: 1 }],
    ["context", { rows: 2, nextCursor: undefined, hasMore: false, totalCount: 2, totalPages: 1 }],
    ["messages-none", { rows: 0, nextCursor: undefined, hasMore: false, totalCount: 0, totalPages: 0 }],
    [
      "participants",
      { rows: 3, nextCursor: undefined, hasMore: undefined, totalCount: undefined, totalPages: undefined },
    ],
  ])("a page: %s", (name, expected) => {
    const page = parsePage(wireFixture(name).data);
    expect({ ...page, rows: page.rows.length }).toEqual(expected);
  });

  test("the older name of a page's metadata is read where the newer is missing", () => {
    expect(parsePage({ data: [], meta: { next_cursor: "n", has_more: true } })).toMatchObject({
      nextCursor: "n",
      hasMore: true,
    });
  });
});

describe("a refusal", () => {
  test.each([
    ["error-unauthorized", "unauthorized", {}],
    ["error-limit-reached", "limit_reached", { resource: "chats", limit: 10 }],
    ["error-validation", "validation_error", { "/reason": ["Unexpected field: reason"] }],
    ["error-connection-conflict", "connection_conflict", {}],
  ])("%s", (name, reason, details) => {
    const error = parseErrorBody(wireFixture(name).data);
    expect(error).toMatchObject({ reason, details, retryAfterMs: undefined });
    expect(error?.requestId).toMatch(/^F9q2/);
  });

  test("may say how long to wait", () => {
    expect(parseErrorBody(wireFixture("error-too-many-requests").data)?.retryAfterMs).toBe(15_000);
  });

  test.each([
    [
      { error: "unauthorized", message: "No" },
      { reason: "unauthorized", message: "No" },
    ],
    [{ error: { code: 7, details: [1] } }, { reason: "", message: "", details: {} }],
    ["<html>", undefined],
    [null, undefined],
  ])("of another form is read or left alone: %j", (body, expected) => {
    const error = parseErrorBody(body);
    if (expected === undefined) expect(error).toBeUndefined();
    else expect(error).toMatchObject(expected);
  });
});

describe("what is missing or strange", () => {
  test.each([
    ["a room without an id", () => parseRoomSummary({ title: "x" })],
    ["an id that is no UUID", () => parseParticipant({ id: "../../me", name: "x" })],
    ["a peer that is no object", () => parsePeer("x")],
    ["an account without its owner", () => parseIdentity({ id: planner, name: "P" })],
    ["a list without rows", () => parsePage({ data: null })],
    ["a resource without data", () => parseResource({ ok: true })],
    ["an empty answer", () => parseResource(undefined)],
  ])("throws a WireError for %s", (_, read) => expect(read).toThrow(WireError));

  test("a WireError names the field and repeats no value", () => {
    expect(() => parseParticipant({ id: "sekret", name: "x" })).toThrow(/^a participant .* id$/);
  });

  test.each([
    [{ id: dana }, { name: "", kind: "agent", role: "member", handle: undefined }],
    [
      { id: dana, name: null, handle: "@dana", role: "moderator" },
      { name: "dana", handle: "dana", role: "member" },
    ],
    [
      { id: dana, type: "user", name: " Da\u202Ena\n\u0007 R " },
      { name: "Dana R", kind: "user" },
    ],
    [
      { id: dana, type: 7, name: "x".repeat(500) },
      { name: "x".repeat(200), kind: "agent" },
    ],
  ])("a participant is read as far as it can be: %j", (body, expected) => {
    expect(parseParticipant(body)).toMatchObject(expected);
  });
});
