import { AIMessage } from "@langchain/core/messages";
import { END, interrupt, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createRoomAgent, langchainHandler } from "@thenvoi/langchain";
import { SqliteSaver } from "./sqlite-saver.ts";

const checkpointer = new SqliteSaver(process.env.THREADS_FILE ?? ":memory:");

/** A graph that asks before it books. Each room is a thread of its own, kept in THREADS_FILE. */
const graph = new StateGraph(MessagesAnnotation)
  .addNode("book", ({ messages }) => {
    const [place = "Annecy"] = /(?<=trip to )\p{Lu}\p{L}+/u.exec(messages.at(-1)?.text ?? "") ?? [];
    const answer: unknown = interrupt({ question: `Shall I book the trip to ${place}?`, options: ["yes", "no"] });
    const text = answer === "yes" ? `The trip to ${place} is booked.` : `The trip to ${place} is not booked.`;
    return { messages: [new AIMessage(text)] };
  })
  .addEdge(START, "book")
  .addEdge("book", END)
  .compile({ checkpointer });

await createRoomAgent({ handler: langchainHandler({ agent: graph }) }).run();
