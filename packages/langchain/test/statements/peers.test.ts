import { createRequire } from "node:module";
import { join } from "node:path";
import { askPeerTool, createRoomAgent, type Invokable, peerTools, roomTools, toolLoop } from "@thenvoi/langchain";
import { startSandbox } from "@thenvoi/sandbox";
import {
  answers,
  call,
  lookup,
  ScriptedModel,
  steps,
  text,
  toolEvents,
  toolRuns,
  unbalanced,
  until,
} from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { expect, inject, test } from "vitest";
import { runProgram } from "../kit/run-program.ts";
import { ScriptedChatModel } from "../kit/scripted-chat-model.ts";
import { stage } from "../kit/stage.ts";
import { ask, startAgent, toolOf } from "../kit/start-agent.ts";
import { statement } from "../kit/statements.ts";

const askPlanner = (question = "What to pack?") => call("c1", "thenvoi_ask_peer", { peer: "@planner", question });

/** A second copy of everything, of another version than the one under test. */
const otherColumn = inject("column") === "middle" ? "floor" : "middle";
const require = createRequire(join(import.meta.dirname, "../../columns", otherColumn, "package.json"));
const second: {
  readonly langchain: typeof import("langchain");
  readonly graph: typeof import("@langchain/langgraph");
} = { langchain: require("langchain"), graph: require("@langchain/langgraph") };

function secondAgent(settings: Readonly<Record<string, unknown>>): Invokable {
  const made: Invokable = Reflect.apply(second.langchain.createAgent, undefined, [settings]);
  return made;
}

