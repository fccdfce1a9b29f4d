import { setTimeout as wait } from "node:timers/promises";
import { chooseModel } from "@thenvoi-examples/models/ai-sdk.ts";
import { isStepCount, ToolLoopAgent, tool } from "ai";
import * as z from "zod";
import { tripsScript } from "./scripts.ts";

const trains = tool({
  description: "Trains from Lyon to a place on a day",
  inputSchema: z.object({ to: z.string(), day: z.string() }),
  execute: async ({ to, day }) => {
    await wait(600);
    return { to, day, departures: ["08:04", "10:34"], minutes: 122, euros: 27 };
  },
});

const book = tool({
  description: "Books seats on a train and pays for them",
  inputSchema: z.object({ to: z.string(), day: z.string(), departure: z.string(), seats: z.int(), euros: z.number() }),
  execute: async ({ to, departure }) => {
    await wait(300);
    return { to, departure, seats: ["14A", "14B"], reference: "QX7-204" };
  },
});

/** Plans day trips: an agent of the AI SDK that knows nothing of rooms. */
export const trips = new ToolLoopAgent({
  model: await chooseModel(tripsScript),
  instructions: "You plan day trips from Lyon. Ask Sky for the weather, look at the trains, and be brief.",
  tools: { trains, book },
  stopWhen: isStepCount(8),
});
