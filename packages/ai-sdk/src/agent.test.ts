import { ConfigError } from "@thenvoi/core";
import { expect, test } from "vitest";
import { callableAgent } from "./agent.ts";
import { checkApprovals } from "./approvals.ts";

const stream = () => undefined;

test.each<[string, unknown, RegExp]>([
  ["nothing", undefined, /not nothing/u],
  ["a number", 7, /not a number/u],
  ["the name of a model", "provider/model", /new ToolLoopAgent\(\{ model \}\)/u],
  ["a model", { specificationVersion: "v3", doStream: stream }, /not a model/u],
  ["an object without stream", { version: "agent-v1", tools: {} }, /no `stream` method/u],
  ["an agent of ai 5", { stream, tools: {}, settings: {} }, /ai 5/u],
])("%s is refused with one sentence", (_, value, sentence) => {
  expect(() => callableAgent(value)).toThrow(ConfigError);
  expect(() => callableAgent(value)).toThrow(sentence);
});

test.each<[string, object, readonly string[], RegExp]>([
  ["a tool that is not there", { tools: {} }, ["look"], /does not have/u],
  [
    "a tool of an agent that may replace its tools",
    { tools: { look: {} }, settings: { prepareCall: stream } },
    ["look"],
    /prepareCall/u,
  ],
  [
    "a tool of an agent that is not the SDK's",
    { tools: { look: {} }, settings: undefined },
    ["look"],
    /only a `ToolLoopAgent`/u,
  ],
])("an approval that can't be kept is refused: %s", (_, made, tools, sentence) => {
  const agent = callableAgent({ version: "agent-v1", stream, settings: {}, ...made });
  expect(() => checkApprovals(agent, { tools }, [])).toThrow(sentence);
});

test("an approval that the tool asks for itself can be kept by any agent", () => {
  const tools = { look: { needsApproval: true } };
  checkApprovals(
    callableAgent({ version: "agent-v1", stream, tools, settings: { prepareCall: stream } }),
    { tools: ["look"] },
    [],
  );
  checkApprovals(callableAgent({ version: "agent-v1", stream, tools }), { tools: ["look"] }, []);
});
