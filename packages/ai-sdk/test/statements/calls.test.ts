import { setTimeout as sleep } from "node:timers/promises";
import { type RoomEventInput, toRoomEvents } from "@thenvoi/ai-sdk";
import { startSandbox } from "@thenvoi/sandbox";
import {
  answers,
  call,
  flaws,
  lookup,
  ProviderFailure,
  ScriptedModel,
  steps,
  text,
  toolEvents,
  toolRuns,
  unbalanced,
  until,
} from "@thenvoi/sandbox/contract";
import { expect, test } from "vitest";
import * as z from "zod";
import { block, finish, inTurn, toolCall } from "./kit/model-stream.ts";
import { promised } from "./kit/promised.ts";
import { ask, startAgent } from "./kit/start-agent.ts";
import { statement } from "./kit/versions.ts";

const dry = [...block("text", "1", "Dry."), finish("stop")];
const lookLyon = toolCall("c1", "lookup", '{"place":"Lyon"}');
const place = z.object({ place: z.string() });

statement(6, "Every `tool_call` has exactly one closing `tool_result`", (ai) => {
  test.each([
    // 6.0.0 runs the tool all the same.
    ["the answer was cut at its length", { provider: inTurn([...lookLyon, finish("length")], dry) }, [/length|dry/u]],
    [
      "the tool is not run here, having no `execute`",
      { provider: inTurn([...lookLyon, finish("tool-calls")], dry), tools: { lookup: { inputSchema: place } } },
      [/nothing here runs/u],
    ],
    ["the stream ends after it", { provider: inTurn([...lookLyon], dry) }, [/./u]],
    [
      "the stream says `error` after it",
      { provider: inTurn([...lookLyon, { type: "error", error: "no" }, finish("error")], dry) },
      [/./u],
    ],
    ["the arguments never end", { provider: inTurn([...lookLyon.slice(0, 2), finish("length")], dry) }, []],
  ])("also when %s", async (_, settings, told) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(ai, sandbox, { own: [lookup()], settings });

    await ask(room, "will it rain?");
    await ask(room, "and now?");

    expect(unbalanced(room, "weather")).toEqual([]);
    expect(toolRuns(room, "weather").map(({ output }) => output)).toEqual(
      told.map((each) => expect.stringMatching(each)),
    );
    expect(answers(room, "weather").at(-1)).toBe("@ada Dry.");
  });

  test("also when the next step fails", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }) => {
      if (index === 1) throw new ProviderFailure("no", { status: 400 });
      return [index === 0 ? call("c1", "lookup", { place: "Lyon" }) : text("Dry.")];
    });
    await using _agent = await startAgent(ai, sandbox, { model, own: [lookup()] });

    await ask(room, "will it rain?");

    expect(unbalanced(room, "weather")).toEqual([]);
    expect(toolEvents(room, "weather")).toHaveLength(2);
  });

  test("also when the agent's own approval throws; the tool does not run", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const ran: unknown[] = [];
    const tools = {
      lookup: {
        inputSchema: place,
        execute: (input: unknown) => ran.push(input),
        needsApproval: () => {
          throw new Error("the policy is not to be had");
        },
      },
    };
    await using _agent = await startAgent(ai, sandbox, {
      settings: { provider: inTurn([...lookLyon, finish("tool-calls")], dry), tools },
    });

    await ask(room, "will it rain?");

    expect(unbalanced(room, "weather")).toEqual([]);
    expect(ran).toEqual([]);
  });

  promised(ai, "every tool call is closed exactly once", "an interrupt ends a run whose tool ignores it");
});

