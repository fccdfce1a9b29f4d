import { setTimeout as wait } from "node:timers/promises";
import { tool } from "@langchain/core/tools";
import { createRoomAgent, langchainHandler, toolLoop } from "@thenvoi/langchain";
import { chooseModel } from "@thenvoi-examples/models/langchain.ts";
import { script } from "./script.ts";

let asked = 0;

const forecast = tool(
  async (input: unknown) => {
    await wait(150);
    asked += 1;
    if (asked % 2 === 1) throw new Error("The weather service does not answer. It often does the second time.");
    return { asked: input, rainPercent: 5 };
  },
  {
    name: "forecast",
    description: "The weather of a place",
    schema: { type: "object", properties: { place: { type: "string" } }, required: ["place"] },
  },
);

/** A chat model with tools: the loop around it offers it the room's tools too. */
const agent = toolLoop({
  model: await chooseModel(script),
  tools: [forecast],
  systemPrompt: "You know the weather. Look at the forecast before you answer, and be brief.",
});

await createRoomAgent({ handler: langchainHandler({ agent }) }).run();
