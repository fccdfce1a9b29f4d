import { setTimeout as wait } from "node:timers/promises";
import { type BaseMessage, HumanMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { entrypoint, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createRoomAgent, type Invokable, langchainHandler, toolLoop } from "@thenvoi/langchain";
import { startSandbox } from "@thenvoi/sandbox";
import { call, lookup, reasoning, ScriptedModel, text } from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { ScriptedChatModel } from "./kit/scripted-chat-model.ts";
import { toolOf } from "./kit/start-agent.ts";

/**
 * Asks an agent of each kind the same thing in a room, and prints what the room shows and when: `pnpm show:langchain`.
 * Exits with 1 when one of them gives no answer.
 */

const look = () => toolOf(lookup((place) => wait(120, `dry in ${place}`)));

/** Thinks, looks something up, and answers; each step takes a while, as with a real model. */
const thinking = () =>
  new ScriptedChatModel(
    new ScriptedModel(async function* ({ index }) {
      await wait(120);
      if (index > 0) return yield text("It stays dry.");
      yield reasoning("Where is that?");
      yield call("call-to-look-it-up", "lookup", { place: "Lyon" });
    }),
  );

const plain = () =>
  new ScriptedChatModel(
    new ScriptedModel(async function* () {
      await wait(120);
      yield reasoning("No need to look.");
      yield text("It stays dry.");
    }),
  );

const agentOf = () => createAgent({ model: thinking(), tools: [look()] });

const kinds: Readonly<Record<string, () => Invokable>> = {
  "an agent of createAgent": agentOf,
  "a compiled StateGraph": () =>
    new StateGraph(MessagesAnnotation)
      .addNode("weather", async ({ messages }) => ({
        messages: (await toolLoop({ model: thinking(), tools: [look()] }).invoke(messages)).messages.slice(-1),
      }))
      .addEdge(START, "weather")
      .compile(),
  "a functional entrypoint": () =>
    entrypoint("weather", (input: { messages: BaseMessage[] }) =>
      toolLoop({ model: thinking(), tools: [look()] }).invoke(input),
    ),
  "a chain of RunnableLambdas": () =>
    RunnableLambda.from(({ messages }: { messages: BaseMessage[] }) => messages.at(-1)?.text ?? "")
      .pipe(RunnableLambda.from((words: string) => agentOf().invoke({ messages: [new HumanMessage(words)] })))
      .pipe(RunnableLambda.from(({ messages }: { messages: BaseMessage[] }) => messages.at(-1)?.text ?? "")),
  "a chat model": plain,
  "a chat model with a tool bound": () => plain().bindTools([look()]),
  "a tool loop": () => toolLoop({ model: thinking(), tools: [look()] }),
};

await using sandbox = await startSandbox();
for (const [kind, make] of Object.entries(kinds)) {
  const name = `ada/${kind.replaceAll(/[^A-Za-z]+/gu, "-").toLowerCase()}`;
  sandbox.registerAgent(name);
  const room = await sandbox.room({ users: ["ada"], agents: [name] });
  await using agent = createRoomAgent({
    ...sandbox.credentials(name),
    logger: false,
    handler: langchainHandler({ agent: make() }),
  });
  await agent.start();
  process.stdout.write(`${kind}\n`);
  const askedMs = performance.now();
  let shown = 0;
  const show = () => {
    for (const item of room.timeline().slice(shown)) {
      shown += 1;
      const words = item.type === "text" ? item.text : item.content;
      process.stdout.write(`  ${Math.round(performance.now() - askedMs)} ms`.padEnd(10));
      process.stdout.write(`${item.type.padEnd(12)} ${words}\n`);
    }
  };
  const looking = setInterval(show, 5);
  await room.as("ada").say(`@${name} will it rain in Lyon?`);
  await room.settled();
  clearInterval(looking);
  show();
  process.stdout.write("\n");
  if (!room.said().some((words) => words.endsWith("It stays dry."))) process.exitCode = 1;
}
