import { aiSdkHandler, createRoomAgent, peerTools } from "@thenvoi/ai-sdk";
import { chooseModel } from "@thenvoi-examples/models/ai-sdk.ts";
import { ToolLoopAgent } from "ai";
import { plannerScript } from "./script.ts";

const model = await chooseModel(plannerScript);

await createRoomAgent({
  handler: aiSdkHandler({
    agent: async (turn) =>
      new ToolLoopAgent({
        model,
        instructions: "You plan picnics and outings, briefly. Ask the weather agent before you promise a day.",
        tools: await peerTools(turn), // everyone within reach is a tool: ask_weather
      }),
  }),
}).run();
