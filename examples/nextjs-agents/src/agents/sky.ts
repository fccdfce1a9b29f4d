import { setTimeout as wait } from "node:timers/promises";
import { tool } from "@langchain/core/tools";
import { toolLoop } from "@thenvoi/langchain";
import { chooseModel } from "@thenvoi-examples/models/langchain.ts";
import * as z from "zod";
import { skyScript } from "./scripts.ts";

const forecast = tool(
  async ({ place, day }) => {
    await wait(500);
    return JSON.stringify({ place, day, sky: "clear", highCelsius: 21, rainPercent: 5 });
  },
  {
    name: "forecast",
    description: "The weather of a place on a day",
    schema: z.object({ place: z.string(), day: z.string() }),
  },
);

/** Knows the weather: a LangChain chat model and its tool. */
export const sky = toolLoop({
  model: await chooseModel(skyScript),
  tools: [forecast],
  systemPrompt: "You know the weather. Look at the forecast before you answer, and be brief.",
});
