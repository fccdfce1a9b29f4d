import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StoredItem } from "../../src/model/stored-item.ts";
import type { RestClient } from "../../src/rest/client.ts";
import { contextPages, contextTail } from "../../src/rest/context.ts";
import { listMessages } from "../../src/rest/messages.ts";
import { listPeers } from "../../src/rest/peers.ts";
import { listRooms } from "../../src/rest/rooms.ts";
import { wireFixture } from "../wire-fixture.ts";
import { bench, collect, rejection, roomId } from "./client-under-test.ts";
import { type Conduct, json, refusal, UnreliableServer } from "./unreliable-server.ts";

let server: UnreliableServer;
let client: RestClient;
let log: string[];
beforeAll(async () => {
  server = await UnreliableServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

function serve(...conducts: Conduct[]): void {
  server.meet(...conducts);
  ({ client, log } = bench(server.origin));
}

const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const numberOf = ({ id }: { readonly id: string }) => Number(id.slice(-12));
const row = (number: number) => ({
  id: idOf(number),
  name: "x",
  type: "Agent",
  content: String(number),
  message_type: "text",
});
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => row(from + index));
const asked = () => server.received.map(({ target }) => new URL(target, server.origin).searchParams.toString());

/** A list that pages as the platform does, by number and by cursor, and may change between two requests. */
function listing(state: {
  numbers: number[];
  change?: (request: number) => void;
  without?: readonly string[];
}): Conduct {
  let request = 0;
  return (response, received) => {
    request += 1;
    state.change?.(request);
    const query = new URL(received.target, "http://x").searchParams;
    const size = Number(query.get("page_size") ?? query.get("limit") ?? 20);
    const page = Number(query.get("page") ?? 1);
    const start = query.has("cursor") ? Number(query.get("cursor")) : (page - 1) * size;
    const end = start + size;
    const all = {
      page,
      page_size: size,
      total_count: state.numbers.length,
      total_pages: Math.ceil(state.numbers.length / size),
      has_more: end < state.numbers.length,
      next_cursor: end < state.numbers.length ? String(end) : null,
    };
    const metadata = Object.fromEntries(Object.entries(all).filter(([key]) => !state.without?.includes(key)));
    json(200, { data: state.numbers.slice(start, end).map(row), metadata })(response, received);
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe("all rooms", () => {
  const pages = (...numbers: number[]) => numbers.map((page) => `page=${page}&page_size=100`);

  test.each([0, 1, 100, 101, 250])("%d of them are listed by number only", async (count) => {
    serve(listing({ numbers: upTo(count) }));
    expect((await listRooms(client)).map(numberOf)).toEqual(upTo(count));
    expect(asked()).toEqual(pages(...upTo(Math.max(1, Math.ceil(count / 100)))));
  });

  test.each([
    ["a room that left", (state: { numbers: number[] }) => void state.numbers.shift()],
    ["a room that came", (state: { numbers: number[] }) => void state.numbers.unshift(900)],
    [
      "one that left as another came",
      (state: { numbers: number[] }) => void state.numbers.unshift(state.numbers.pop() ?? 0),
    ],
  ])("%s between two pages hides no other", async (_, change) => {
    const state = { numbers: upTo(250), change: (request: number) => request === 2 && change(state) };
    serve(listing(state));
    expect(new Set((await listRooms(client)).map(numberOf))).toEqual(new Set(state.numbers));
    expect(asked()).toEqual(pages(1, 2, 3, 1, 2, 3));
  });

  test("a thousand are asked for eight pages at a time, and come in the platform's order whichever is answered first", async () => {
    const list = listing({ numbers: upTo(1_000) });
    const held: (() => void)[] = [];
    serve((response, received) => {
      const answer = () => list(response, received);
      if (received.target.includes("page=1&") || received.target.includes("page=10&")) return answer();
      held.unshift(answer);
      if (held.length === 8) for (const next of held.splice(0)) next();
    });
    expect((await listRooms(client)).map(numberOf)).toEqual(upTo(1_000));
    expect(asked()).toEqual(pages(...upTo(10)));
  });

  test("a list that never holds still is walked twice, and nothing seen is forgotten", async () => {
    const state = { numbers: upTo(250), change: () => void state.numbers.shift() };
    serve(listing(state));
    const found = new Set((await listRooms(client)).map(numberOf));
    expect(asked()).toEqual(pages(1, 2, 3, 1, 2, 3));
    for (const number of state.numbers) expect(found).toContain(number);
  });

  test("a server that knows nothing of pages is asked no more than needed", async () => {
    serve(json(200, { data: rows(1, 3) }));
    expect((await listRooms(client)).map(numberOf)).toEqual([1, 2, 3]);
    expect(server.received.length).toBeLessThanOrEqual(4);
  });

  test("a row that can't be read is left out and told", async () => {
    serve(json(200, { data: [row(1), { title: "no id" }, row(2)], metadata: { total_pages: 1, total_count: 3 } }));
    expect((await listRooms(client)).map(numberOf)).toEqual([1, 2]);
    expect(log.join()).toMatch(/GET \/api\/v1\/agent\/chats: one row is left out, a room lacks .* id/);
  });
});

describe("peers", () => {
  test("are paged by number, without those already in a room", async () => {
    serve(listing({ numbers: upTo(120) }));
    expect((await collect(listPeers(client, { notInRoom: roomId }))).map(numberOf)).toEqual(upTo(120));
    expect(asked()).toEqual([1, 2].map((page) => `not_in_chat=${roomId}&page=${page}&page_size=100`));
  });
});

describe("a walk by cursor", () => {
  const walk = async () => (await collect(listMessages(client, { roomId, status: "all" }))).map(numberOf);

  test.each([0, 1, 100, 101, 250])("finds all of %d", async (count) => {
    serve(listing({ numbers: upTo(count) }));
    expect(await walk()).toEqual(upTo(count));
    expect(asked().every((query) => query.startsWith("status=all&limit=100"))).toBe(true);
    expect(server.received).toHaveLength(Math.max(1, Math.ceil(count / 100)));
  });

  test("starts once more when a cursor is refused, and gives nothing twice", async () => {
    const good = listing({ numbers: upTo(250) });
    serve(good, refusal(422), good);
    expect(await walk()).toEqual(upTo(250));
    expect(server.received).toHaveLength(5);
  });

  test("ends in the error when it is refused again", async () => {
    const good = listing({ numbers: upTo(250) });
    serve(good, refusal(422), good, refusal(422));
    expect(await rejection(walk())).toMatchObject({ status: 422 });
    expect(server.received).toHaveLength(4);
  });

  test("ends in the error when not even the first page is given", async () => {
    serve(refusal(422));
    expect(await rejection(walk())).toMatchObject({ status: 422 });
    expect(server.received).toHaveLength(1);
  });

  test.each([
    ["leads to itself", { next_cursor: "same", has_more: true }],
    ["is missing", { has_more: true }],
    ["is empty", { next_cursor: "", has_more: true }],
  ])("ends where the cursor %s", async (_, metadata) => {
    serve(json(200, { data: rows(1, 2), metadata }));
    expect(await walk()).toEqual([1, 2]);
    expect(server.received.length).toBeLessThanOrEqual(2);
  });

  test("can be left early, and asks for no more then", async () => {
    serve(listing({ numbers: upTo(250) }));
    for await (const item of listMessages(client, { roomId })) if (numberOf(item) === 3) break;
    expect(server.received).toHaveLength(1);
  });

  test("takes the room from the question where a row does not say it", async () => {
    serve(json(200, { data: [row(1)], metadata: {} }));
    expect((await collect(contextPages(client, { roomId })))[0]).toMatchObject({ roomId });
  });
});

describe("the end of a context", () => {
  const tail = async (limit: number) => (await contextTail(client, { roomId, limit })).map(numberOf);
  const last = (count: number, limit: number) => upTo(count).slice(-limit);

  test("is read from a real body", async () => {
    serve(json(200, wireFixture("context").data));
    const items: StoredItem[] = await contextTail(client, { roomId, limit: 5 });
    expect(items.map(({ type }) => type)).toEqual(["text", "tool_call"]);
  });

  // How many there are, how many are wanted, which pages that takes.
  test.each([
    [0, 10, [1]],
    [5, 10, [1]],
    [100, 10, [1]],
    [101, 10, [1, 2]],
    [250, 10, [1, 3]],
    [250, 50, [1, 3]],
    [250, 60, [1, 3, 2]],
    [250, 200, [1, 3, 2]],
    [1_000, 250, [1, 10, 9, 8]],
    [250, 1_000, [1, 3, 2]],
  ])("of %d items, the last %d, takes few pages", async (count, limit, pages) => {
    serve(listing({ numbers: upTo(count) }));
    expect(await tail(limit)).toEqual(last(count, limit));
    expect(asked()).toEqual(pages.map((page) => `page=${page}&page_size=100`));
  });

  test("includes what was said while it was read, on a new page too", async () => {
    const state = {
      numbers: upTo(299),
      change: (request: number) => request === 2 && void state.numbers.push(300, 301, 302),
    };
    serve(listing(state));
    expect(await tail(5)).toEqual([298, 299, 300, 301, 302]);
  });

  test("has no gap when something is deleted while it is read", async () => {
    const state = {
      numbers: upTo(250),
      change: (request: number) => request === 3 && void state.numbers.splice(10, 5),
    };
    serve(listing(state));
    expect(await tail(120)).toEqual(last(250, 120));
  });

  test.each([["no longer tells the number of pages", ["total_pages", "total_count", "page", "page_size"]]])(
    "is found by one walk where the platform %s",
    async (_, without) => {
      serve(listing({ numbers: upTo(450), without }));
      expect(await tail(10)).toEqual(last(450, 10));
      expect(asked().slice(1)).toEqual([
        "limit=100",
        "limit=100&cursor=100",
        "limit=100&cursor=200",
        "limit=100&cursor=300",
        "limit=100&cursor=400",
      ]);
    },
  );

  test("is found by one walk where the platform refuses page numbers", async () => {
    serve(refusal(422), listing({ numbers: upTo(150), without: ["total_pages", "total_count"] }));
    expect(await tail(10)).toEqual(last(150, 10));
    expect(asked()).toEqual(["page=1&page_size=100", "limit=100", "limit=100&cursor=100"]);
  });

  test("is the one page there is when the platform says so", async () => {
    serve(listing({ numbers: upTo(7), without: ["total_pages", "total_count"] }));
    expect(await tail(5)).toEqual(last(7, 5));
    expect(server.received).toHaveLength(1);
  });

  test("is nothing when nothing is asked for", async () => {
    serve(listing({ numbers: upTo(7) }));
    expect(await tail(0)).toEqual([]);
  });
});
