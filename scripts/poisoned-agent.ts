import { createRoomAgent } from "../packages/core/src/index.ts";

/** An agent that fails on every message which says "poison" and answers all others; its parent hears of each try and of what is given up. */

export type Told = { readonly kind: "live" | "tried" } | { readonly kind: "given up"; readonly roomId: string };

const tell = (told: Told) => process.send?.(told);
const agent = createRoomAgent({
  logger: false,
  handler: async (turn) => {
    if (!turn.message.text.includes("poison")) return turn.reply("No.");
    tell({ kind: "tried" });
    throw new Error("this one never works");
  },
});
agent.on("live", () => tell({ kind: "live" }));
agent.on("dead-letter", ({ roomId }) => tell({ kind: "given up", roomId }));
await agent.run();
process.exit();
