import { installed } from "../installed.ts";
import { reporting } from "../reporting.ts";

// The agent of the figures: what someone gets who installs the package, with a handler that only answers.
const notes = reporting();
const { createRoomAgent }: typeof import("@thenvoi/core") = await import(installed("core"));
notes.began();
const agent = createRoomAgent({
  logger: false,
  handler: (turn) => {
    notes.started(turn.message.id);
    return turn.reply("Fine, until it isn't.");
  },
});
await agent.start();
