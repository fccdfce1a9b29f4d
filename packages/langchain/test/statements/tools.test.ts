import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import { roomTools, toolLoop } from "@thenvoi/langchain";
import { roomMiddleware } from "@thenvoi/langchain/middleware";
import {
  answers,
  call,
  errors,
  kinds,
  lookup,
  type ModelPart,
  ProviderFailure,
  ScriptedModel,
  steps,
  text,
  toolEvents,
  toolRuns,
  unbalanced,
  until,
} from "@thenvoi/sandbox/contract";
import { createAgent, createMiddleware, modelRetryMiddleware, toolRetryMiddleware } from "langchain";
import { expect, test } from "vitest";
import { agentWithReview, untypedAgent } from "../kit/review.ts";
import { ScriptedChatModel } from "../kit/scripted-chat-model.ts";
import { stage } from "../kit/stage.ts";
import { ask, quick, toolOf } from "../kit/start-agent.ts";
import { statement } from "../kit/statements.ts";

const passing = () => createMiddleware({ name: "Passing", wrapToolCall: (request, handler) => handler(request) });
/** Fails twice, then finds it. */
const shaky = () => {
  let tries = 0;
  return lookup((place) => {
    tries += 1;
    if (tries % 3 !== 0) throw new Error("the station is offline");
    return `dry in ${place}`;
  });
};
const retried = { maxRetries: 2, initialDelayMs: 1, backoffFactor: 1, jitter: false };

statement(3, () => {
  test("after a retry and a `Command` too", async () => {
    const model = steps(
      [call("c1", "lookup", { place: "Lyon" }), call("c2", "note", { words: "Lyon" })],
      [text("Dry.")],
    );
    const note = tool(
      (_input: unknown, config: { readonly toolCall?: { readonly id?: string } }) =>
        new Command({
          update: { messages: [new ToolMessage({ content: "noted", tool_call_id: config.toolCall?.id ?? "" })] },
        }),
      {
        name: "note",
        description: "Notes something",
        schema: { type: "object", properties: { words: { type: "string" } }, required: ["words"] },
      },
    );
    const agent = untypedAgent({
      model: new ScriptedChatModel(model),
      tools: [toolOf(shaky()), note],
      middleware: [toolRetryMiddleware(retried)],
    });
    const { room } = await stage(agent);
    await ask(room, "will it rain?");

    expect(unbalanced(room, "weather")).toEqual([]);
    expect(toolRuns(room, "weather").map(({ name, output, isError }) => `${name} ${output} ${isError}`)).toEqual([
      'lookup "dry in Lyon" false',
      'note "noted" false',
    ]);
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
  });

  test("after a refusal by a person, and after an abort", async () => {
    const model = new ScriptedModel(({ index }): ModelPart[] => [
      index % 2 === 0 ? call(`c${index}`, "lookup", { place: "Lyon" }) : text("Not done."),
    ]);
    const { sandbox, room } = await stage(
      agentWithReview({ model: new ScriptedChatModel(model), tools: [toolOf(lookup(() => new Promise(() => {})))] }, [
        "lookup",
      ]),
    );
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
    await room.as("ada").say("@weather no");
    await room.settled();
    await room.as("ada").say("@weather and tomorrow?");
    await until(room, "the question is in the room", () => answers(room, "weather").length === 3);
    await room.as("ada").say("@weather yes");
    await until(room, "the tool is at work", () => toolEvents(room, "weather").length === 3);
    sandbox.control("weather", "interrupt", { room });
    await room.settled();

    expect(toolRuns(room, "weather").map(({ isError }) => isError)).toEqual([true, true]);
    expect(unbalanced(room, "weather")).toEqual([]);
  });
});

