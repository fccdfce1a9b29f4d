import { MemorySaver } from "@langchain/langgraph";
import { toolLoop } from "@thenvoi/langchain";
import { startSandbox } from "@thenvoi/sandbox";
import {
  answers,
  call,
  errors,
  flaws,
  kinds,
  lookup,
  type ModelPart,
  type OwnTool,
  ProviderFailure,
  ScriptedModel,
  text,
  toolRuns,
  unbalanced,
} from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { describe, expect, test } from "vitest";
import { ScriptedChatModel } from "../kit/scripted-chat-model.ts";
import { ask, startAgent, toolOf } from "../kit/start-agent.ts";

type Make = (model: ScriptedModel, tools: readonly OwnTool[]) => Parameters<typeof startAgent>[1];

const agents: readonly (readonly [string, Make])[] = [
  ["toolLoop", (model, tools) => toolLoop({ model: new ScriptedChatModel(model), tools: tools.map(toolOf) })],
  ["createAgent", (model, tools) => createAgent({ model: new ScriptedChatModel(model), tools: tools.map(toolOf) })],
  [
    "createAgent with a checkpointer",
    (model, tools) =>
      createAgent({
        model: new ScriptedChatModel(model),
        tools: tools.map(toolOf),
        checkpointer: new MemorySaver(),
      }),
  ],
];

describe.each(agents)("when a model or a tool is at fault · %s", (_kind, make) => {
  test.each([429, 529])("%i is waited for inside the turn", async (status) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }): ModelPart[] => {
      if (index < 3) throw new ProviderFailure("slow down", { status, retryAfterSeconds: 0.02 });
      return [text("Dry.")];
    });
    await using _agent = await startAgent(sandbox, make(model, []));
    await ask(room, "will it rain?");

    expect(kinds(room, "weather")).toEqual(["text"]);
    expect(room.deliveries("weather")[0]?.attempts).toHaveLength(1);
  });

  test.each([429, 529])("%i after a tool call is waited for too, and no tool runs twice", async (status) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const own = lookup();
    const model = new ScriptedModel(({ index }): ModelPart[] => {
      if (index === 1) throw new ProviderFailure("slow down", { status, retryAfterSeconds: 0.02 });
      return [index === 0 ? call("c1", "lookup", { place: "Lyon" }) : text("Dry.")];
    });
    await using _agent = await startAgent(sandbox, make(model, [own]));
    await ask(room, "will it rain?");

    expect(own.places).toEqual(["Lyon"]);
    expect(kinds(room, "weather")).toEqual(["tool_call", "tool_result", "text"]);
    expect(room.deliveries("weather")[0]?.attempts).toHaveLength(1);
    expect(model.requests.flatMap(flaws)).toEqual([]);
    expect(model.requests[2]?.messages).toEqual(model.requests[1]?.messages);
  });

  test.each([
    ["429 that asks for more than a minute", { status: 429, retryAfterSeconds: 120 }],
    ["529 that does not say how long", { status: 529 }],
    ["500", { status: 500 }],
  ])("%s fails the attempt, in the open, and the next one answers", async (_name, answer) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }): ModelPart[] => {
      if (index === 0) throw new ProviderFailure("slow down", answer);
      return [text("Dry.")];
    });
    await using _agent = await startAgent(sandbox, make(model, []));
    await ask(room, "will it rain?");

    expect(kinds(room, "weather")).toEqual(["error", "text"]);
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["failed", "success"]);
  });

  test("a tool that hangs is cut with its turn: closed, counted as failed, and the next attempt answers", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }): ModelPart[] => [
      index === 0 ? call("c1", "lookup", { place: "Lyon" }) : text("Dry."),
    ]);
    const own = lookup(() => new Promise(() => {}));
    await using _agent = await startAgent(sandbox, make(model, [own]), { room: { turnTimeoutMs: 2_000 } });
    await ask(room, "will it rain?");

    expect(unbalanced(room, "weather")).toEqual([]);
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["failed", "success"]);
    expect(model.requests.flatMap(flaws)).toEqual([]);
  });

  test("parallel calls of which one fails keep the results of the others, one each", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const places = ["Lyon", "Nowhere", "Nice"];
    const model = new ScriptedModel(({ index }): ModelPart[] =>
      index === 0 ? places.map((place) => call(place, "lookup", { place })) : [text("Dry.")],
    );
    const own = lookup((place) => {
      if (place === "Nowhere") throw new Error("no such place");
      return "dry";
    });
    await using _agent = await startAgent(sandbox, make(model, [own]));
    await ask(room, "will it rain?");

    expect(toolRuns(room, "weather").map(({ input, isError }) => `${input} ${isError}`)).toEqual([
      '{"place":"Lyon"} false',
      '{"place":"Nowhere"} true',
      '{"place":"Nice"} false',
    ]);
    expect(errors(room, "weather")).toEqual([]);
    expect(model.requests.flatMap(flaws)).toEqual([]);
  });
});
