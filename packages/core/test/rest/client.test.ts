import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiError, NetworkError } from "../../src/errors.ts";
import { reportActivity } from "../../src/rest/activity.ts";
import { outcomeUnknown, type RestClient } from "../../src/rest/client.ts";
import { postEvent } from "../../src/rest/events.ts";
import { claim, markProcessed } from "../../src/rest/marks.ts";
import { getMe } from "../../src/rest/me.ts";
import { nextMessage, postMessage } from "../../src/rest/messages.ts";
import { wireFixture } from "../wire-fixture.ts";
import { apiKey, bench, messageId, personId, rejection, roomId } from "./client-under-test.ts";
import { type Conduct, cut, drip, hang, json, plain, refusal, reset, UnreliableServer } from "./unreliable-server.ts";

let server: UnreliableServer;
beforeAll(async () => {
  server = await UnreliableServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const calls = {
  read: (client: RestClient) => nextMessage(client, { roomId }),
  claim: (client: RestClient) => claim(client, { roomId, messageId }),
  settle: (client: RestClient) => markProcessed(client, { roomId, messageId }),
  post: (client: RestClient) => postMessage(client, { roomId, content: "hi", mentions: [{ id: personId }] }),
  event: (client: RestClient) => postEvent(client, { roomId, type: "thought", content: "hm" }),
  activity: (client: RestClient) => reportActivity(client, { roomId, working: true }),
};
type Call = keyof typeof calls;
const names: readonly Call[] = ["read", "claim", "settle", "post", "event", "activity"];

describe("how often a request is made", () => {
  const enough = 6 * 1024 * 1024;
  // In the order of `names`: read, claim, settle, post, event, activity.
  const table: readonly [string, Conduct, readonly number[], "known" | "unknown"][] = [
    ["429", refusal(429), [6, 6, 1, 6, 1, 1], "known"],
    ["425", refusal(425), [6, 6, 1, 6, 6, 1], "known"],
    ["408", refusal(408), [6, 1, 1, 1, 1, 1], "unknown"],
    ["500", refusal(500), [6, 1, 1, 1, 1, 1], "unknown"],
    ["502 in HTML", plain(502, "<html>Bad</html>"), [6, 1, 1, 1, 1, 1], "unknown"],
    ["503 that says when", refusal(503, { "retry-after": "3" }), [6, 1, 1, 1, 1, 1], "unknown"],
    ["a reset connection", reset, [6, 1, 1, 1, 1, 1], "unknown"],
    ["no answer", hang, [6, 1, 1, 1, 1, 1], "unknown"],
    ["a body without end", drip, [6, 1, 1, 1, 1, 1], "unknown"],
    ["a body that is cut", cut, [6, 1, 1, 1, 1, 1], "unknown"],
    ["an empty 200", plain(200, ""), [6, 1, 1, 1, 1, 1], "unknown"],
    ["a 200 in HTML", plain(200, "<html>Welcome</html>"), [6, 1, 1, 1, 1, 1], "unknown"],
    ["a 200 that is half JSON", plain(200, '{"data":'), [6, 1, 1, 1, 1, 1], "unknown"],
    ["a body over 5 MiB", (response) => void response.end(Buffer.alloc(enough, " ")), [1, 1, 1, 1, 1, 1], "unknown"],
    ["401", refusal(401), [3, 3, 3, 3, 3, 3], "known"],
    ["400", refusal(400), [1, 1, 1, 1, 1, 1], "known"],
    ["403", refusal(403), [1, 1, 1, 1, 1, 1], "known"],
    ["404", refusal(404), [1, 1, 1, 1, 1, 1], "known"],
    ["409", refusal(409), [1, 1, 1, 1, 1, 1], "known"],
    ["422", refusal(422), [1, 1, 1, 1, 1, 1], "known"],
  ];
  test.each(table)("%s", async (_, conduct, expected, outcome) => {
    const counted = [];
    for (const name of names) {
      server.meet(conduct);
      const { client } = bench(server.origin);
      const error = await rejection(calls[name](client));
      counted.push(server.received.length);
      expect(outcomeUnknown(error), name).toBe(outcome === "unknown");
    }
    expect(counted).toEqual(expected);
  });

  test("nobody listening", async () => {
    const gone = await UnreliableServer.start();
    const { origin } = gone;
    await gone[Symbol.asyncDispose]();
    const counted = [];
    for (const name of names) {
      const { client, tries } = bench(origin);
      const error = await rejection(calls[name](client));
      expect(error).toMatchObject({ code: "network.unreachable", outcome: "not-sent" });
      expect(outcomeUnknown(error)).toBe(false);
      counted.push(tries.length);
    }
    expect(counted).toEqual([6, 6, 1, 6, 6, 1]);
  });

  test("a post that was held back before it got lost is not sent again", async () => {
    server.meet(refusal(429), refusal(429), reset);
    const error = await rejection(calls.post(bench(server.origin).client));
    expect([server.received.length, outcomeUnknown(error)]).toEqual([3, true]);
  });

  test("a read that meets every misfortune in turn still ends in its answer", async () => {
    server.meet(
      reset,
      hang,
      refusal(503),
      plain(200, "<html>"),
      refusal(429),
      json(200, wireFixture("message-next").data),
    );
    await expect(calls.read(bench(server.origin).client)).resolves.toMatchObject({ id: messageId });
  });

  test("a key that is accepted on the third try is no reason to give up", async () => {
    const refused: ApiError[] = [];
    server.meet(refusal(401), refusal(401), plain(204, ""));
    const { client } = bench(server.origin, { onUnauthorized: (error) => refused.push(error) });
    await expect(calls.read(client)).resolves.toBeUndefined();
    expect(refused).toEqual([]);
  });

  test("a refused key is told once in the life of a client", async () => {
    const refused: ApiError[] = [];
    server.meet(refusal(401));
    const { client } = bench(server.origin, { onUnauthorized: (error) => refused.push(error) });
    const errors = await Promise.all(names.map((name) => rejection(calls[name](client))));
    expect(errors.every((error) => error instanceof ApiError && error.status === 401)).toBe(true);
    expect(refused.map(({ status }) => status)).toEqual([401]);
  });
});

describe("how long is waited between tries", () => {
  const waited = async (name: Call, ...conducts: Conduct[]) => {
    server.meet(...conducts);
    const { client, waits } = bench(server.origin);
    const error = await rejection(calls[name](client));
    return { waits, error };
  };

  test("up to twice as long each time, from 250 ms", async () => {
    expect((await waited("read", refusal(503))).waits).toEqual([250, 500, 1_000, 2_000, 4_000]);
  });

  const date = (seconds: number) => new Date(Date.UTC(2020, 0, 1) + seconds * 1_000).toUTCString();
  test.each<[string, Readonly<Record<string, string>>, number]>([
    ["as many seconds as asked for", { "retry-after": "7" }, 7_000],
    ["until the date, by the server's own clock", { "retry-after": date(9), date: date(0) }, 9_000],
    ["no time for a date that has passed", { "retry-after": date(0), date: date(9) }, 250],
    ["five minutes at most", { "retry-after": "86400" }, 300_000],
    ["five minutes at most for a date", { "retry-after": date(86_400), date: date(0) }, 300_000],
    ["the usual time when nothing is said", {}, 250],
    ["the usual time when it makes no sense", { "retry-after": "soon" }, 250],
    ["no less than the usual time", { "retry-after": "0.1" }, 250],
  ])("%s", async (_, headers, expected) => {
    expect((await waited("post", refusal(429, headers), refusal(404))).waits).toEqual([expected]);
  });

  test("until a date by this machine's clock when the server tells no time", async () => {
    const conduct: Conduct = (response) => {
      response.sendDate = false;
      response.writeHead(429, { "retry-after": new Date(Date.now() + 60_000).toUTCString() }).end();
    };
    const { waits } = await waited("read", conduct, refusal(404));
    expect(waits[0]).toBeGreaterThan(55_000);
    expect(waits[0]).toBeLessThanOrEqual(60_000);
  });

  test("what the body asks for counts where no header does", async () => {
    const error = { code: "too_many_requests", message: "", retry_after: 15 };
    expect((await waited("read", json(429, { error }), refusal(404))).waits).toEqual([15_000]);
  });

  test.each([429, 503])("a settle is not repeated here, its error says how long to wait: %d", async (status) => {
    const { waits, error } = await waited("settle", refusal(status, { "retry-after": "7" }));
    expect(waits).toEqual([]);
    expect(error).toMatchObject({ status, retryAfterMs: 7_000, code: "api.unavailable" });
  });
});

describe("what an error says", () => {
  const path = `/api/v1/agent/chats/${roomId}/messages/next`;
  test.each<[string, Conduct, RegExp, object]>([
    [
      "a refusal",
      json(403, wireFixture("error-limit-reached").data),
      /^GET PATH: 403 limit_reached, Your plan .*limit: 10 \(request F9q2mXc7ZqkAAB1T\)$/,
      {
        code: "api.rejected",
        reason: "limit_reached",
        requestId: "F9q2mXc7ZqkAAB1T",
        details: { resource: "chats", limit: 10 },
      },
    ],
    [
      "a 422",
      json(422, wireFixture("error-validation").data),
      /^GET PATH: 422 validation_error, Invalid request; \/reason: Unexpected field: reason/,
      { details: { "/reason": ["Unexpected field: reason"] } },
    ],
    [
      "the flat form",
      json(403, { error: "forbidden", message: "No" }),
      /^GET PATH: 403 forbidden, No/,
      { reason: "forbidden" },
    ],
    [
      "an unknown room",
      refusal(404),
      /404 some_code, Some words \(it does not exist, or this agent is not a participant/,
      { status: 404 },
    ],
    [
      "HTML",
      plain(403, "<html><style>b{}</style><h1>Access\n denied</h1></html>"),
      /^GET PATH: 403, with a body that is not the platform's: Access denied \(request unknown\)$/,
      { reason: "" },
    ],
    ["nothing at all", plain(403, ""), /^GET PATH: 403, with no body/, { requestId: undefined, details: {} }],
    [
      "a refusal that is cut",
      (response) => void response.writeHead(403, { "content-length": "99" }).write("x", () => response.destroy()),
      /^GET PATH: 403, with no body/,
      { status: 403 },
    ],
    [
      "a very long refusal",
      json(403, { error: { code: "x", message: "y".repeat(9_000) } }),
      /^.{0,700}…/,
      { status: 403 },
    ],
    [
      "an empty 200",
      plain(200, ""),
      /^GET PATH: 200 that can't be read, an empty text/,
      { code: "network.unreadable" },
    ],
    [
      "a wrong envelope",
      json(200, { ok: true }),
      /^GET PATH: 200 that can't be read, an answer lacks .* data/,
      { code: "network.unreadable" },
    ],
    [
      "a message without an id",
      json(200, { data: { content: "x" } }),
      /can't be read, a message lacks .* id/,
      { code: "network.unreadable" },
    ],
    [
      "silence",
      hang,
      /^GET PATH: no complete answer within 400 ms$/,
      { code: "network.no-answer", outcome: "unknown" },
    ],
    ["a reset", reset, /^GET PATH: the answer was cut off/, { code: "network.no-answer" }],
  ])("%s", async (_, conduct, text, expected) => {
    server.meet(conduct);
    const error = await rejection(calls.read(bench(server.origin).client));
    expect(String(error instanceof Error ? error.message.replace(path, "PATH") : error)).toMatch(text);
    expect(error).toMatchObject(expected);
  });
});

describe("the key", () => {
  test("travels in its header, and only there", async () => {
    server.meet(json(201, wireFixture("message-posted").data));
    await calls.post(bench(server.origin).client);
    const [request] = server.received;
    expect(request?.headers).toMatchObject({ "x-api-key": apiKey, "content-type": "application/json" });
    expect(`${request?.target}${request?.body}`).not.toContain("s3cret");
    expect(request?.headers).not.toHaveProperty("authorization");
  });

  test.each([301, 302, 303, 307, 308])("is not carried along by a redirect: %d", async (status) => {
    await using target = await UnreliableServer.start();
    target.meet(json(200, wireFixture("me").data));
    for (const elsewhere of [`${target.origin}/api/v1/agent/me`, `${server.origin}/other`]) {
      server.meet(plain(status, "", { location: elsewhere }), json(200, wireFixture("me").data));
      const error = await rejection(getMe(bench(server.origin).client));
      expect(error).toBeInstanceOf(NetworkError);
      expect(String(error)).toMatch(/answered with a redirect, which is refused .*check the base URL/);
      expect(server.received).toHaveLength(1);
    }
    expect(target.received).toEqual([]);
  });

  const disguises: readonly [string, string][] = [
    ["as it is", apiKey],
    ["URL-encoded", encodeURIComponent(apiKey)],
    ["in base64", Buffer.from(apiKey).toString("base64")],
    ["escaped in text", JSON.stringify(apiKey).slice(1, -1)],
  ];
  const places: readonly [string, (key: string) => Conduct][] = [
    ["the message", (key) => json(403, { error: { code: "x", message: `key ${key} is bad`, request_id: "r" } })],
    ["the code and the request id", (key) => json(403, { error: { code: key, message: "m", request_id: key } })],
    [
      "the details",
      (key) => json(422, { error: { code: "x", message: "m", details: { [`/${key}`]: [{ at: key }] } } }),
    ],
    ["a page", (key) => plain(502, `<html>x-api-key: ${key}</html>`)],
    ["a 200 that can't be read", (key) => plain(200, `x-api-key: ${key}`)],
  ];
  test.each(disguises.flatMap(([how, key]) => places.map(([where, conduct]) => [how, where, conduct(key)] as const)))(
    "is not repeated by an error or the log when the answer repeats it %s in %s",
    async (_how, _where, conduct) => {
      server.meet(conduct);
      const { client, log } = bench(server.origin);
      const error = await rejection(calls.read(client));
      const shown = `${inspect(error, { depth: 9 })}${JSON.stringify(error)}${log.join("\n")}`;
      expect(shown).not.toMatch(/s3cret|czNjcmV0/u);
      expect(shown).not.toContain(Buffer.from(apiKey).toString("base64").slice(0, 24));
    },
  );

  test("is not shown by the client itself", () => {
    expect(inspect(bench(server.origin).client, { depth: 9, showHidden: true })).not.toContain("s3cret");
  });
});

describe("limits", () => {
  test("a deadline covers the body, and the connection is given up", async () => {
    server.meet(drip);
    const before = server.abandoned;
    const started = performance.now();
    await rejection(calls.settle(bench(server.origin).client));
    expect(performance.now() - started).toBeLessThan(1_500);
    await expect.poll(() => server.abandoned).toBe(before + 1);
  });

  test("a body that unpacks to more than 5 MiB is not read to its end", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
    server.meet(
      (response) =>
        void response.writeHead(200, { "content-encoding": "gzip", "content-length": bomb.length }).end(bomb),
    );
    const error = await rejection(calls.read(bench(server.origin).client));
    expect(String(error)).toMatch(/larger than 5242880 bytes/);
    expect(error).toMatchObject({ code: "network.unreadable" });
  });

  test("a body of just under 5 MiB is read", async () => {
    const padding = "x".repeat(5 * 1024 * 1024 - 500);
    server.meet(json(200, { data: { id: messageId, chat_room_id: roomId, content: padding } }));
    const item = await calls.read(bench(server.origin).client);
    expect(item?.content).toHaveLength(padding.length);
  });

  test("letters that come in two pieces are put together", async () => {
    const bytes = Buffer.from(JSON.stringify({ data: { id: messageId, chat_room_id: roomId, content: "naïve 🦆" } }));
    const middle = bytes.indexOf(Buffer.from("🦆")) + 2;
    server.meet((response) => {
      response.write(bytes.subarray(0, middle), () => setImmediate(() => response.end(bytes.subarray(middle))));
    });
    expect((await calls.read(bench(server.origin).client))?.content).toBe("naïve 🦆");
  });
});

describe("giving up", () => {
  test("an aborted signal ends a request on its way with the signal's reason", async () => {
    server.meet(hang);
    const controller = new AbortController();
    const { client, tries } = bench(server.origin);
    const ended = rejection(nextMessage(client, { roomId }, { signal: controller.signal }));
    await expect.poll(() => server.received.length).toBe(1);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await ended).toBe(reason);
    expect(tries).toEqual([undefined]);
  });

  test("it ends a wait between tries, which then keeps nothing alive", async () => {
    server.meet(refusal(429, { "retry-after": "60" }));
    const controller = new AbortController();
    const reason = new Error("enough");
    const { client, held } = bench(server.origin, {
      logger: { debug: () => queueMicrotask(() => controller.abort(reason)), info() {}, warn() {}, error() {} },
    });
    expect(await rejection(nextMessage(client, { roomId }, { signal: controller.signal }))).toBe(reason);
    expect(held()).toBe(0);
    expect(server.received).toHaveLength(1);
  });

  test("one that was aborted before asks nothing", async () => {
    server.meet(hang);
    const reason = new Error("enough");
    const { client } = bench(server.origin);
    expect(await rejection(nextMessage(client, { roomId }, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(server.received).toEqual([]);
  });

  test("a signal that outlives many calls gathers no listeners", async () => {
    server.meet(plain(204, ""));
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    const { client } = bench(server.origin);
    for (let call = 0; call < 20; call += 1) await nextMessage(client, { roomId }, { signal });
    expect(listeners).toBe(0);
  });
});

test("an id that would change the path is refused before anything is sent", async () => {
  server.meet(plain(204, ""));
  const { client } = bench(server.origin);
  const bad = "../me";
  const attempts = [
    nextMessage(client, { roomId: bad }),
    claim(client, { roomId, messageId: `${messageId}/../x` }),
    markProcessed(client, { roomId: bad, messageId }),
    postMessage(client, { roomId, content: "x", mentions: [{ id: bad }] }),
    postEvent(client, { roomId: "", type: "thought", content: "x" }),
    reportActivity(client, { roomId: bad, working: true }),
  ];
  for (const attempt of attempts) expect(await rejection(attempt)).toMatchObject({ code: "wire.malformed" });
  expect(server.received).toEqual([]);
});

test("a wait between tries holds the process, and lets go of it", async () => {
  server.meet(refusal(503), refusal(503), plain(204, ""));
  const { client, keptAlive, held } = bench(server.origin);
  await calls.read(client);
  expect(keptAlive).toEqual([true, true]);
  expect(held()).toBe(0);
});