statement(4, () => {
  test("a tool that is retried by the app's own middleware, with success, is one result and no error", async () => {
    const model = steps([call("c1", "lookup", { place: "Lyon" })], [text("Dry.")]);
    const own = shaky();
    const middleware = [toolRetryMiddleware(retried)];
    const { room } = await stage(
      untypedAgent({ model: new ScriptedChatModel(model), tools: [toolOf(own)], middleware }),
    );
    await ask(room, "will it rain?");

    expect(own.places).toHaveLength(3);
    expect(kinds(room, "weather")).toEqual(["tool_call", "tool_result", "text"]);
    expect(toolRuns(room, "weather").map(({ isError }) => isError)).toEqual([false]);
  });

  test("a run that fails after all its tries is one error, however many tries there were", async () => {
    const model = new ScriptedModel(({ index }): ModelPart[] => {
      if (index < 3) throw new ProviderFailure("no", { status: 503 });
      return [text("Dry.")];
    });
    const middleware = [modelRetryMiddleware({ ...retried, onFailure: "error" })];
    const { room } = await stage(untypedAgent({ model: new ScriptedChatModel(model), tools: [], middleware }));
    await ask(room, "will it rain?");

    expect(model.requests).toHaveLength(4);
    expect(kinds(room, "weather")).toEqual(["error", "text"]);
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["failed", "success"]);
  });
});

