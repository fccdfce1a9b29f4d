import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { entrypoint, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import {
  ConfigError,
  createRoomAgent,
  type Invokable,
  langchainHandler,
  roomTools,
  toolLoop,
} from "@thenvoi/langchain";
import { roomMiddleware } from "@thenvoi/langchain/middleware";
import { startSandbox } from "@thenvoi/sandbox";
import {
  answers,
  call,
  errors,
  lookup,
  type ModelPart,
  reasoning,
  ScriptedModel,
  steps,
  text,
  thoughts,
  toolEvents,
  toolRuns,
  unbalanced,
  wholePrompt,
} from "@thenvoi/sandbox/contract";
import { createAgent, createMiddleware } from "langchain";
import { describe, expect, onTestFinished, test } from "vitest";
import { reasoningOf } from "../../src/reasoning.ts";
import { ScriptedChatModel } from "../kit/scripted-chat-model.ts";
import { ask, startAgent, toolOf } from "../kit/start-agent.ts";
import { statement } from "../kit/statements.ts";

/** Asks an agent one thing, in a sandbox that lives as long as the test. */
async function played(agent: Invokable, adapter = {}) {
  const stack = new AsyncDisposableStack();
  onTestFinished(() => stack.disposeAsync());
  const sandbox = stack.use(await startSandbox());
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  stack.use(await startAgent(sandbox, agent, { adapter }));
  await ask(room, "will it rain?");
  return room;
}

describe("whatever has `invoke` answers", () => {
  const model = () => new ScriptedChatModel(steps([text("Dry.")]));
  const dry = () => new AIMessage("Dry.");
  const kinds: Readonly<Record<string, () => Invokable>> = {
    "a chat model": model,
    "a model with tools bound": () => model().bindTools([toolOf(lookup())]),
    "an agent of createAgent": () => createAgent({ model: model(), tools: [] }),
    "a compiled graph": () =>
      new StateGraph(MessagesAnnotation)
        .addNode("only", () => ({ messages: [dry()] }))
        .addEdge(START, "only")
        .compile(),
    "a functional entrypoint": () => entrypoint("only", async () => ({ messages: [dry()] })),
    "a RunnableLambda": () => RunnableLambda.from(() => "Dry."),
    "a tool loop": () => toolLoop({ model: model() }),
  };
  for (const [kind, make] of Object.entries(kinds))
    test(kind, async () => {
      expect(answers(await played(make()), "weather")).toEqual(["@ada Dry."]);
    });
});

describe("what can't be used is refused at once, in one sentence", () => {
  test.each([
    ["no invoke", () => langchainHandler({ agent: Object.create(null) })],
    ["no bound tools", () => toolLoop({ model: RunnableLambda.from(() => ""), tools: [toolOf(lookup())] })],
    [
      "two tools of one name",
      () => toolLoop({ model: new ScriptedChatModel(steps()), tools: [...roomTools(), ...roomTools()] }),
    ],
    [
      "a checkpointer that isn't there",
      () => langchainHandler({ agent: RunnableLambda.from(() => ""), memory: "checkpointer" }),
    ],
    [
      "approvals that can't be kept",
      () => langchainHandler({ agent: RunnableLambda.from(() => ""), approve: { tools: ["lookup"] } }),
    ],
  ])("%s", (_name, make) => {
    expect(make).toThrow(ConfigError);
  });
});

statement(4, () => {
  test("a model that fails and then answers by the agent's own retry is no error in the room", async () => {
    let tries = 0;
    const model = new ScriptedModel((): ModelPart[] => {
      tries += 1;
      if (tries < 3) throw new Error("the line is down");
      return [text("Dry.")];
    });
    const room = await played(new ScriptedChatModel(model).withRetry({ stopAfterAttempt: 3 }), {
      input: (messages: unknown) => messages,
    });

    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
    expect(errors(room, "weather")).toEqual([]);
  });
});

statement(7, () => {
  test("input that doesn't fit is a message to the model, also where a middleware wraps tool calls", async () => {
    const passing = createMiddleware({ name: "Passing", wrapToolCall: (request, handler) => handler(request) });
    const model = steps([call("c1", "thenvoi_send_message", { words: 7 })], [text("Dry.")]);
    const agent = createAgent({ model: new ScriptedChatModel(model), tools: roomTools(), middleware: [passing] });
    const room = await played(agent);

    expect(toolRuns(room, "weather").map(({ isError }) => isError)).toEqual([true]);
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
  });

  test("outside of a turn they answer with an error", async () => {
    const [tool] = roomTools();
    const answer: unknown = await tool?.invoke({ content: "hello", mentions: ["@ada"] });
    expect(String(answer)).toContain("no_turn");
  });
});

statement(8, () => {
  test("the middleware leaves a tool that throws as recoverable as it was", async () => {
    const broken = lookup(() => {
      throw new Error("the station is offline");
    });
    const model = steps([call("c1", "lookup", { place: "Lyon" })], [text("I could not find out.")]);
    const agent = createAgent({
      model: new ScriptedChatModel(model),
      tools: [toolOf(broken)],
      middleware: [roomMiddleware()],
    });
    const room = await played(agent);

    expect(answers(room, "weather")).toEqual(["@ada I could not find out."]);
    expect(model.requests[0]?.tools).toContain("thenvoi_send_message");
    expect(model.requests[0]?.messages.filter((message) => message.text.startsWith("<room-note>"))).toHaveLength(1);
  });

  test("the middleware tells the model of the room where the handler does not", async () => {
    const model = steps([text("Dry.")]);
    const agent = createAgent({ model: new ScriptedChatModel(model), tools: [], middleware: [roomMiddleware()] });
    await played(agent, { instructions: false });

    expect(model.requests[0] && wholePrompt(model.requests[0])).toContain("thenvoi_no_reply");
  });
});

statement(9, () => {
  test("a call that is executed twice under one id is said once", async () => {
    const model = steps([call("c1", "thenvoi_send_message", { content: "Dry.", mentions: ["@ada"] })], [text("Done.")]);
    const twice = createMiddleware({
      name: "Twice",
      wrapToolCall: async (request, handler) => {
        await handler(request);
        return handler(request);
      },
    });
    const room = await played(
      createAgent({ model: new ScriptedChatModel(model), tools: roomTools(), middleware: [twice] }),
    );

    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
    expect(unbalanced(room, "weather")).toEqual([]);
  });
});

statement(13, () => {
  test("where the room is the memory, a checkpointer does not remember a second time", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }) => [text(`answer ${index}`)]);
    const agent = createAgent({ model: new ScriptedChatModel(model), tools: [], checkpointer: new MemorySaver() });
    await using _agent = await startAgent(sandbox, agent, { adapter: { memory: "room" } });
    await ask(room, "the first question");
    await ask(room, "the second question");

    expect(model.requests[1]?.messages.filter((message) => message.text.includes("answer 0"))).toHaveLength(1);
  });
});

