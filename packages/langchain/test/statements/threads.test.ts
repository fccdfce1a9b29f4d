import { AIMessage } from "@langchain/core/messages";
import { END, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { roomTools } from "@thenvoi/langchain";
import { startSandbox } from "@thenvoi/sandbox";
import {
  answers,
  call,
  errors,
  flaws,
  lookup,
  type ModelPart,
  ScriptedModel,
  steps,
  text,
  toolEvents,
  unbalanced,
  until,
  wholePrompt,
} from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { expect, test } from "vitest";
import { agentWithReview } from "../kit/review.ts";
import { ScriptedChatModel } from "../kit/scripted-chat-model.ts";
import { ask, startAgent, toolOf } from "../kit/start-agent.ts";
import { statement } from "../kit/statements.ts";

const remembering = (model: ScriptedModel, tools = [lookup()], checkpointer = new MemorySaver()) =>
  createAgent({ model: new ScriptedChatModel(model), tools: [...tools.map(toolOf), ...roomTools()], checkpointer });

/** A graph that asks before it answers. */
function asking(value: unknown, checkpointer = new MemorySaver()) {
  return new StateGraph(MessagesAnnotation)
    .addNode("review", () => ({ messages: [new AIMessage(`You said ${JSON.stringify(interrupt(value))}.`)] }))
    .addEdge(START, "review")
    .addEdge("review", END)
    .compile({ checkpointer });
}

statement(10, () => {
  test("two messages that arrive together both end up in the thread, in order", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }) => [text(`answer ${index}`)]);
    await using _agent = await startAgent(sandbox, remembering(model));
    await room.as("ada").say("@weather first words");
    await room.as("ada").say("@weather second words");
    await room.settled();

    const prompt = model.requests[1];
    const said = prompt?.messages.filter(({ role }) => role !== "system").map((message) => message.text) ?? [];
    expect(said.map((each) => /first words|answer 0|second words/u.exec(each)?.[0] ?? "note")).toEqual([
      "note",
      "first words",
      "answer 0",
      "second words",
    ]);
  });
});

statement(11, () => {
  test("a message that is tried again is in the thread once", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }): ModelPart[] => {
      if (index === 0) throw new Error("the line is down");
      return [text("Dry.")];
    });
    await using _agent = await startAgent(sandbox, remembering(model));
    await ask(room, "will it rain?");

    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
    const [, second] = model.requests;
    expect(second?.messages.filter(({ text: said }) => said.includes("will it rain?"))).toHaveLength(1);
  });
});

statement(12, () => {
  test("after an interrupt in the middle of a tool, the next message finds a thread that every provider takes", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }): ModelPart[] =>
      index === 0 ? [call("c1", "lookup", { place: "Lyon" })] : [text("Dry.")],
    );
    const never = new Promise<never>(() => {});
    await using _agent = await startAgent(sandbox, remembering(model, [lookup(() => never)]));
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the tool is at work", () => toolEvents(room, "weather").length === 1);
    sandbox.control("weather", "interrupt", { room });
    await room.settled();
    await ask(room, "and tomorrow?");

    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
    expect(model.requests.flatMap(flaws)).toEqual([]);
    expect(unbalanced(room, "weather")).toEqual([]);
  });
});

statement(13, () => {
  test("with a checkpointer only what is unseen is sent, and the first contact brings the room so far", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const before = new ScriptedModel(() => [text("Before.")]);
    {
      await using _agent = await startAgent(sandbox, remembering(before), { adapter: { memory: "room" } });
      await ask(room, "the first question");
    }
    const model = new ScriptedModel(({ index }) => [text(`answer ${index}`)]);
    await using _agent = await startAgent(sandbox, remembering(model));
    await ask(room, "the second question");
    await ask(room, "the third question");

    const last = model.requests.at(-1);
    const said = last?.messages.filter(({ text: words }) => !words.startsWith("<room-note>")) ?? [];
    for (const words of ["the first question", "Before.", "the second question", "answer 0", "the third question"])
      expect([words, said.filter((message) => message.text.includes(words)).length]).toEqual([words, 1]);
    expect(last && flaws(last)).toEqual([]);
  });
});

