import { setTimeout as wait } from "node:timers/promises";
import { tool } from "@langchain/core/tools";
import { createRoomAgent, langchainHandler } from "@thenvoi/langchain";
import { chooseModel } from "@thenvoi-examples/models/langchain.ts";
import { createAgent } from "langchain";
import * as z from "zod";
import { weatherScript } from "./script.ts";

let asked = 0;

const forecast = tool(
  async ({ place, day }) => {
    await wait(400);
    asked += 1;
    if (asked === 1) throw new Error("The weather service does not answer. It often does the second time.");
    const isWet = /wednesday|sunday/iu.test(day);
    return { place, day, highCelsius: isWet ? 14 : 24, rainFrom: isWet ? "07:00" : "16:00" };
  },
  {
    name: "forecast",
    description: "The weather of a place on a day of the week",
    schema: z.object({ place: z.string(), day: z.string() }),
  },
);

/** An agent that knows nothing of rooms. */
const agent = createAgent({
  model: await chooseModel(weatherScript),
  tools: [forecast],
  systemPrompt: "You know the weather. Look at the forecast before you answer, once more if it fails, and be brief.",
});

await createRoomAgent({ handler: langchainHandler({ agent }) }).run();
