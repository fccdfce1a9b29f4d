import { installed } from "../installed.ts";
import { holding } from "./holding.ts";

// An agent that has nothing to do, until it is let go.
const { createRoomAgent }: typeof import("@thenvoi/core") = await import(installed("core"));
let agent: import("@thenvoi/core").RoomAgent | undefined = createRoomAgent({ logger: false, handler: () => undefined });
holding(async () => {
  await agent?.stop({ graceMs: 0 });
  agent = undefined;
});
await agent.start();
