import { type DynamicStructuredTool, tool } from "@langchain/core/tools";
import { Annotation, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { ConfigError, type LangchainHandlerOptions, langchainHandler, roomTools, toolLoop } from "@thenvoi/langchain";
import { roomMiddleware } from "@thenvoi/langchain/middleware";
import { startSandbox } from "@thenvoi/sandbox";
import { lookup, steps } from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { describe, expect, inject, test } from "vitest";
import { runProgram } from "./kit/run-program.ts";
import { ScriptedChatModel } from "./kit/scripted-chat-model.ts";
import { startAgent, toolOf } from "./kit/start-agent.ts";

const model = () => new ScriptedChatModel(steps());
const graphWith = (tools: ReturnType<typeof roomTools>) =>
  new StateGraph(MessagesAnnotation).addNode("tools", new ToolNode(tools)).addEdge(START, "tools").compile();
const withoutMessages = () =>
  new StateGraph(Annotation.Root({ question: Annotation<string>(), answer: Annotation<string>() }))
    .addNode("only", () => ({ answer: "Dry." }))
    .addEdge(START, "only")
    .compile();
/** A tool of the user's own that is called as one of the room's. */
const impostor = (): DynamicStructuredTool =>
  tool(() => "sent", {
    name: "thenvoi_send_message",
    description: "Sends",
    schema: { type: "object", properties: {} },
  });

describe("what can't be used is refused at start, in one sentence", () => {
  const mistakes: readonly (readonly [string, LangchainHandlerOptions["agent"], RegExp])[] = [
    ["nothing with `invoke`", Object.create(null), /something with `invoke`/u],
    ["a graph without `messages`", withoutMessages(), /no `messages`: give `input`.*and `output`/u],
    [
      "an own tool of a room tool's name, in createAgent",
      createAgent({ model: model(), tools: [impostor()] }),
      /own tool "thenvoi_send_message" has the name of one of the room's/u,
    ],
    ["the same in a node of a graph", graphWith([impostor()]), /own tool "thenvoi_send_message"/u],
    ["the same in a toolLoop", toolLoop({ model: model(), tools: [impostor()] }), /own tool "thenvoi_send_message"/u],
    [
      "the room's tools given twice, by hand and by the middleware",
      createAgent({ model: model(), tools: roomTools(), middleware: [roomMiddleware()] }),
      /two tools with the name "thenvoi_/u,
    ],
  ];
  test.each(mistakes)("%s", (_name, agent, sentence) => {
    const made = () => langchainHandler({ agent });
    expect(made).toThrow(ConfigError);
    expect(made).toThrow(sentence);
    expect(made).toThrow(/^[^\n]+\.$/u);
  });

  test("a graph without `messages` is taken with `input` and `output`", () => {
    const shaped = { input: () => ({ question: "rain?" }), output: () => "Dry." };
    expect(langchainHandler({ agent: withoutMessages(), ...shaped })).toBeTypeOf("function");
    expect(() => langchainHandler({ agent: withoutMessages(), input: shaped.input })).toThrow(ConfigError);
  });

  test.runIf(inject("column") === "latest")("the middleware without `langchain` says what to install", async () => {
    await expect(runProgram("middleware", [])).resolves.toBe("it loads");
    await expect(runProgram("middleware", ["langchain"])).resolves.toBe(
      "ConfigError: @thenvoi/langchain/middleware needs the package langchain, which could not be loaded: npm install langchain.",
    );
  });
});

describe("one line at start says whether the agent has tools of the room", () => {
  test.each([
    ["none seen", createAgent({ model: model(), tools: [toolOf(lookup())] }), /^No tools of the room are seen/u],
    ["a chat model has none", model(), /^No tools of the room are seen/u],
    [
      "of createAgent",
      createAgent({ model: model(), tools: roomTools({ exclude: ["lookup_peers"] }) }),
      /^The agent has these tools of the room: thenvoi_send_message, /u,
    ],
    [
      "of the middleware",
      createAgent({ model: model(), tools: [], middleware: [roomMiddleware()] }),
      /^The agent has these tools of the room: thenvoi_send_message, /u,
    ],
    ["of a node of a graph", graphWith(roomTools()), /^The agent has these tools of the room: thenvoi_send_message, /u],
    ["offered to a toolLoop", toolLoop({ model: model() }), /^The agent is a toolLoop: it is offered/u],
    ["made for each message", () => model(), /^The agent is made for each message/u],
  ])("%s", async (_name, agent, line) => {
    await using sandbox = await startSandbox();
    await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const lines: string[] = [];
    const write = (text: string) => void lines.push(text);
    const logger = { debug() {}, info: write, warn: write, error: write };
    await using _agent = await startAgent(sandbox, agent, { room: { logger } });

    expect(lines).toEqual([expect.stringMatching(/weather is in 1 room on/u), expect.stringMatching(line)]);
  });
});
