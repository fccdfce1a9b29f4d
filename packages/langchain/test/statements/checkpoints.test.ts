import { type BaseMessage, HumanMessage, RemoveMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { roomTools } from "@thenvoi/langchain";
import { startSandbox } from "@thenvoi/sandbox";
import {
  answers,
  call,
  errors,
  flaws,
  lookup,
  type ModelPart,
  type ModelRequest,
  reasoning,
  ScriptedModel,
  text,
  unbalanced,
  until,
} from "@thenvoi/sandbox/contract";
import fc from "fast-check";
import { createAgent } from "langchain";
import { expect, test } from "vitest";
import { CrashSaver, type Saved } from "../kit/crash-saver.ts";
import { agentWithReview } from "../kit/review.ts";
import { ScriptedChatModel } from "../kit/scripted-chat-model.ts";
import { stage } from "../kit/stage.ts";
import { ask, startAgent, toolOf } from "../kit/start-agent.ts";
import { statement } from "../kit/statements.ts";

/** Two rounds of tools, the first of two calls, then an answer: whatever it is asked. */
const rounds = () =>
  new ScriptedModel(({ messages }): ModelPart[] => {
    const asked = messages.findLastIndex(({ role }) => role === "user");
    const done = messages.slice(asked).filter(({ role }) => role === "assistant").length;
    if (done === 0)
      return [
        reasoning("Both."),
        call(`a${asked}`, "lookup", { place: "Lyon" }),
        call(`b${asked}`, "lookup", { place: "Nice" }),
      ];
    return done === 1 ? [text("One more."), call(`c${asked}`, "lookup", { place: "Metz" })] : [text("Dry.")];
  });

const agentOf = (model: ScriptedModel, checkpointer: MemorySaver) =>
  createAgent({ model: new ScriptedChatModel(model), tools: [toolOf(lookup()), ...roomTools()], checkpointer });

/** What a strict provider has against these prompts. */
const refusals = (requests: readonly ModelRequest[]): string[] =>
  requests.flatMap((request) => {
    const first = request.messages.find(({ role }) => role !== "system");
    return [
      ...flaws(request),
      ...(first?.role === "user" ? [] : [`begins with ${first?.role ?? "nothing"}`]),
      ...(JSON.stringify(request.messages).includes("undefined") ? ["holds undefined"] : []),
    ];
  });

const thread = { adapter: { threadId: () => "the-thread" } };

/** A thread as a run has left it that made so many writes before its process was lost; and how many it makes in all. */
async function lostAfter(writes: number | undefined): Promise<{ readonly saved: Saved; readonly count: number }> {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const saver = new CrashSaver(writes === undefined ? {} : { writesUntilCrash: writes });
  const agent = await startAgent(sandbox, agentOf(rounds(), saver), thread);
  await room.as("ada").say("@weather will it rain?");
  await Promise.race([saver.crashed, room.settled()]);
  await agent.stop({ graceMs: 0 });
  return { saved: saver.saved(), count: saver.count };
}

statement(11, () => {
  test("a message that is sent again after a restart is in the thread once, under its own id", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const saver = new MemorySaver();
    const model = new ScriptedModel(() => [text("Dry.")]);
    const agent = agentOf(model, saver);
    {
      await using _agent = await startAgent(sandbox, agent);
      sandbox.faults.frames.times(2, { event: "message_created", agent: "weather" }, "duplicate");
      await ask(room, "will it rain?");
    }
    await using _agent = await startAgent(sandbox, agent);
    await ask(room, "and tomorrow?");

    const { values } = await agent.graph.getState({ configurable: { thread_id: room.id } });
    const held: readonly BaseMessage[] = values.messages;
    const ids = room.deliveries("weather").map(({ messageId }) => messageId);
    const human = held.filter((message) => HumanMessage.isInstance(message) && !message.text.startsWith("<room-note>"));
    expect(human.map(({ id }) => id)).toEqual(ids);
    expect(answers(room, "weather")).toEqual(["@ada Dry.", "@ada Dry."]);
    expect(model.requests).toHaveLength(2);
  });
});