statement(14, () => {
  test("a reply after a restart resumes the question that is found in the checkpoint, and it is not asked twice", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const graph = asking("Which city?");
    {
      await using _agent = await startAgent(sandbox, graph);
      await room.as("ada").say("@weather will it rain?");
      await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
    }
    await using _again = await startAgent(sandbox, graph);
    await room.as("ada").say("@weather Lyon");
    await room.settled();

    expect(answers(room, "weather")).toEqual(["@ada Which city?", '@ada You said "Lyon".']);
  });

  test("with two pending, each gets its own answer", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const node = (question: string) => () => ({
      messages: [new AIMessage({ id: question, content: `${question} ${String(interrupt(question))}` })],
    });
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("city", node("City?"))
      .addNode("day", node("Day?"))
      .addNode("answer", ({ messages }) => ({
        messages: [
          new AIMessage(
            messages
              .filter(({ id }) => id?.endsWith("?"))
              .map((each) => each.text)
              .toSorted()
              .join(" "),
          ),
        ],
      }))
      .addEdge(START, "city")
      .addEdge(START, "day")
      .addEdge(["city", "day"], "answer")
      .addEdge("answer", END)
      .compile({ checkpointer: new MemorySaver() });
    await using _agent = await startAgent(sandbox, graph);
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the first question is in the room", () => answers(room, "weather").length === 1);
    const isCityFirst = answers(room, "weather")[0]?.includes("City?") === true;
    await room.as("ada").say(isCityFirst ? "@weather Lyon" : "@weather Monday");
    await until(room, "the second question is in the room", () => answers(room, "weather").length === 2);
    await room.as("ada").say(isCityFirst ? "@weather Monday" : "@weather Lyon");
    await room.settled();

    expect(answers(room, "weather").at(-1)).toBe("@ada City? Lyon Day? Monday");
  });
});

statement(15, () => {
  test("an answer that doesn't fit is asked for again, and the thread goes on", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, asking({ question: "Go on?", options: ["yes", "no"] }));
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
    await room.as("ada").say("@weather perhaps");
    await until(room, "it is asked again", () => answers(room, "weather").length === 2);
    await room.as("ada").say("@weather Yes");
    await room.settled();

    expect(answers(room, "weather").at(-1)).toBe('@ada You said "yes".');
    expect(errors(room, "weather")).toEqual([]);
  });

  test("after one refusal nothing of that step is run, the room is told of each call, and the thread goes on", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = steps(
      [call("c1", "lookup", { place: "Lyon" }), call("c2", "lookup", { place: "Nice" })],
      [text("Nothing was done.")],
    );
    const tool = lookup();
    const agent = agentWithReview({ model: new ScriptedChatModel(model), tools: [toolOf(tool)] }, ["lookup"]);
    await using _agent = await startAgent(sandbox, agent);
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the first question is in the room", () => answers(room, "weather").length === 1);
    await room.as("ada").say("@weather yes");
    await until(room, "the second question is in the room", () => answers(room, "weather").length === 2);
    await room.as("ada").say("@weather no");
    await room.settled();
    await ask(room, "are you there?");

    expect(tool.places).toEqual([]);
    expect(toolEvents(room, "weather").filter(({ isError }) => isError)).toHaveLength(2);
    expect(answers(room, "weather").slice(-2)).toEqual(["@ada Nothing was done.", "@ada Done."]);
    expect(model.requests.flatMap(flaws)).toEqual([]);
  });
});

statement(16, () => {
  test("neither an agent nor another person resolves what was asked of one", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "bob"], agents: ["weather", "planner"] });
    await using _agent = await startAgent(sandbox, asking("Which city?"), { adapter: { approve: { by: ["@ada"] } } });
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
    using _planner = sandbox.script("planner", ["@weather Paris"]);
    await room.as("bob").say("@planner tell @weather which city");
    await room.as("ada").say("@weather Lyon");
    await until(room, "it is answered", () => answers(room, "weather").includes('@ada You said "Lyon".'));

    expect(answers(room, "weather").some((each) => each.startsWith("@ada") && each.includes("Paris"))).toBe(false);
  });
});

statement(5, () => {
  test("a tool that interrupts is called once in the room, and closed once, after the answer", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = steps([call("c1", "lookup", { place: "Lyon" })], [text("Dry.")]);
    await using _agent = await startAgent(sandbox, remembering(model, [lookup(() => interrupt("Which street?"))]));
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
    expect(toolEvents(room, "weather").map(({ type }) => type)).toEqual(["tool_call"]);
    expect(errors(room, "weather")).toEqual([]);
    await room.as("ada").say("@weather Main Street");
    await room.settled();

    expect(toolEvents(room, "weather").map(({ type, value }) => `${type} ${value}`)).toEqual([
      'tool_call {"place":"Lyon"}',
      'tool_result "Main Street"',
    ]);
    expect(errors(room, "weather")).toEqual([]);
    expect(model.requests[1] && wholePrompt(model.requests[1])).toContain("Main Street");
  });
});
