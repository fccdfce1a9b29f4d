import { AIMessage } from "@langchain/core/messages";
import { END, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { startSandbox } from "@thenvoi/sandbox";
import { answers, until } from "@thenvoi/sandbox/contract";
import { startAgent } from "../start-agent.ts";

/** A graph asks, and is resumed with the answer. Prints what the room shows. */
await using sandbox = await startSandbox();
const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
const graph = new StateGraph(MessagesAnnotation)
  .addNode("review", () => ({ messages: [new AIMessage(`You said ${String(interrupt("Which city?"))}.`)] }))
  .addEdge(START, "review")
  .addEdge("review", END)
  .compile({ checkpointer: new MemorySaver() });
await using _agent = await startAgent(sandbox, graph);
await room.as("ada").say("@weather will it rain?");
await until(room, "the question is in the room", () => answers(room, "weather").length === 1);
await room.as("ada").say("@weather Lyon");
await room.settled();
process.stdout.write(JSON.stringify({ said: room.said() }));
