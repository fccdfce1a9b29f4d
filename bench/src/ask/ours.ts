import { installed } from "../installed.ts";
import { noting, peer, question, where } from "./asking.ts";

// An agent whose handler asks a peer.
const note = noting();
const { createRoomAgent }: typeof import("@thenvoi/core") = await import(installed("core"));
const agent = createRoomAgent({
  logger: false,
  handler: async (turn) => {
    const startedMs = performance.now();
    await turn.ask(`@${peer}`, question, { where: where === "new-room" ? "new-room" : "here" });
    note(performance.now() - startedMs);
  },
});
await agent.start();
