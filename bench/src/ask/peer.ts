import { setTimeout as pause } from "node:timers/promises";
import { installed } from "../installed.ts";
import { thinkingMs } from "./asking.ts";

// A peer that is a room agent too: it claims what it is asked, thinks, and answers.
const { createRoomAgent }: typeof import("@thenvoi/core") = await import(installed("core"));
const agent = createRoomAgent({
  logger: false,
  handler: async (turn) => {
    await pause(thinkingMs);
    return turn.reply("Sun.");
  },
});
await agent.start();