statement(7, "Order-tolerant", (ai) => {
  test("results that come before later calls, and parallel calls that end in another order", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const slow = Promise.withResolvers<string>();
    const quick = { ...lookup(), name: "quick" };
    const model = new ScriptedModel(async function* ({ index }) {
      if (index > 0) return yield text("Dry.");
      yield call("slow", "lookup", { place: "Lyon" });
      yield call("quick", "quick", { place: "Nice" });
      await sleep(20); // long enough for versions that start tools at once
      yield call("quick-2", "quick", { place: "Metz" });
    });
    await using _agent = await startAgent(ai, sandbox, { model, own: [lookup(() => slow.promise), quick] });

    await room.as("ada").say("@weather will it rain?");
    await until(room, "the quick ones are done", () => toolEvents(room, "weather").length === 5);
    slow.resolve("dry");
    await room.settled();

    expect(unbalanced(room, "weather")).toEqual([]);
    expect(toolEvents(room, "weather").at(-1)).toMatchObject({ type: "tool_result", name: "lookup" });
    for (const request of model.requests) expect(flaws(request)).toEqual([]);
  });

  test("a `tool-call` without the parts of its input", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const provider = inTurn([...lookLyon.slice(-1), finish("tool-calls")], dry);
    await using _agent = await startAgent(ai, sandbox, { own: [lookup()], settings: { provider } });
    await ask(room, "will it rain?");
    expect(toolEvents(room, "weather").map(({ type, value }) => `${type} ${value}`)).toEqual([
      'tool_call {"place":"Lyon"}',
      'tool_result "dry in Lyon"',
    ]);
  });

  test("a tool that the provider runs itself is a call and a result, and runs nowhere else", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const about = { toolCallId: "s1", toolName: "web_search", dynamic: true } as const;
    const provider = inTurn([
      { type: "tool-call", ...about, input: '{"query":"rain"}', providerExecuted: true },
      { type: "tool-result", ...about, result: "no rain" },
      ...dry,
    ]);
    await using _agent = await startAgent(ai, sandbox, { settings: { provider } });
    await ask(room, "will it rain?");
    expect(toolEvents(room, "weather").map(({ type, value }) => `${type} ${value}`)).toEqual([
      'tool_call {"query":"rain"}',
      'tool_result "no rain"',
    ]);
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
  });

  test("a tool that shows preliminary results has one result, the last", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    async function* execute() {
      yield "looking";
      yield "still looking";
      yield "dry";
    }
    const provider = inTurn([...lookLyon, finish("tool-calls")], dry);
    const tools = { lookup: { inputSchema: place, execute } };
    await using _agent = await startAgent(ai, sandbox, { settings: { provider, tools } });
    await ask(room, "will it rain?");
    expect(toolEvents(room, "weather").map(({ type, value }) => `${type} ${value}`)).toEqual([
      'tool_call {"place":"Lyon"}',
      'tool_result "dry"',
    ]);
  });

  test("parts of kinds that are not known are passed over, and a result without a call is one", async () => {
    const parts = [
      { type: "start" },
      { type: "something-new", toolCallId: "c0" },
      { type: "tool-result", toolCallId: "c1", toolName: "lookup", input: {}, output: "dry" },
      { type: "ping" },
      { type: "tool-result", toolCallId: "c1", toolName: "lookup", input: {}, output: "dry" },
      { type: "finish", finishReason: "stop" },
    ];
    const events: RoomEventInput[] = [];
    for await (const event of toRoomEvents(ReadableStream.from(parts))) events.push(event);
    expect(events).toEqual([{ type: "tool_result", toolCallId: "c1", name: "lookup", output: "dry" }]);
  });

  test("a call that is not valid is one call and one error result", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = steps([call("c1", "lookup", { town: 7 })], [text("Dry.")]);
    await using _agent = await startAgent(ai, sandbox, { model, own: [lookup()] });
    await ask(room, "will it rain?");
    expect(toolEvents(room, "weather").map(({ type, isError }) => `${type} ${isError}`)).toEqual([
      "tool_call false",
      "tool_result true",
    ]);
  });

  test("ids that a provider uses again in another run are two calls, each with its own result, now and in what the model remembers", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }) => {
      if (index === 0) return [call("call_0", "lookup", { place: "Lyon" })];
      if (index === 2) return [call("call_0", "lookup", { place: "Nice" })];
      return [text("Dry.")];
    });
    await using _agent = await startAgent(ai, sandbox, { model, own: [lookup()] });
    for (const words of ["in Lyon?", "in Nice?", "anywhere?"]) await ask(room, words);

    expect(toolEvents(room, "weather").map(({ type, value }) => `${type} ${value}`)).toEqual([
      'tool_call {"place":"Lyon"}',
      'tool_result "dry in Lyon"',
      'tool_call {"place":"Nice"}',
      'tool_result "dry in Nice"',
    ]);
    const last = model.requests.at(-1);
    expect(last?.messages.flatMap(({ calls }) => calls.map(({ input }) => input))).toEqual([
      { place: "Lyon" },
      { place: "Nice" },
    ]);
    expect(last?.messages.flatMap(({ results }) => results.map(({ output }) => output))).toEqual([
      "dry in Lyon",
      "dry in Nice",
    ]);
    for (const request of model.requests) expect(flaws(request)).toEqual([]);
  });
});
