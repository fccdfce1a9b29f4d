import { describe, expect, test } from "vitest";
import { ConfigError } from "../errors.ts";
import { type Connection, type ConnectionOptions, resolveConnection } from "./connection.ts";

const agentId = "6c1d9be2-0a47-4e0f-b1f3-5ab2c7d9e011";
const otherId = "7e8f10a3-2b4c-4d5e-9f60-718293a4b512";
const key = "thnv_a_1751444400_example";

type Variables = Record<string, string>;

describe("options and variables become a connection", () => {
  test.each<[string, ConnectionOptions, Variables, Partial<Connection>]>([
    [
      "one variable is enough",
      {},
      { THENVOI_API_KEY: key },
      {
        apiKey: key,
        agentId: undefined,
        preset: "thenvoi",
        restUrl: "https://app.thenvoi.com",
        socketUrl: "wss://app.thenvoi.com/api/v1/socket",
      },
    ],
    [
      "the newer name brings its host",
      {},
      { BAND_API_KEY: key },
      { apiKey: key, preset: "band", restUrl: "https://app.band.ai", socketUrl: "wss://app.band.ai/api/v1/socket" },
    ],
    [
      "the newer name wins over the older",
      {},
      { THENVOI_API_KEY: "older-key", BAND_API_KEY: key },
      { apiKey: key, preset: "band" },
    ],
    [
      "the preset decides between both names",
      { preset: "thenvoi" },
      { THENVOI_API_KEY: key, BAND_API_KEY: "other-key" },
      { apiKey: key, preset: "thenvoi" },
    ],
    [
      "the preset keeps its host with the other name's key",
      { preset: "thenvoi" },
      { BAND_API_KEY: key },
      { apiKey: key, restUrl: "https://app.thenvoi.com" },
    ],
    [
      "the option wins over the variable",
      { apiKey: key },
      { THENVOI_API_KEY: "from-variable" },
      { apiKey: key, preset: "thenvoi" },
    ],
    ["blanks around a key are not part of it", {}, { THENVOI_API_KEY: ` ${key}\n` }, { apiKey: key }],
    [
      "an empty variable is not set",
      {},
      { THENVOI_API_KEY: key, BAND_API_KEY: "", THENVOI_REST_URL: " " },
      { preset: "thenvoi", restUrl: "https://app.thenvoi.com" },
    ],
    ["the key may be a proxy's placeholder", {}, { BAND_API_KEY: "proxy-managed" }, { apiKey: "proxy-managed" }],

    ["the agent's id comes along with the key", {}, { THENVOI_API_KEY: key, THENVOI_AGENT_ID: agentId }, { agentId }],
    [
      "an id of the other name belongs to another key",
      {},
      { BAND_API_KEY: key, THENVOI_AGENT_ID: agentId },
      { agentId: undefined },
    ],
    [
      "an id beside a key from the options is another agent's",
      { apiKey: key },
      { THENVOI_AGENT_ID: agentId },
      { agentId: undefined },
    ],
    [
      "the id from the options wins",
      { agentId: otherId },
      { THENVOI_API_KEY: key, THENVOI_AGENT_ID: agentId },
      { agentId: otherId },
    ],

    [
      "the base URL gives the socket's",
      { apiKey: key, baseUrl: "https://rooms.example/" },
      {},
      { restUrl: "https://rooms.example", socketUrl: "wss://rooms.example/api/v1/socket" },
    ],
    [
      "the base URL wins over all variables",
      { baseUrl: "https://rooms.example" },
      { THENVOI_API_KEY: key, THENVOI_WS_URL: "wss://elsewhere.example" },
      { restUrl: "https://rooms.example", socketUrl: "wss://rooms.example/api/v1/socket" },
    ],
    ["the base URL may be the new host", { apiKey: key, baseUrl: "https://app.band.ai" }, {}, { preset: "band" }],
    [
      "a host that only ends alike is not the new host",
      { apiKey: key, baseUrl: "https://notband.ai" },
      {},
      { preset: "thenvoi" },
    ],
    ...["THENVOI_REST_URL", "THENVOI_REST_API_URL", "THENVOI_BASE_URL", "BAND_REST_URL", "BAND_BASE_URL"].map(
      (name): [string, ConnectionOptions, Variables, Partial<Connection>] => [
        `${name} is read`,
        {},
        { THENVOI_API_KEY: key, [name]: "https://app.band.ai/" },
        { preset: "thenvoi", restUrl: "https://app.band.ai", socketUrl: "wss://app.band.ai/api/v1/socket" },
      ],
    ),
    [
      "the spelling of the key is looked at first",
      {},
      { BAND_API_KEY: key, BAND_REST_URL: "https://own.example", THENVOI_REST_URL: "https://other.example" },
      { restUrl: "https://own.example" },
    ],
    [
      "a REST URL may hold the API's path",
      {},
      { THENVOI_API_KEY: key, THENVOI_REST_URL: "https://own.example/api/v1/" },
      { restUrl: "https://own.example" },
    ],
    [
      "the socket's URL may end in /websocket",
      {},
      { THENVOI_API_KEY: key, THENVOI_WS_URL: "wss://own.example/api/v1/socket/websocket" },
      { restUrl: "https://own.example", socketUrl: "wss://own.example/api/v1/socket" },
    ],
    [
      "the socket's URL may be a host",
      {},
      { THENVOI_API_KEY: key, THENVOI_WS_URL: "wss://own.example:8443" },
      { restUrl: "https://own.example:8443", socketUrl: "wss://own.example:8443/api/v1/socket" },
    ],
    [
      "the socket's path is kept",
      {},
      { THENVOI_API_KEY: key, THENVOI_WS_URL: "https://own.example/socket/" },
      { socketUrl: "wss://own.example/socket" },
    ],
    [
      "both URLs are taken as they are",
      {},
      { THENVOI_API_KEY: key, THENVOI_REST_URL: "https://a.example", THENVOI_WS_URL: "wss://b.example" },
      { restUrl: "https://a.example", socketUrl: "wss://b.example/api/v1/socket" },
    ],
    ...[
      "http://localhost:4000",
      "http://127.0.0.1:4000",
      "http://127.8.0.1",
      "http://[::1]:4000",
      "http://rooms.localhost",
    ].map((baseUrl): [string, ConnectionOptions, Variables, Partial<Connection>] => [
      `this machine needs no encryption: ${baseUrl}`,
      { apiKey: key, baseUrl },
      {},
      { restUrl: baseUrl, socketUrl: `${baseUrl.replace("http", "ws")}/api/v1/socket` },
    ]),
  ])("%s", (_, options, variables, expected) => {
    expect(resolveConnection(options, variables)).toMatchObject(expected);
  });
});

