import { type BaseMessage, HumanMessage } from "@langchain/core/messages";
import { RunnableLambda, RunnableWithMessageHistory } from "@langchain/core/runnables";
import { MemorySaver } from "@langchain/langgraph";
import { createRoomAgent, RoomCallbackHandler, RoomChatMessageHistory, roomTools, toolLoop } from "@thenvoi/langchain";
import { startSandbox } from "@thenvoi/sandbox";
import { answers, call, lookup, steps, text, thoughts, toolRuns } from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { describe, expect, test } from "vitest";
import { ScriptedChatModel } from "../kit/scripted-chat-model.ts";
import { ask, startAgent, toolOf } from "../kit/start-agent.ts";
import { statement } from "../kit/statements.ts";

statement(1, () => {
  test("while events are slow, another consumer of the same process still gets every chunk", async () => {
    await using sandbox = await startSandbox();
    sandbox.faults.always("POST events", { delayMs: 500 });
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const rounds = Array.from({ length: 10 }, (_, index) => [call(`c${index}`, "lookup", { place: `${index}` })]);
    const model = () => new ScriptedChatModel(steps(...rounds, [text("Dry.")]));
    const tools = [toolOf(lookup())];
    const chunksOf = async (): Promise<number> => {
      const stream = await createAgent({ model: model(), tools }).stream(
        { messages: [new HumanMessage("go")] },
        { streamMode: "messages" },
      );
      let count = 0;
      for await (const _chunk of stream) count += 1;
      return count;
    };
    const alone = await chunksOf();
    await using _agent = await startAgent(sandbox, createAgent({ model: model(), tools: [...tools, ...roomTools()] }));
    await room.as("ada").say("@weather will it rain?");
    const beside = await chunksOf();
    await room.settled({ timeoutMs: 40_000 });

    expect(alone).toBeGreaterThan(10);
    expect(beside).toBe(alone);
    expect(toolRuns(room, "weather")).toHaveLength(10);
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
  });
});

describe("in a loop of one's own", () => {
  test("the callback handler reports what a run does, also calls that no callback tells of", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = steps(
      [
        text("Looking."),
        call("call-number-one-1", "lookup", { place: "Lyon" }),
        call("call-number-two-2", "divine", {}),
      ],
      [text("Dry.")],
    );
    const app = createAgent({
      model: new ScriptedChatModel(model),
      tools: [toolOf(lookup())],
      checkpointer: new MemorySaver(),
    });
    await using agent = createRoomAgent({
      ...sandbox.credentials("weather"),
      logger: false,
      handler: async (turn) => {
        const events = new RoomCallbackHandler(turn.room);
        const config = { callbacks: [events], configurable: { thread_id: turn.room.id } };
        const result = await app.invoke({ messages: [new HumanMessage("rain?")] }, config);
        events.reconcile(result.messages);
        await events.flush();
        await turn.reply(result.messages.at(-1)?.text ?? "");
      },
    });
    await agent.start();
    await ask(room, "will it rain?");

    expect(thoughts(room, "weather")).toEqual(["Looking."]);
    expect(toolRuns(room, "weather").map(({ name, isError }) => `${name} ${isError}`)).toEqual([
      "lookup false",
      "divine true",
    ]);
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
  });

  test("a room is the history of a RunnableWithMessageHistory, and nothing is said twice", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const prompts: string[][] = [];
    const chain = RunnableLambda.from((messages: BaseMessage[]) => {
      prompts.push(messages.map((message) => message.getType()));
      return `answer ${prompts.length}`;
    });
    await using agent = createRoomAgent({
      ...sandbox.credentials("weather"),
      logger: false,
      handler: async (turn) => {
        const runnable = new RunnableWithMessageHistory({
          runnable: chain,
          getMessageHistory: () => new RoomChatMessageHistory(turn),
          config: {},
        });
        const said: unknown = await runnable.invoke([new HumanMessage(turn.message.text)], {
          configurable: { sessionId: turn.room.id },
        });
        await turn.reply(String(said));
      },
    });
    await agent.start();
    await ask(room, "the first question");
    await ask(room, "the second question");

    expect(answers(room, "weather")).toEqual(["@ada answer 1", "@ada answer 2"]);
    expect(prompts).toEqual([["human"], ["human", "ai", "human"]]);
  });

  test("a tool loop ends in the open after its last step", async () => {
    const loop = toolLoop({
      model: new ScriptedChatModel(
        steps(...Array.from({ length: 5 }, (_, index) => [call(`c${index}`, "lookup", { place: "x" })])),
      ),
      tools: [toolOf(lookup())],
      maxSteps: 2,
    });
    await expect(loop.invoke([new HumanMessage("go")])).rejects.toThrow("2 steps");
  });
});