statement(20, () => {
  test("tools for peers have names that are valid, unique, and the same in every turn", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    for (const name of ["wind man", "wind.man", "wind_man", "Wetter-Dienst für Österreich", "long".repeat(30)])
      sandbox.registerAgent(name);
    const seen: string[][] = [];
    await using agent = createRoomAgent({
      ...sandbox.credentials("weather"),
      logger: false,
      handler: async (turn) => {
        seen.push((await peerTools(turn)).map(({ name }) => name));
        await turn.reply("Seen.");
      },
    });
    await agent.start();
    await ask(room, "whom do you know?");
    await ask(room, "and now?");

    expect(seen[0]?.length).toBeGreaterThan(3);
    for (const name of seen[0] ?? []) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/u);
    expect(new Set(seen[0]).size).toBe(seen[0]?.length);
    expect(seen[1]).toEqual(seen[0]);
  });

  test("a peer that does not answer in time, or leaves, is an error result, and the run goes on", async () => {
    const model = new ScriptedModel(({ index }) => [index % 2 === 0 ? askPlanner() : text("I can't tell.")]);
    const { sandbox, room } = await stage(
      createAgent({ model: new ScriptedChatModel(model), tools: [askPeerTool({ timeoutMs: 200 })] }),
    );
    using _planner = sandbox.script("planner", () => undefined);
    await ask(room, "what shall I pack?");
    expect(toolRuns(room, "weather").map(({ isError }) => isError)).toEqual([true]);
    expect(toolRuns(room, "weather")[0]?.output).toMatch(/did not answer/u);

    const patient = await stage(
      createAgent({ model: new ScriptedChatModel(steps([askPlanner()], [text("It left.")])), tools: [askPeerTool()] }),
    );
    using _other = patient.sandbox.script("planner", () => undefined);
    await patient.room.as("ada").say("@weather what shall I pack?");
    await until(patient.room, "the question is asked", () => answers(patient.room, "weather").length === 1);
    await patient.room.remove("planner");
    await patient.room.settled();
    expect(toolRuns(patient.room, "weather").map(({ isError }) => isError)).toEqual([true]);
    expect(answers(patient.room, "weather").at(-1)).toBe("@ada It left.");
  });

  test("two agents that ask each other come to an end: a counter-question is an answer", async () => {
    const weather = steps(
      [askPlanner("What shall she pack?")],
      [call("w2", "thenvoi_ask_peer", { peer: "@planner", question: "To Lyon. So what?" })],
      [text("An umbrella.")],
    );
    const planner = steps(
      [call("p1", "thenvoi_ask_peer", { peer: "@weather", question: "Where to?" })],
      [text("An umbrella, for Lyon.")],
    );
    const { sandbox, room } = await stage(createAgent({ model: new ScriptedChatModel(weather), tools: roomTools() }));
    await using _planner = await startAgent(sandbox, toolLoop({ model: new ScriptedChatModel(planner) }), {
      name: "planner",
    });
    await room.as("ada").say("@weather what shall I pack?");
    await room.settled({ timeoutMs: 20_000 });

    expect(answers(room, "weather").at(-1)).toBe("@ada An umbrella.");
    expect([weather.requests.length, planner.requests.length]).toEqual([3, 2]);
  });

  test("an abort ends the wait", async () => {
    const model = new ScriptedModel(({ index }) => [index === 0 ? askPlanner() : text("Fine.")]);
    const { sandbox, room } = await stage(createAgent({ model: new ScriptedChatModel(model), tools: roomTools() }));
    using _planner = sandbox.script("planner", () => undefined);
    await room.as("ada").say("@weather what shall I pack?");
    await until(room, "the question is asked", () => answers(room, "weather").length === 1);
    sandbox.control("weather", "interrupt", { room });
    await room.settled();
    await ask(room, "never mind");

    expect(unbalanced(room, "weather")).toEqual([]);
    expect(answers(room, "weather")).toEqual(["@planner What to pack?", "@ada Fine."]);
  });

  test("with an agent, a checkpointer and messages of a second copy of LangChain", async () => {
    expect(second.langchain.createAgent).not.toBe(createAgent);
    const model = new ScriptedModel(({ index }) =>
      index === 0
        ? [askPlanner(), call("c2", "lookup", { place: "Lyon" }), call("c3", "lookup", { town: "Lyon" })]
        : [text(`Answer ${index}.`)],
    );
    const agent = secondAgent({
      model: new ScriptedChatModel(model),
      tools: [...roomTools(), toolOf(lookup())],
      checkpointer: new second.graph.MemorySaver(),
    });
    const { sandbox, room } = await stage(agent);
    using _planner = sandbox.script("planner", ["An umbrella."]);
    await ask(room, "what shall I pack?");
    await ask(room, "and tomorrow?");

    expect(answers(room, "weather")).toEqual(["@planner What to pack?", "@ada Answer 1.", "@ada Answer 2."]);
    expect(toolEvents(room, "weather").filter(({ isError }) => isError)).toHaveLength(1);
    expect(unbalanced(room, "weather")).toEqual([]);
  });

  test.runIf(inject("column") === "latest")("without `langchain` and `@langchain/langgraph`", async () => {
    await expect(runProgram("loop", ["langchain", "@langchain/langgraph"])).resolves.toEqual({
      said: [
        "@weather what shall I pack?",
        "@planner What to pack?",
        "@weather An umbrella.",
        "@ada Pack an umbrella.",
      ],
      runs: 2,
    });
    await expect(runProgram("resume", ["@langchain/langgraph"])).resolves.toEqual({
      said: ["@weather will it rain?", "@ada Which city?", "@weather Lyon", "@ada You said Lyon."],
    });
  });
});

statement(16, () => {
  test("the command of a second copy of LangGraph does not skip what is held back", async () => {
    const model = new ScriptedModel(({ index }) => [
      index === 0 ? call("c1", "lookup", { place: "Lyon" }) : text("Dry."),
    ]);
    const own = lookup();
    const interruptOn = { lookup: { allowedDecisions: ["approve", "reject"] } };
    const middleware: unknown = Reflect.apply(second.langchain.humanInTheLoopMiddleware, undefined, [{ interruptOn }]);
    const agent = secondAgent({
      model: new ScriptedChatModel(model),
      tools: [toolOf(own)],
      middleware: [middleware],
      checkpointer: new second.graph.MemorySaver(),
    });
    const { room } = await stage(agent);
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
    expect(own.places).toEqual([]);
    await room.as("ada").say("@weather yes");
    await room.settled();

    expect(own.places).toEqual(["Lyon"]);
    expect(answers(room, "weather").at(-1)).toBe("@ada Dry.");
  });
});
