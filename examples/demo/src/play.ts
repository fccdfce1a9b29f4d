import { join } from "node:path";
import type { Player } from "@thenvoi-examples/stage/stage.ts";

/** Two agents of two frameworks, and what dana says to the first. */
export const play = {
  title: "Picnic",
  cast: [
    { agent: "dana/planner", file: join(import.meta.dirname, "planner.ts") },
    { agent: "dana/weather", file: join(import.meta.dirname, "weather.ts") },
  ],
  wish: "@dana/planner can you plan a picnic in Lyon on Saturday?",
} as const satisfies { title: string; cast: readonly Player[]; wish: string };
