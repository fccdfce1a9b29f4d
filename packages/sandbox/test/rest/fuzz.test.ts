import { once } from "node:events";
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { type Sandbox, startSandbox } from "../../src/index.ts";
import { createRestApp } from "../../src/rest/app.ts";
import { World } from "../../src/world/world.ts";
import { type AnyRequest, anyRequest, type Known, type Route, sentBodies } from "./fuzz/arbitrary-request.ts";

/** `FUZZ_CASES=100000 vitest …` for a long look; `FUZZ_SEED` to see the same ones again. */
const cases = Number(process.env.FUZZ_CASES ?? 2_000);
const seed = process.env.FUZZ_SEED === undefined ? {} : { seed: Number(process.env.FUZZ_SEED) };
const casesPerWorld = 50;

const envelope = z.strictObject({
  error: z.strictObject({
    code: z.string().regex(/^[a-z_]+$/),
    message: z.string().min(1),
    request_id: z.string().min(1),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});
const safe = ["GET", "HEAD", "OPTIONS", "TRACE"];

test("whatever is asked, the answer is the platform's, and what is refused or only reads changes nothing", async () => {
  const file = dataFile();
  await using sandbox = await startSandbox({ data: file });
  using agent = new Connections();
  using watcher = new Watcher(file);
  const counts = new Map<string, number>();
  const taking = await withBodies(routes, (asked) => agent.send(sandbox.url, asked), await furnish(sandbox));

  const property = fc.asyncProperty(fc.infiniteStream(fc.nat()), async (seeds) => {
    const known = await furnish(sandbox);
    const [first = 0] = [...seeds.take(1)];
    watcher.sawChange();
    for (const each of fc.sample(anyRequest(taking, known), { numRuns: casesPerWorld, seed: first })) {
      const answer = await agent.send(sandbox.url, each);
      const what = `${printable(each)} was answered ${answer.status} ${answer.body.slice(0, 300)}`;
      check(each, answer, what);
      const mayChange = answer.status < 300 && !safe.includes(each.method);
      expect(watcher.sawChange() && !mayChange, `${what}, and the state was changed`).toBe(false);
      counts.set(String(answer.status), (counts.get(String(answer.status)) ?? 0) + 1);
    }
  });
  await fc.assert(property, { numRuns: Math.ceil(cases / casesPerWorld), endOnFailure: true, ...seed });

  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const byStatus = [...counts].toSorted().map(([status, count]) => `${status}: ${count}`);
  process.stdout.write(`fuzz of REST: ${total} requests to ${routes.length} routes; ${byStatus.join(", ")}\n`);
  expect(total).toBeGreaterThanOrEqual(cases);
  expect(Number(counts.get("200")) + Number(counts.get("201"))).toBeGreaterThan(total / 20); // some get through
}, 300_000);

test("a body that is nested deep, or long, is answered as any other", async () => {
  await using sandbox = await startSandbox();
  using agent = new Connections();
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  const headers = { "x-api-key": sandbox.credentials("weather").apiKey, "content-type": "application/json" };
  const post = (body: string) =>
    agent.send(sandbox.url, { method: "POST", path: `/api/v1/agent/chats/${room.id}/events`, headers, body });
  const event = (metadata: string) => `{"event":{"content":"x","message_type":"thought","metadata":${metadata}}}`;
  for (const depth of [10, 500, 1_000, 8_000, 100_000]) {
    const answer = await post(event(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`));
    expect(answer.status, `depth ${depth}`).toBe(depth <= 500 ? 201 : 400);
  }
  expect((await post(event(`{"a":"${"x".repeat(20_000_000)}"}`))).status).toBe(422);
});

const routes: readonly Route[] = (() => {
  using world = new World();
  return createRestApp(world)
    .routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => ({ method, path }));
})();

/** The routes with the bodies that each takes, as far as its own word tells: it complains of no field that it doesn't know. */
function withBodies(
  all: readonly Route[],
  send: (asked: AnyRequest) => Promise<Answer>,
  { rooms: [room = ""], ids: [id = ""], agentKeys: [agentKey = ""], userKeys: [userKey = ""] }: Known,
): Promise<readonly Route[]> {
  return Promise.all(
    all.map(async (route) => {
      if (["GET", "DELETE"].includes(route.method)) return route;
      const path = route.path.replace(":chat", room).replace(/:\w+/g, id);
      const apiKey = path.startsWith("/api/v1/me") ? userKey : agentKey;
      const headers = { "x-api-key": apiKey, "content-type": "application/json" };
      const bodies = [];
      for (const body of sentBodies) {
        const answer = await send({ method: route.method, path, headers, body: JSON.stringify(body) });
        if (!answer.body.includes("Unexpected field")) bodies.push(body);
      }
      return { ...route, bodies };
    }),
  );
}

function check(asked: AnyRequest, answer: Answer, what: string): void {
  expect(answer.status, what).toBeLessThan(500);
  expect(answer.status, what).toBeGreaterThanOrEqual(200);
  expect(answer.status < 300 || answer.status >= 400, what).toBe(true);
  expect(answer.headers["x-request-id"], what).toEqual(expect.any(String));
  if (asked.method === "HEAD" || answer.status === 204) expect(answer.body, what).toBe("");
  else {
    expect(answer.headers["content-type"], what).toMatch(/^application\/json/);
    const body: unknown = JSON.parse(answer.body);
    if (answer.status < 300) expect(body, what).toHaveProperty("data");
    else expect(envelope.safeParse(body).success, what).toBe(true);
  }
}

/** A room with people and agents in it, texts, an event, and what else the API can make, so that ids exist. */
async function furnish(sandbox: Sandbox): Promise<Known> {
  const room = await sandbox.room({ users: ["dana", "miguel"], agents: ["weather", "planner", "miguel/ledger"] });
  const { id } = await room.as("dana").say("@weather @miguel/ledger rain?");
  for (const agent of sandbox.agents) sandbox.control(agent.handle, "play"); // an earlier request may have stopped it
  const keysOf = (accounts: readonly { readonly apiKey: string }[]) => accounts.map(({ apiKey }) => apiKey);
  return {
    rooms: [room.id],
    ids: [id, id, room.id, ...[...sandbox.users, ...sandbox.agents].map((each) => each.id)],
    agentKeys: keysOf(sandbox.agents),
    userKeys: keysOf(sandbox.users),
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Sends requests as they are; nothing is made well-formed on the way. */
class Connections implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  async send(origin: string, { method, path, headers, body }: AnyRequest): Promise<Answer> {
    const { hostname, port } = new URL(origin);
    const isChunked = "transfer-encoding" in headers;
    const length = isChunked ? {} : { "content-length": String(Buffer.byteLength(body ?? "")) };
    const asked = request({ hostname, port, method, path, headers: { ...length, ...headers }, agent: this.#agent });
    const answered = once(asked, "response");
    asked.end(body);
    const [response]: IncomingMessage[] = await answered;
    if (!response) throw new Error("no answer");
    return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

/** An eye on the data file: each change that is committed is written into its log, before anything else. */
class Watcher implements Disposable {
  readonly #log: number;
  #seen = Buffer.alloc(0);
  #spare = Buffer.alloc(0);

  constructor(file: string) {
    this.#log = openSync(`${file}-wal`, "r");
  }

  /** Whether anything was committed since the last look. */
  sawChange(): boolean {
    const { size } = fstatSync(this.#log);
    if (this.#spare.length !== size) this.#spare = Buffer.allocUnsafe(size);
    readSync(this.#log, this.#spare, 0, size, 0);
    const isChange = !this.#spare.equals(this.#seen);
    [this.#seen, this.#spare] = [this.#spare, this.#seen];
    return isChange;
  }

  [Symbol.dispose](): void {
    closeSync(this.#log);
  }
}

function dataFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-fuzz-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "data.sqlite");
}

function printable({ method, path, headers, body }: AnyRequest): string {
  const shown = typeof body === "string" ? body.slice(0, 500) : JSON.stringify(body ?? null);
  return `${method} ${path.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ${shown}`;
}