statement(7, () => {
  const impatient = { ...quick, requestTimeoutMs: { read: 150, mark: 10_000, post: 150, event: 10_000 } };
  const failures = [
    ["400", { status: 400 }],
    ["404", { status: 404 }],
    ["409", { status: 409 }],
    ["429", { status: 429 }],
    ["500", { status: 500 }],
    ["503", { status: 503 }],
    ["a lost network", { cut: "before" }],
    ["a timeout", { hang: true }],
  ] as const;
  test.each(failures)("%s of a reading tool", async (_name, fault) => {
    const model = steps([call("c1", "thenvoi_lookup_peers", {})], [text("I could not.")]);
    const { sandbox, room } = await stage(
      createAgent({ model: new ScriptedChatModel(model), tools: roomTools(), middleware: [passing()] }),
      { room: { timing: impatient } },
    );
    const standing = sandbox.faults.always("GET peers", fault);
    await room.as("ada").say("@weather whom do you know?");
    await until(room, "the tool has given up", () => toolEvents(room, "weather").length === 2);
    standing.remove();
    await room.settled({ timeoutMs: 20_000 });

    expect(toolRuns(room, "weather").map(({ name, isError }) => `${name} ${isError}`)).toEqual([
      "thenvoi_lookup_peers true",
    ]);
    expect(answers(room, "weather")).toEqual(["@ada I could not."]);
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["success"]);
  });

  test.each([
    ["400", 1, { status: 400 }],
    ["409", 1, { status: 409 }],
    ["422", 1, { status: 422 }],
    ["503, three times", 3, { status: 503 }],
    ["a lost network, three times", 3, { cut: "before" }],
    ["a timeout, three times", 3, { hang: true }],
  ] as const)("%s of a speaking tool", async (_name, times, fault) => {
    const model = steps(
      [call("c1", "thenvoi_send_message", { content: "Listen.", mentions: ["@bob"] })],
      [text("I could not.")],
    );
    const { sandbox, room } = await stage(
      createAgent({ model: new ScriptedChatModel(model), tools: roomTools(), middleware: [passing()] }),
      { room: { timing: impatient } },
    );
    sandbox.faults.times(times, "POST messages", fault);
    await ask(room, "tell bob");

    expect(toolRuns(room, "weather").map(({ isError }) => isError)).toEqual([true]);
    expect(answers(room, "weather")).toEqual(["@ada I could not."]);
  });

  test("the room is the turn's: one that is named in the arguments changes nothing", async () => {
    const model = new ScriptedModel(({ index }): ModelPart[] => [
      index === 0
        ? call("c1", "thenvoi_send_message", { content: "Psst.", mentions: ["@bob"], room_id: other.id })
        : text("Done."),
    ]);
    const { sandbox, room } = await stage(createAgent({ model: new ScriptedChatModel(model), tools: roomTools() }));
    const other = await sandbox.room({ users: ["bob"], agents: ["weather"] });
    await ask(room, "tell bob");

    expect(other.said()).toEqual([]);
    expect(JSON.stringify(roomTools({ include: "all" }).map(({ schema }) => schema))).not.toMatch(
      /room_?id|chat_?id/iu,
    );
  });

  test("a graph's control flow and an abort pass a tool loop untouched", async () => {
    const flow = Object.assign(new Error("up"), { is_bubble_up: true });
    const bubbling = lookup(() => Promise.reject(flow));
    const planned = () => new ScriptedChatModel(steps([call("c1", "lookup", { place: "Lyon" })], [text("Dry.")]));
    const loop = toolLoop({ model: planned(), tools: [toolOf(bubbling)] });
    await expect(loop.invoke([new HumanMessage("go")])).rejects.toBe(flow);

    const cut = new AbortController();
    const reason = new DOMException("enough", "AbortError");
    const waiting = lookup(() => {
      cut.abort(reason);
      return new Promise(() => {});
    });
    const other = toolLoop({ model: planned(), tools: [toolOf(waiting)] });
    await expect(other.invoke([new HumanMessage("go")], { signal: cut.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
  });
});

statement(8, () => {
  const broken = () =>
    lookup(() => {
      throw new Error("the station is offline");
    });
  const planned = () => steps([call("c1", "lookup", { place: "Lyon" })], [text("I could not find out.")]);

  test("where a middleware of the app makes a throwing tool end the run, it ends it in the room too", async () => {
    const agentOf = (model: ScriptedModel, extra: readonly ReturnType<typeof roomMiddleware>[] = []) =>
      createAgent({
        model: new ScriptedChatModel(model),
        tools: [toolOf(broken())],
        middleware: [passing(), ...extra],
      });
    await expect(agentOf(planned()).invoke({ messages: [new HumanMessage("rain?")] })).rejects.toThrow("offline");

    const { room } = await stage(agentOf(planned(), [roomMiddleware()]));
    await ask(room, "will it rain?");
    expect(kinds(room, "weather").slice(0, 3)).toEqual(["tool_call", "tool_result", "error"]);
    expect(room.deliveries("weather")[0]?.attempts[0]?.status).toBe("failed");
    expect(JSON.stringify(room.timeline())).not.toMatch(/\.ts:|\.js:|node_modules/u);
  });

  test("the model is asked what it would be asked without us: the same messages, the same tools in the same order", async () => {
    const messages = [new HumanMessage("will it rain?")];
    const alone = planned();
    const tools = [toolOf(lookup()), ...roomTools()];
    const bare = new ScriptedChatModel(alone);
    await createAgent({ model: bare, tools, systemPrompt: "Be brief." }).invoke({ messages });

    const inRoom = planned();
    const observed = new ScriptedChatModel(inRoom);
    const { room } = await stage(createAgent({ model: observed, tools, systemPrompt: "Be brief." }), {
      adapter: { input: () => ({ messages }), history: false, instructions: false },
    });
    await ask(room, "will it rain?");

    expect(inRoom.requests).toEqual(alone.requests);
    // streamed by no one: an observer that wants tokens would make a model take another path
    expect(observed.streamed).toBe(0);
  });
});

statement(9, () => {
  test("also when the platform took it and its answer was lost", async () => {
    const model = steps(
      [call("c1", "thenvoi_send_message", { content: "Listen.", mentions: ["@bob"] })],
      [text("Done.")],
    );
    const { sandbox, room } = await stage(createAgent({ model: new ScriptedChatModel(model), tools: roomTools() }));
    sandbox.faults.once("POST messages", { cut: "after" });
    await ask(room, "tell bob");

    expect(answers(room, "weather")).toEqual(["@bob Listen.", "@ada Done."]);
    expect(toolRuns(room, "weather").map(({ isError }) => isError)).toEqual([false]);
  });

  test("also when the step is executed again because a sibling has interrupted it", async () => {
    const model = steps(
      [
        call("c1", "thenvoi_send_message", { content: "Listen.", mentions: ["@bob"] }),
        call("c2", "lookup", { place: "Lyon" }),
      ],
      [text("Done.")],
    );
    const tools = [...roomTools(), toolOf(lookup(() => interrupt("Which street?")))];
    const agent = createAgent({
      model: new ScriptedChatModel(model),
      tools,
      version: "v1", // all calls of a step in one node, which runs from its top when it is resumed
      checkpointer: new MemorySaver(),
    });
    const { room } = await stage(agent);
    await room.as("ada").say("@weather tell bob");
    await until(room, "the question is in the room", () =>
      answers(room, "weather").some((said) => said.includes("street")),
    );
    await room.as("ada").say("@weather Main Street");
    await room.settled();

    expect(answers(room, "weather").filter((said) => said === "@bob Listen.")).toHaveLength(1);
    expect(unbalanced(room, "weather")).toEqual([]);
    expect(errors(room, "weather")).toEqual([]);
  });
});
