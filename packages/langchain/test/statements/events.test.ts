import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { type RunnableConfig, RunnableLambda } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createRoomAgent, langchainHandler, roomTools, toolLoop } from "@thenvoi/langchain";
import { startSandbox } from "@thenvoi/sandbox";
import {
  answers,
  call,
  errors,
  kinds,
  lookup,
  reasoning,
  ScriptedModel,
  steps,
  text,
  thoughts,
  toolEvents,
  toolRuns,
  unbalanced,
  until,
} from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { expect, test } from "vitest";
import { ScriptedChatModel } from "../kit/scripted-chat-model.ts";
import { stage } from "../kit/stage.ts";
import { ask, toolOf } from "../kit/start-agent.ts";
import { statement } from "../kit/statements.ts";

const tenRounds = () =>
  steps(...Array.from({ length: 10 }, (_, index) => [call(`c${index}`, "lookup", { place: `${index}` })]), [
    text("Dry."),
  ]);

statement(1, () => {
  test.each(["createAgent", "toolLoop"])(
    "%s runs to its last model call while not one event is taken",
    async (kind) => {
      const model = tenRounds();
      const settings = { model: new ScriptedChatModel(model), tools: [toolOf(lookup())] };
      const { sandbox, room } = await stage(kind === "toolLoop" ? toolLoop(settings) : createAgent(settings));
      const stuck = sandbox.faults.always("POST events", { hang: true });
      await room.as("ada").say("@weather will it rain?");
      await until(room, "the last model call is made", () => model.requests.length === 11);
      expect(toolEvents(room, "weather")).toEqual([]);
      stuck.remove();
    },
  );
});

statement(2, () => {
  test("a platform that refuses events now and then gets them all, in order, before the answer", async () => {
    const model = steps(
      ...Array.from({ length: 5 }, (_, index) => [call(`c${index}`, "lookup", { place: `${index}` })]),
      [text("Dry.")],
    );
    const { sandbox, room } = await stage(
      createAgent({ model: new ScriptedChatModel(model), tools: [toolOf(lookup())] }),
    );
    sandbox.faults.times(1, { request: "POST events", call: 2 }, { status: 429 });
    sandbox.faults.times(1, { request: "POST events", call: 5 }, { status: 429 });
    await ask(room, "will it rain?");

    expect(toolEvents(room, "weather").map(({ type, value }) => `${type} ${value}`)).toEqual(
      Array.from({ length: 5 }, (_, index) => [
        `tool_call {"place":"${index}"}`,
        `tool_result "dry in ${index}"`,
      ]).flat(),
    );
    expect(kinds(room, "weather").at(-1)).toBe("text");
  });

  test("a platform that takes no events at all does not end the run", async () => {
    const model = steps([call("c1", "lookup", { place: "Lyon" })], [text("Dry.")]);
    const { sandbox, room } = await stage(
      createAgent({ model: new ScriptedChatModel(model), tools: [toolOf(lookup())] }),
    );
    sandbox.faults.always("POST events", { status: 500 });
    await ask(room, "will it rain?");
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["success"]);
  });
});

statement(6, () => {
  test("a model that ends after the interrupt, with an answer or a call, changes nothing", async () => {
    const late = Promise.withResolvers<void>();
    const own = lookup();
    const model = new ScriptedModel(async function* ({ index }) {
      if (index === 0) await late.promise;
      if (index === 0) yield call("c1", "lookup", { place: "Lyon" });
      yield text(index === 0 ? "Too late." : "Dry.");
    });
    const { sandbox, room } = await stage(createAgent({ model: new ScriptedChatModel(model), tools: [toolOf(own)] }));
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the model is at work", () => model.requests.length === 1);
    sandbox.control("weather", "interrupt", { room });
    await room.settled();
    late.resolve();
    await ask(room, "and now?");

    expect(kinds(room, "weather")).toEqual(["text"]);
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
    expect(own.places).toEqual([]);
  });
});

statement(10, () => {
  test("a turn that is stuck ends by its time and frees its room, and others go on meanwhile", async () => {
    const model = new ScriptedModel(async function* ({ index }) {
      if (index === 0) await new Promise(() => {});
      yield text("Dry.");
    });
    const { sandbox, room } = await stage(createAgent({ model: new ScriptedChatModel(model), tools: [] }), {
      room: { turnTimeoutMs: 1_000 },
    });
    const other = await sandbox.room({ users: ["bob"], agents: ["weather"] });
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the turn is stuck", () => model.requests.length === 1);
    await expect(other.as("bob").ask("@weather and here?")).resolves.toBe("Dry.");
    expect(room.delivery("weather")).toBe("processing");
    await room.settled();
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
  });
});

