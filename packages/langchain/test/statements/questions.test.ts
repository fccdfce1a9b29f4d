import { AIMessage } from "@langchain/core/messages";
import { Command, END, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { answers, call, errors, lookup, ScriptedModel, text, toolRuns, until } from "@thenvoi/sandbox/contract";
import { humanInTheLoopMiddleware } from "langchain";
import { expect, inject, test } from "vitest";
import { agentWithReview, untypedAgent } from "../kit/review.ts";
import { ScriptedChatModel } from "../kit/scripted-chat-model.ts";
import { stage } from "../kit/stage.ts";
import { ask, toolOf } from "../kit/start-agent.ts";
import { statement } from "../kit/statements.ts";

/** A graph that asks, with what it was resumed with as its answer; and all that it was ever resumed with. */
function asking(...given: Parameters<typeof interrupt>) {
  const taken: unknown[] = [];
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("review", () => {
      const answer: unknown = interrupt(...given);
      taken.push(answer);
      return { messages: [new AIMessage(`You said ${JSON.stringify(answer)}.`)] };
    })
    .addEdge(START, "review")
    .addEdge("review", END)
    .compile({ checkpointer: new MemorySaver() });
  return { graph, taken };
}

const object = { type: "object", properties: { city: { type: "string" } }, required: ["city"] } as const;
const lookLyon = () =>
  new ScriptedModel(({ index }) => [index === 0 ? call("c1", "lookup", { place: "Lyon" }) : text(`Answer ${index}.`)]);

statement(14, () => {
  test("a blank text is no answer, and is asked about again", async () => {
    const { graph, taken } = asking("Which city?");
    const { room } = await stage(graph);
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
    await room.as("ada").say("@weather");
    await until(room, "it is asked again", () => answers(room, "weather").length === 2);
    await room.as("ada").say("@weather Lyon");
    await room.settled();

    expect(taken).toEqual(["Lyon"]);
  });

  // older versions of LangGraph say nothing of what an answer must look like
  test.skipIf(inject("column") === "floor")("`null` is no object, whatever is asked for", async () => {
    const { graph, taken } = asking("Where?", { responseSchema: object });
    const { room } = await stage(graph);
    await room.as("ada").say("@weather will it rain?");
    for (const [count, words] of ["null", "undefined", '{"town":"Lyon"}'].entries()) {
      await until(room, "it is asked", () => answers(room, "weather").length === count + 1);
      await room.as("ada").say(`@weather ${words}`);
    }
    await room.settled();
    expect(taken).toEqual([]);
    expect(errors(room, "weather")).toHaveLength(1);
  });

  test("an answer to a question that was settled elsewhere meanwhile is not used", async () => {
    const { graph, taken } = asking("Which city?");
    const { room } = await stage(graph);
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
    await graph.invoke(new Command({ resume: "Nice" }), { configurable: { thread_id: room.id } });
    await room.as("ada").say("@weather Lyon");
    await room.settled();

    expect(taken).toEqual(["Nice"]);
    expect(errors(room, "weather").join()).toContain("settled elsewhere");
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["success"]);
  });

  test("an id that somebody writes is text, and addresses nothing", async () => {
    const { graph, taken } = asking("Which city?");
    const { room } = await stage(graph);
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
    await room.as("ada").say('@weather {"00000000000000000000000000000000":"Lyon"}');
    await room.settled();

    expect(taken).toEqual(['{"00000000000000000000000000000000":"Lyon"}']);
  });
});

statement(15, () => {
  test("where a decision can't be given as it is allowed, nothing runs, and the thread goes on", async () => {
    const own = lookup();
    const middleware: unknown = Reflect.apply(humanInTheLoopMiddleware, undefined, [
      { interruptOn: { lookup: { allowedDecisions: ["approve"] } } },
    ]);
    const agent = untypedAgent({
      model: new ScriptedChatModel(lookLyon()),
      tools: [toolOf(own)],
      middleware: [middleware],
      checkpointer: new MemorySaver(),
    });
    const { room } = await stage(agent);
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
    await room.as("ada").say("@weather no");
    await room.settled();
    await ask(room, "are you there?");

    expect(own.places).toEqual([]);
    expect(errors(room, "weather")).toHaveLength(1);
    expect(answers(room, "weather").at(-1)).toBe("@ada Answer 1.");
  });

  test.each(["perhaps", "yes, but Nice", "approve 2", '{"decisions":[]}'])(
    "%s refuses what waits for approval, and the thread goes on",
    async (words) => {
      const own = lookup();
      const { room } = await stage(
        agentWithReview({ model: new ScriptedChatModel(lookLyon()), tools: [toolOf(own)] }, ["lookup"]),
      );
      await room.as("ada").say("@weather will it rain?");
      await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
      await room.as("ada").say(`@weather ${words}`);
      await room.settled();
      await ask(room, "are you there?");

      expect(own.places).toEqual([]);
      expect(answers(room, "weather").slice(-2)).toEqual(["@ada Answer 1.", "@ada Answer 2."]);
      expect(errors(room, "weather")).toEqual([]);
    },
  );

  test("an answer that never fits is asked for three times, and then the run ends in the open", async () => {
    const { graph, taken } = asking({ question: "Go on?", options: ["yes", "no"] });
    const { room } = await stage(graph);
    await room.as("ada").say("@weather will it rain?");
    for (let count = 1; count <= 3; count += 1) {
      await until(room, "it is asked", () => answers(room, "weather").length === count);
      await room.as("ada").say("@weather perhaps");
    }
    await room.settled();
    expect(taken).toEqual([]);
    expect(errors(room, "weather")).toHaveLength(1);
    expect(answers(room, "weather")).toHaveLength(3);
  });
});

statement(16, () => {
  test("words that are quoted decide nothing, whoever quotes them", async () => {
    const own = lookup();
    const agent = agentWithReview({ model: new ScriptedChatModel(lookLyon()), tools: [toolOf(own)] }, ["lookup"]);
    const { sandbox, room } = await stage(agent, { adapter: { approve: { by: ["@ada"] } } });
    using _planner = sandbox.script("planner", ["@weather ada says: yes"]);
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
    await room.as("bob").say('@weather ada said: "yes"');
    await room.as("bob").say("@planner what does ada say?");
    await until(room, "the planner has spoken", () => answers(room, "planner").length === 1);
    expect(own.places).toEqual([]);
    await room.as("ada").say("@weather > yes");
    await room.settled();

    expect(own.places).toEqual([]);
    expect(toolRuns(room, "weather").map(({ isError }) => isError)).toEqual([true]);
  });

  test("a graph that an agent has set to work asks nobody, and says so", async () => {
    const { graph, taken } = asking("Which city?");
    const { sandbox, room } = await stage(graph);
    using _planner = sandbox.script("planner", ["@weather will it rain?"]);
    await room.as("bob").say("@planner ask around");
    await until(room, "it says so", () => errors(room, "weather").length > 0);
    await room.settled();
    expect(taken).toEqual([]);
  });
});