statement(12, () => {
  test("the process is lost after any write of the checkpointer, and the message is tried again by the next", async () => {
    const { count } = await lostAfter(undefined);
    expect(count).toBeGreaterThan(6);
    for (let writes = 0; writes < count; writes += 1) {
      await using sandbox = await startSandbox();
      const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
      const saver = new CrashSaver({ writesUntilCrash: writes });
      const first = await startAgent(sandbox, agentOf(rounds(), saver), thread);
      await room.as("ada").say("@weather will it rain?");
      await Promise.race([saver.crashed, room.settled()]);
      await first.stop({ graceMs: 0 });
      const model = rounds();
      await using _next = await startAgent(sandbox, agentOf(model, new CrashSaver({ from: saver.saved() })), thread);
      await room.settled({ timeoutMs: 20_000 });
      await ask(room, "and tomorrow?");

      expect([writes, refusals(model.requests)]).toEqual([writes, []]);
      expect([writes, answers(room, "weather")]).toEqual([writes, ["@ada Dry.", "@ada Dry."]]);
      expect([writes, unbalanced(room, "weather")]).toEqual([writes, []]);
    }
  });

  test("the process is lost after any write, and the next message is another", async () => {
    const { count } = await lostAfter(undefined);
    for (let writes = 0; writes < count; writes += 1) {
      const { saved } = await lostAfter(writes);
      const model = rounds();
      const { room } = await stage(agentOf(model, new CrashSaver({ from: saved })), thread);
      await ask(room, "and tomorrow?");

      expect([writes, refusals(model.requests)]).toEqual([writes, []]);
      expect([writes, answers(room, "weather")]).toEqual([writes, ["@ada Dry."]]);
    }
  });

  test("a question that nobody answered is given up when the next message comes", async () => {
    const tools = [toolOf(lookup())];
    const model = rounds();
    const saver = new MemorySaver();
    const agent = agentWithReview({ model: new ScriptedChatModel(model), tools }, ["lookup"], saver);
    const { sandbox, room } = await stage(agent, thread);
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
    sandbox.control("weather", "interrupt", { room });
    await room.settled();
    await room.as("ada").say("@weather and tomorrow?");
    await until(room, "it is at work again", () => answers(room, "weather").length === 2);
    await room.as("ada").say("@weather no");
    await until(room, "the next question is there", () => answers(room, "weather").length === 3);
    await room.as("ada").say("@weather no");
    await room.settled();

    expect(refusals(model.requests)).toEqual([]);
    expect(answers(room, "weather").at(-1)).toBe("@ada Dry.");
    expect(errors(room, "weather")).toEqual([]);
  });

  test("whatever was trimmed from a thread, what is sent next is whole", async () => {
    const { saved } = await lostAfter(undefined);
    const holder: { saver: CrashSaver } = { saver: new CrashSaver({ from: saved }) };
    const model = rounds();
    const { room } = await stage(() => agentOf(model, holder.saver), thread);
    const config = { configurable: { thread_id: "the-thread" } };
    const { values } = await agentOf(model, holder.saver).graph.getState(config);
    const whole: readonly BaseMessage[] = values.messages;
    const ids = whole.flatMap(({ id }) => id ?? []);
    expect(ids.length).toBeGreaterThan(6);
    await fc.assert(
      fc.asyncProperty(fc.subarray(ids, { minLength: 1 }), async (trimmed) => {
        holder.saver = new CrashSaver({ from: saved });
        const update = { messages: trimmed.map((id) => new RemoveMessage({ id })) };
        await agentOf(model, holder.saver).graph.updateState(config, update, "model_request");
        const before = model.requests.length;
        await ask(room, "and tomorrow?");
        expect(model.requests.length).toBeGreaterThan(before);
        expect(refusals(model.requests.slice(before))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

statement(13, () => {
  test("no message has a name that a provider refuses, whoever speaks", async () => {
    const model = new ScriptedChatModel(rounds());
    const agent = createAgent({ model, tools: [toolOf(lookup())], checkpointer: new MemorySaver() });
    const { room } = await stage(agent);
    await ask(room, "will it rain?");
    await room.as("bob").say("@weather and for me?");
    await room.settled();

    const names = model.asked.flat().flatMap(({ name }) => name ?? []);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/u);
    const people = model.asked.at(-1)?.filter((message) => message.getType() === "human") ?? [];
    expect(people.some((message) => message.text.includes("Bob") && message.text.includes("and for me?"))).toBe(true);
  });
});