describe("a mistake is told in one sentence that says what to set", () => {
  const set = (variables: Variables) => ({ THENVOI_API_KEY: key, ...variables });
  test.each<[string, ConnectionOptions, Variables, RegExp]>([
    ["no key", {}, {}, /^No API key was found; set THENVOI_API_KEY/],
    ["an empty key in the options, which must not fall back", { apiKey: " " }, set({}), /option apiKey is empty/],
    [
      "a person's key",
      {},
      { THENVOI_API_KEY: "thnv_u_17_secret" },
      /^THENVOI_API_KEY holds a person's key \(it starts with thnv_u_\)/,
    ],
    [
      "a person's key of the newer name",
      { apiKey: "band_u_17_secret" },
      {},
      /^The option apiKey holds a person's key \(it starts with band_u_\)/,
    ],
    ["a key with a line break", { apiKey: "band_a_17\nsecret" }, {}, /characters that no API key has/],
    [
      "a key with letters that headers can't hold",
      { apiKey: "band_a_17_s€cret" },
      {},
      /characters that no API key has/,
    ],
    ["an id that is none", { agentId: "weather" }, set({}), /^The option agentId must be the agent's id, a UUID/],
    ["an id that is none, in a variable", {}, set({ THENVOI_AGENT_ID: "weather" }), /^THENVOI_AGENT_ID must be/],
    [
      "an unencrypted host",
      { baseUrl: "http://rooms.example" },
      set({}),
      /baseUrl must use https, because the key would reach rooms.example unencrypted/,
    ],
    ["an unencrypted socket", {}, set({ THENVOI_WS_URL: "ws://rooms.example" }), /^THENVOI_WS_URL must use wss/],
    ["a host that looks like this machine", { baseUrl: "http://127.0.0.1.example" }, set({}), /must use https/],
    ["a host that ends alike", { baseUrl: "http://notlocalhost" }, set({}), /must use https/],
    ["another protocol", { baseUrl: "ftp://rooms.example" }, set({}), /must start with http:\/\/ or https:\/\//],
    [
      "a socket's protocol for REST",
      {},
      set({ THENVOI_REST_URL: "wss://rooms.example" }),
      /^THENVOI_REST_URL must start with/,
    ],
    ["no URL", {}, set({ THENVOI_REST_URL: "rooms.example" }), /^THENVOI_REST_URL must be a complete URL/],
    ["a path", { baseUrl: "https://rooms.example/api/v2" }, set({}), /must be an origin .* without a path/],
    [
      "a key in a URL",
      {},
      set({ THENVOI_WS_URL: "wss://rooms.example/api/v1/socket?api_key=secret" }),
      /must not contain .* a query .* belongs in THENVOI_API_KEY/,
    ],
    ["a password in a URL", { baseUrl: "https://me:secret@rooms.example" }, set({}), /must not contain a user name/],
  ])("%s", (_, options, variables, text) => {
    let thrown: unknown;
    try {
      resolveConnection(options, variables);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigError);
    expect(thrown).toMatchObject({ message: expect.stringMatching(text) });
    expect(String(thrown)).not.toMatch(/s.cret|example_|\n/u);
    expect(String(thrown)).not.toContain(key);
  });
});
