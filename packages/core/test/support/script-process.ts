/** Scripts as users write them for cron: one call, awaited at the top level, and nothing else to keep the process up. */
import { createRoomAgent, createRoomClient } from "@thenvoi/core";
import { quick } from "./start-agent.ts";

const timing = { ...quick, retryBaseMs: 200, retryCapMs: 200, readBackMs: 200, handlerRetryMs: [200] };
const [, , script, roomId = "", messageId = ""] = process.argv;

const agent = createRoomAgent({
  timing,
  logger: false,
  handler: (turn) => {
    if (turn.attempt === 1 && script === "handle") throw new Error("not yet");
    return turn.reply("No.");
  },
});

if (script === "drain") await agent.drain();
if (script === "handle") await agent.handleOnce({ roomId, messageId });
if (script === "send") await agent.room(roomId).send({ content: "Good morning.", mentions: ["ada"] });
if (script === "client")
  await createRoomClient({ timing, logger: false })
    .room(roomId)
    .send({ content: "Good morning.", mentions: ["ada"] });
if (script === "wake") await agent.wake({ roomId, prompt: "Say it.", mentions: ["ada"] });
