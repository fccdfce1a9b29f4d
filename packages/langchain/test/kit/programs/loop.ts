import { toolLoop } from "@thenvoi/langchain";
import { startSandbox } from "@thenvoi/sandbox";
import { call, lookup, steps, text, toolRuns } from "@thenvoi/sandbox/contract";
import { ScriptedChatModel } from "../scripted-chat-model.ts";
import { ask, startAgent, toolOf } from "../start-agent.ts";

/** A tool loop asks a peer and a tool of its own, and answers. Prints what the room shows. */
await using sandbox = await startSandbox();
const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
using _planner = sandbox.script("planner", ["An umbrella."]);
const model = steps(
  [
    call("c1", "lookup", { place: "Lyon" }),
    call("c2", "thenvoi_ask_peer", { peer: "@planner", question: "What to pack?" }),
  ],
  [text("Pack an umbrella.")],
);
await using _agent = await startAgent(
  sandbox,
  toolLoop({ model: new ScriptedChatModel(model), tools: [toolOf(lookup())] }),
);
await ask(room, "what shall I pack?");
process.stdout.write(JSON.stringify({ said: room.said(), runs: toolRuns(room, "weather").length }));
