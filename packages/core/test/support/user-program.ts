/** The smallest program a user may write: all settings come from the environment, only `onConflict` may be the argument. */
import { createRoomAgent } from "@thenvoi/core";
import { quick } from "./start-agent.ts";

const onConflict = process.argv[2] === "reject" ? "reject" : "supersede";
const agent = createRoomAgent({ handler: (turn) => turn.reply(`from ${process.pid}`), onConflict, timing: quick });
await agent.run();
