import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";

const root = join(import.meta.dirname, "../../../../..");

/** One request, as it is put on the wire. */
export interface AnyRequest {
  readonly method: string;
  /** With its query, escaped as far as HTTP needs it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** A route of the app: `POST /api/v1/agent/chats/:chat/messages`. */
export interface Route {
  readonly method: string;
  readonly path: string;
  /** Bodies of the wire fixtures that this route takes; none when it is not known. */
  readonly bodies?: readonly unknown[];
}

/** What exists in the world that is fuzzed, so that requests get past the first check. */
export interface Known {
  readonly rooms: readonly string[];
  readonly ids: readonly string[];
  readonly agentKeys: readonly string[];
  readonly userKeys: readonly string[];
}

/** The bodies of the wire fixtures that are sent, to be bent. */
export const sentBodies: readonly unknown[] = readdirSync(join(root, "fixtures/wire"))
  .filter((name) => name.endsWith("-request.json"))
  .map((name): unknown => JSON.parse(readFileSync(join(root, "fixtures/wire", name), "utf8")))
  .map((fixture) => (typeof fixture === "object" && fixture && "data" in fixture ? fixture.data : fixture));

/** Every field name that the routes' schemas have, whoever wrote them. */
const words: readonly string[] = [
  ...new Set(
    readdirSync(join(root, "packages/sandbox/src/rest")).flatMap((name) =>
      [
        ...readFileSync(join(root, "packages/sandbox/src/rest", name), "utf8").matchAll(/\b([a-z]+(?:_[a-z]+)*)\??: /g),
      ].map(([, word = ""]) => word),
    ),
  ),
];

const oddTexts = [
  "",
  " ",
  "\u0000",
  "\ud800",
  "​",
  "__proto__",
  "constructor",
  "../..",
  "%",
  "'; DROP TABLE rooms;--",
  "é".repeat(300),
  "x".repeat(70_000),
  "@[[",
  "@dana/weather hello",
  "1e999",
  "2026-02-30T00:00:00Z",
  "2026-08-03T10:00:00Z",
  "-0",
  "99999999999999999999",
];

const oddHeaders: Readonly<Record<string, readonly string[]>> = {
  "content-type": [
    "application/json; charset=utf-16",
    "application/vnd.api+json",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    ";",
    "",
  ],
  "content-encoding": ["gzip", "br", "identity"],
  "x-request-id": ["short", "a".repeat(30), "a".repeat(300), "with space and more than twenty"],
  accept: ["text/html", "*/*", "application/xml"],
  origin: ["http://localhost:3000", "https://elsewhere.example", "null"],
  "x-http-method-override": ["DELETE"],
  "if-match": ["*"],
  range: ["bytes=0-1"],
  expect: ["200-ok"],
  authorization: ["Bearer x", "Basic ="],
  "transfer-encoding": ["chunked"],
};

const oddMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY"];

/** Requests to these routes, from well formed to absurd. */
export function anyRequest(routes: readonly Route[], known: Known): fc.Arbitrary<AnyRequest> {
  const text = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...known.ids) },
    { weight: 2, arbitrary: fc.constantFrom(...oddTexts) },
    { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
    { weight: 1, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: fc.constantFrom(...words) },
  );
  const value = fc.letrec((tie) => ({
    leaf: fc.oneof({ weight: 4, arbitrary: text }, fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    object: fc.dictionary(
      fc.oneof(fc.constantFrom(...words), fc.constantFrom("__proto__", "constructor", "~/", "")),
      tie("any"),
      { maxKeys: 4 },
    ),
    any: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 4, arbitrary: tie("leaf") },
      { weight: 2, arbitrary: tie("object") },
      { weight: 1, arbitrary: fc.array(tie("any"), { maxLength: 4 }) },
    ),
  })).any;
  const bentOf = (bodies: readonly unknown[]) =>
    fc
      .tuple(
        fc.constantFrom(...bodies),
        fc.array(fc.tuple(fc.nat(), value), { maxLength: 1 }),
        fc.array(fc.constantFrom(...known.ids), { minLength: 1, maxLength: 3 }),
      )
      .map(([body, bends, ids]) => bend(withIds(body, ids), bends));
  const bodyFor = ({ bodies = [] }: Route): fc.Arbitrary<string | Uint8Array | undefined> => {
    const json = fc
      .oneof(
        { weight: 8, arbitrary: bentOf(bodies.length > 0 ? bodies : sentBodies) },
        { weight: 1, arbitrary: bentOf(sentBodies) },
        { weight: 1, arbitrary: value },
      )
      .map((body) => JSON.stringify(body) ?? "");
    return fc.oneof(
      { weight: 12, arbitrary: json },
      { weight: 2, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
      { weight: 1, arbitrary: json.chain((whole) => fc.nat(whole.length).map((at) => whole.slice(0, at))) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          "{}",
          "null",
          "[]",
          "\ufeff{}",
          '{"chat":{},"chat":1}',
          `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
          `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
          deepMetadata(20_000),
        ),
      },
    );
  };
  const segmentOf = (ids: readonly string[]) =>
    fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(...ids) },
      { weight: 1, arbitrary: fc.uuid() },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          "..",
          "%2e%2e",
          "%2F",
          "%00",
          "%zz",
          "%",
          "%ff%fe",
          "a".repeat(3_000),
          "0",
          "null",
          "*",
          ":id",
          "'",
          "%F0%9F%98%80",
        ),
      },
      { weight: 1, arbitrary: fc.string({ maxLength: 20 }).map(encodeURIComponent) },
    );
  const query = fc.array(
    fc.tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom("cursor", "limit", "page", "page_size", ...words) },
        { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
      ),
      fc.oneof(
        { weight: 3, arbitrary: fc.integer().map(String) },
        { weight: 4, arbitrary: text },
        {
          weight: 2,
          arbitrary: fc
            .array(fc.string(), { maxLength: 4 })
            .map((parts) => Buffer.from(JSON.stringify(parts)).toString("base64url")),
        },
      ),
    ),
    { maxLength: 3 },
  );
  const header = fc.oneof(
    ...Object.entries(oddHeaders).map(([name, values]) => fc.tuple(fc.constant(name), fc.constantFrom(...values))),
  );
  const headers = fc.array(header, { maxLength: 2 }).map((pairs): Record<string, string> => Object.fromEntries(pairs));
  const keyOf = (keys: readonly string[]) =>
    fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom(...keys) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("", "wrong", "x".repeat(5_000), "é", ...known.agentKeys, ...known.userKeys),
      },
    );
  const requestTo = (route: Route) =>
    fc
      .record({
        method: seldom(fc.constantFrom(...oddMethods)),
        rooms: fc.array(segmentOf(known.rooms), { minLength: 1, maxLength: 1 }),
        others: fc.array(segmentOf(known.ids), { minLength: 3, maxLength: 3 }),
        tail: seldom(fc.constantFrom("/", "//", "/next", "/..", ";x=1", ".json")),
        query,
        body: bodyFor(route),
        headers,
        agentKey: keyOf(known.agentKeys),
        userKey: keyOf(known.userKeys),
      })
      .map(({ method, rooms, others, tail, query: pairs, body: sent, headers: extra, agentKey, userKey }) => {
        const left = [...others];
        const [room = ""] = rooms;
        const path = route.path.replace(/:\w+/g, (name) => (name === ":chat" ? room : (left.shift() ?? "")));
        const search = pairs.map(([name, each]) => `${escaped(name)}=${escaped(each)}`).join("&");
        return {
          method: method ?? route.method,
          path: `${path}${tail ?? ""}${search === "" ? "" : `?${search}`}`,
          headers: {
            ...(typeof sent === "string" && { "content-type": "application/json" }),
            "x-api-key": route.path.startsWith("/api/v1/me") ? userKey : agentKey,
            ...extra,
          },
          body: sent,
        };
      });
  return fc.constantFrom(...routes).chain(requestTo);
}

function seldom<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** In half of all places of a body that hold an id, one that exists. */
function withIds(value: unknown, ids: readonly string[]): unknown {
  let turn = 0;
  return JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === "string" && /^[0-9a-f]{8}-/.test(each) ? (ids[turn++ % ids.length] ?? each) : each,
  );
}

/** Puts each value in the place of one that is there, chosen by number. */
function bend(value: unknown, bends: readonly (readonly [place: number, value: unknown])[]): unknown {
  return bends.reduce<unknown>((bent, [place, put]) => {
    let places = 0;
    JSON.stringify(bent, (_, each: unknown) => {
      places += 1;
      return each;
    });
    const chosen = place % Math.max(1, places);
    let at = 0;
    const text = JSON.stringify(bent, (_, each: unknown) => (at++ === chosen ? put : each));
    return text === undefined ? undefined : JSON.parse(text);
  }, value);
}

/** An event whose metadata is nested so deep that whoever walks it by recursion falls. */
function deepMetadata(depth: number): string {
  const deep = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  return `{"event":{"content":"deep","message_type":"thought","metadata":{"deep":${deep}}}}`;
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .slice(0, 3_000)
    .replace(/%[0-9A-F]?$/, "");
}
