import { installed } from "../installed.ts";
import { reporting } from "../reporting.ts";

// The agent of the figures: what someone gets who installs the package, with a handler that only answers.
const started = reporting();
const { createRoomAgent }: typeof import("@thenvoi/core") = await import(installed("core"));
const agent = createRoomAgent({
  logger: false,
  handler: (turn) => {
    started(turn.message.id);
    return turn.reply("Fine, until it isn't.");
  },
});
await agent.start();
