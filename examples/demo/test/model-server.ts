import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import type { Scene, Step } from "@thenvoi-examples/models/script.ts";
import * as z from "zod";
import { plannerScript, weatherScript } from "../src/script.ts";

const request = z.object({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown(), tool_call_id: z.string().optional() })),
  tools: z.array(z.object({ function: z.object({ name: z.string() }) })),
});

type Asked = z.infer<typeof request>;

/** Who asked, which model, with which key. */
export interface Request {
  readonly who: "planner" | "weather";
  readonly model: string;
  readonly key: string;
}

/** A server that speaks OpenAI's chat completions, whole and streamed, and plays the demo's scripts. Ends when disposed of. */
export class ModelServer implements AsyncDisposable {
  readonly asked: Request[] = [];
  readonly #server: Server;
  #calls = 0;

  private constructor() {
    this.#server = createServer((incoming, outgoing) => {
      void text(incoming).then((body) => {
        const asked = request.parse(JSON.parse(body));
        const who = asked.tools.some((tool) => tool.function.name === "forecast") ? "weather" : "planner";
        const key = incoming.headers.authorization?.replace("Bearer ", "") ?? "";
        this.asked.push({ who, model: asked.model, key });
        const step = (who === "weather" ? weatherScript : plannerScript)(sceneOf(asked));
        const completion = this.#completion(step, asked.stream === true ? "delta" : "message");
        outgoing.setHeader("content-type", asked.stream === true ? "text/event-stream" : "application/json");
        outgoing.end(
          asked.stream === true
            ? `data: ${JSON.stringify(completion)}\n\ndata: [DONE]\n\n`
            : JSON.stringify(completion),
        );
      });
    });
  }

  static async start(): Promise<ModelServer> {
    const server = new ModelServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}/v1` : "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #completion({ says = "", uses = [] }: Step, as: "message" | "delta") {
    const calls = uses.map(({ tool, input }, index) => {
      this.#calls += 1;
      return {
        index,
        id: `call_${this.#calls}`,
        type: "function",
        function: { name: tool, arguments: JSON.stringify(input) },
      };
    });
    const message = { role: "assistant", content: says, ...(calls.length > 0 && { tool_calls: calls }) };
    return {
      id: `completion_${this.asked.length}`, // one of its own each: LangGraph takes messages of one id for one message
      object: as === "delta" ? "chat.completion.chunk" : "chat.completion",
      created: 1,
      model: "picnic-1",
      choices: [{ index: 0, [as]: message, finish_reason: calls.length > 0 ? "tool_calls" : "stop" }],
      usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
    };
  }
}

/** OpenAI's protocol doesn't say whether a tool failed: its text does. */
function sceneOf({ messages }: Asked): Scene {
  const last = messages.findLastIndex(({ role }) => role === "user");
  const shown = (content: unknown): string => (typeof content === "string" ? content : JSON.stringify(content));
  return {
    asked: shown(messages[last]?.content),
    results: messages
      .slice(last + 1)
      .filter(({ role }) => role === "tool")
      .map(({ content }) => ({ tool: "", output: shown(content), failed: shown(content).includes("does not answer") })),
  };
}
