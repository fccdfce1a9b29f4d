import { setTimeout as pause } from "node:timers/promises";
import { createRoomAgent } from "../packages/core/src/index.ts";
import { countHoldings } from "./holdings.ts";

/** An agent that says, whenever its parent asks and once no message has or waits for its turn, what its process holds. */

const holdings = countHoldings();
const agent = createRoomAgent({ logger: false, handler: (turn) => turn.reply("No.") });
process.on("message", () => void tell());
agent.on("live", () => {
  if (agent.status().reconnects === 0) process.send?.("live");
});
await agent.run();
process.exit();

async function tell(): Promise<void> {
  while (agent.status().oldestMessageMs > 0) await pause(5);
  process.send?.(await holdings());
}