statement(17, () => {
  test("nor callbacks, signal and recursion limit", async () => {
    const seen: RunnableConfig[] = [];
    const heard: string[] = [];
    const inner = RunnableLambda.from((_input: unknown, config: RunnableConfig) => {
      seen.push(config);
      return "Dry.";
    });
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await room.as("ada").say("@weather will it rain?");
    const handler = langchainHandler({ agent: inner });
    await using agent = createRoomAgent({ ...sandbox.credentials("weather"), logger: false, handler });
    const cut = new AbortController();
    const outer = new StateGraph(MessagesAnnotation)
      .addNode("start", async () => {
        // worked off from here, so that all that hangs on this run is around
        await agent.drain();
        return { messages: [] };
      })
      .addEdge(START, "start")
      .compile();
    const callbacks = [
      {
        handleChainStart: (_chain: object, _input: object, _id: string, ...more: unknown[]) =>
          void heard.push(JSON.stringify(more)),
      },
    ];
    await outer.invoke(
      { messages: [new HumanMessage("go")] },
      { callbacks, signal: cut.signal, recursionLimit: 700, metadata: { secret: "s3cret" } },
    );
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.recursionLimit).toBeLessThan(100);
    expect(JSON.stringify(seen[0]?.metadata)).not.toContain("s3cret");
    cut.abort();
    expect(seen[0]?.signal?.aborted).toBe(false);
    expect(heard.join()).not.toContain("thenvoi_room_id");
  });
});

statement(18, () => {
  test("calls that can't be read, and nothing else, end in the open", async () => {
    const model = new ScriptedModel(() => [{ type: "raw-call", id: "c1", tool: "lookup", json: '{"place": "Ly' }]);
    const { room } = await stage(createAgent({ model: new ScriptedChatModel(model), tools: [toolOf(lookup())] }));
    await ask(room, "will it rain?");
    expect(errors(room, "weather").length).toBeGreaterThan(0);
    expect(unbalanced(room, "weather")).toEqual([]);
    expect(room.delivery("weather")).toBe("processed");
  });
});

statement(19, () => {
  test("models that are tagged as internal are not shown", async () => {
    const summary = new ScriptedChatModel(steps([reasoning("inner thought"), text("a summary")])).withConfig({
      tags: ["nostream"],
    });
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("only", async () => {
        await summary.invoke([new HumanMessage("sum up")]);
        return { messages: [new AIMessage("Dry.")] };
      })
      .addEdge(START, "only")
      .compile();
    const { room } = await stage(graph);
    await ask(room, "will it rain?");
    expect(thoughts(room, "weather")).toEqual([]);
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
  });

  test("events hold what a tool says to the model, and nothing it keeps, of whatever shape", async () => {
    const circle: { name: string; big: bigint; self?: unknown } = { name: "round", big: 9_007_199_254_740_993n };
    circle.self = circle;
    const schema = { type: "object", properties: {} } as const;
    const tools = [
      tool(() => ["dry", { secret: "artifact-s3cret" }], {
        name: "kept",
        description: "Keeps something",
        schema,
        responseFormat: "content_and_artifact",
      }),
      tool(
        (_input: unknown, config: { readonly toolCall?: { readonly id?: string } }) =>
          new ToolMessage({
            content: "dry too",
            tool_call_id: config.toolCall?.id ?? "",
            artifact: circle,
            additional_kwargs: { secret: "kwargs-s3cret" },
          }),
        { name: "circled", description: "Goes round", schema },
      ),
    ];
    const model = steps([call("c1", "kept", {}), call("c2", "circled", {})], [text("Dry.")]);
    const config = { metadata: { secret: "metadata-s3cret" }, configurable: { token: "configurable-s3cret" } };
    const { room } = await stage(createAgent({ model: new ScriptedChatModel(model), tools }), { adapter: { config } });
    await ask(room, "will it rain?");

    expect(toolRuns(room, "weather").map(({ output }) => output)).toEqual(['"dry"', '"dry too"']);
    expect(JSON.stringify(room.timeline())).not.toContain("s3cret");
  });

  test("circles and big integers in arguments and results are shown as what can be shown of them", async () => {
    const circle: { name: string; big: bigint; self?: unknown } = { name: "round", big: 9_007_199_254_740_993n };
    circle.self = circle;
    const chain = RunnableLambda.from(async (_input: unknown, config: RunnableConfig) => {
      const made = tool(() => circle, {
        name: "circled",
        description: "Goes round",
        schema: { type: "object", properties: {} },
      });
      await made.invoke({}, config);
      return "Dry.";
    });
    const { room } = await stage(chain);
    await ask(room, "will it rain?");
    expect(toolRuns(room, "weather")[0]?.output).toContain("9007199254740993");
    expect(toolRuns(room, "weather")[0]?.output).toContain("[circular]");
  });

  test("`redact` sees every event before it leaves, and what it takes out stays out", async () => {
    const model = steps([reasoning("the code is 1234"), call("c1", "lookup", { place: "1234" })], [text("Dry.")]);
    const { room } = await stage(
      createAgent({ model: new ScriptedChatModel(model), tools: [toolOf(lookup()), ...roomTools()] }),
      {
        adapter: {
          events: {
            redact: (event) =>
              event.type === "thought" ? undefined : JSON.parse(JSON.stringify(event).replaceAll("1234", "…")),
          },
        },
      },
    );
    await ask(room, "will it rain?");
    expect(JSON.stringify(room.timeline())).not.toContain("1234");
    expect(unbalanced(room, "weather")).toEqual([]);
  });
});
