import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError } from "../errors.ts";
import { loadAgentConfig } from "./agent-config.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "agent_config.yaml");
const agentId = "6c1d9be2-0a47-4e0f-b1f3-5ab2c7d9e011";
const apiKey = "band_a_17_sekret";

describe("a block is read", () => {
  test.each([
    ["keyed", `planner:\n  agent_id: "${agentId}"\n  api_key: ${apiKey}\nother:\n  api_key: x\n`, { agentId, apiKey }],
    [
      "keyed in camelCase, with more in it",
      `planner: {agentId: "${agentId}", apiKey: ${apiKey}, model: {name: x}}`,
      { agentId, apiKey },
    ],
    ["flat", `agent_id: ${agentId}\napi_key: ${apiKey}\n`, { agentId, apiKey }],
    [
      "with a REST URL",
      `planner: {agent_id: ${agentId}, api_key: ${apiKey}, rest_url: "http://localhost:4000/"}`,
      { agentId, apiKey, baseUrl: "http://localhost:4000" },
    ],
    [
      "with a socket URL only",
      `planner: {agent_id: ${agentId}, api_key: ${apiKey}, ws_url: "ws://localhost:4000/api/v1/socket"}`,
      { agentId, apiKey, baseUrl: "http://localhost:4000" },
    ],
    [
      "with both",
      `planner: {agent_id: ${agentId}, api_key: ${apiKey}, restUrl: "https://a.example", wsUrl: "wss://b.example/x"}`,
      { agentId, apiKey, baseUrl: "https://a.example" },
    ],
    [
      "with blank URLs",
      `planner: {agent_id: ${agentId}, api_key: ${apiKey}, rest_url: "", ws_url: }`,
      { agentId, apiKey },
    ],
  ])("%s", (_, text, expected) => {
    writeFileSync(path, text);
    expect(loadAgentConfig("planner", { path })).toEqual(expected);
  });
});

describe("a mistake is told in one sentence that quotes nothing of the file", () => {
  test.each([
    [
      "no such block",
      `weather: {api_key: ${apiKey}}\nbroken: 7`,
      /has no block named planner \(it has weather\); add one with agent_id and api_key/,
    ],
    ["no blocks at all", "title: sekret", /has no block named planner \(it has none\)/],
    ["a block that is none", "planner: sekret", /planner in .* must be a block/],
    ["no key", `planner: {agent_id: ${agentId}}`, /planner in .* lacks api_key/],
    ["a blank key", `planner: {agent_id: ${agentId}, api_key: " "}`, /lacks api_key/],
    ["no id", `planner: {api_key: ${apiKey}}`, /lacks agent_id/],
    [
      "an id that is none",
      `planner: {agent_id: sekret, api_key: ${apiKey}}`,
      /agent_id of planner in .* must be a UUID/,
    ],
    [
      "an unencrypted host",
      `planner: {agent_id: ${agentId}, api_key: ${apiKey}, rest_url: "http://a.example"}`,
      /rest_url of planner in .* must use https/,
    ],
    ["YAML that is none", `planner:\n  api_key: ${apiKey}\n  agent_id: "sekret\n`, /is not valid YAML at line \d/],
    ["an alias of nothing", "planner: *sekret", /alias|not valid YAML/],
    ["a list", "- planner", /must hold a block for each agent/],
    ["nothing", "", /must hold a block for each agent/],
  ])("%s", (_, text, expected) => {
    writeFileSync(path, text);
    let thrown: unknown;
    try {
      loadAgentConfig("planner", { path });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigError);
    expect(thrown).toMatchObject({ message: expect.stringMatching(expected) });
    expect(inspect(thrown, { depth: 9 })).not.toContain("sekret");
    expect(String(thrown)).not.toContain("\n");
  });

  test("no file", () => {
    expect(() => loadAgentConfig("planner", { path: join(folder, "none.yaml") })).toThrow(
      /none\.yaml could not be read \(ENOENT\); create it, or pass its path/,
    );
  });

  test("a name that every object has is no block", () => {
    writeFileSync(path, `weather: {api_key: ${apiKey}}`);
    expect(() => loadAgentConfig("constructor", { path })).toThrow(/has no block named constructor/);
  });
});