statement(17, () => {
  test("an agent whose messages are worked off inside of another run takes nothing over from it", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const seen: unknown[] = [];
    const inner = RunnableLambda.from((_input: unknown, config) => {
      seen.push(config.tags, config.configurable?.secret);
      return "Dry.";
    });
    await room.as("ada").say("@weather will it rain?");
    const handler = langchainHandler({ agent: inner });
    await using agent = createRoomAgent({ ...sandbox.credentials("weather"), logger: false, handler });
    const outer = new StateGraph(MessagesAnnotation)
      .addNode("start", async () => {
        await agent.drain();
        return { messages: [] };
      })
      .addEdge(START, "start")
      .compile();
    await outer.invoke({ messages: [new HumanMessage("go")] }, { tags: ["outer"], configurable: { secret: "s3cret" } });

    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
    expect(JSON.stringify(seen)).not.toMatch(/outer|s3cret/u);
  });
});

statement(19, () => {
  test.each([
    ["a standard block", new AIMessage({ content: [{ type: "reasoning", reasoning: "hm" }] })],
    [
      "Anthropic's, named",
      new AIMessage({
        content: [{ type: "thinking", thinking: "hm", signature: "s" }],
        response_metadata: { model_provider: "anthropic" },
      }),
    ],
    ["Anthropic's, unnamed", new AIMessage({ content: [{ type: "thinking", thinking: "hm" }] })],
    [
      "OpenAI's summary",
      new AIMessage({
        content: "",
        additional_kwargs: { reasoning: { summary: [{ type: "summary_text", text: "hm" }] } },
      }),
    ],
    ["reasoning_content", new AIMessage({ content: "", additional_kwargs: { reasoning_content: "hm" } })],
    ["Groq's", new AIMessage({ content: "", additional_kwargs: { reasoning: "hm" } })],
  ])("reasoning is found: %s", (_name, message) => {
    expect(reasoningOf(message)).toEqual(["hm"]);
  });

  test("what runs inside of a tool, and what the framework asks a model for itself, is not shown", async () => {
    const inner = createAgent({
      model: new ScriptedChatModel(
        steps([reasoning("inner thought"), call("i1", "lookup", { place: "Nice" })], [text("inner")]),
      ),
      tools: [toolOf(lookup())],
    });
    const research = toolOf({
      ...lookup(),
      name: "research",
      execute: async () => (await inner.invoke({ messages: [new HumanMessage("go")] })).messages.at(-1)?.text,
    });
    const outer = new ScriptedChatModel(steps([call("c1", "research", { place: "Lyon" })], [text("Dry.")]));
    const room = await played(createAgent({ model: outer, tools: [research] }));

    expect(toolEvents(room, "weather").map(({ name }) => name)).toEqual(["research", "research"]);
    expect(thoughts(room, "weather")).toEqual([]);
  });
});
