import { setTimeout as wait } from "node:timers/promises";
import { aiSdkHandler, createRoomAgent } from "@thenvoi/ai-sdk";
import { chooseModel } from "@thenvoi-examples/models/ai-sdk.ts";
import { isStepCount, ToolLoopAgent, tool } from "ai";
import * as z from "zod";
import { script } from "./script.ts";

let asked = 0;

const forecast = tool({
  description: "The weather of a place on a day",
  inputSchema: z.object({ place: z.string(), day: z.string() }),
  execute: async ({ place, day }) => {
    await wait(150);
    asked += 1;
    if (asked % 3 === 1) throw new Error("The weather service does not answer. It often does the second time.");
    return { place, day, sky: "clear", highCelsius: 21, rainPercent: 5 };
  },
});

const trains = tool({
  description: "Trains from Lyon to a place on a day",
  inputSchema: z.object({ to: z.string(), day: z.string() }),
  execute: async ({ to, day }) => {
    await wait(250);
    return { to, day, departures: ["08:04", "10:34"], minutes: 122 };
  },
});

/** An agent that knows nothing of rooms. */
const tripAgent = new ToolLoopAgent({
  model: await chooseModel(script),
  instructions: "You plan day trips from Lyon. Look at the weather and the trains before you answer, and be brief.",
  tools: { forecast, trains },
  stopWhen: isStepCount(8),
});

// The agent is as it was. This line is all it takes to have it in rooms; where it lives comes from THENVOI_API_KEY.
await createRoomAgent({ handler: aiSdkHandler({ agent: tripAgent }) }).run();
