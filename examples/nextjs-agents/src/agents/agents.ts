import { aiSdkHandler, createRoomAgent, type RoomAgent } from "@thenvoi/ai-sdk";
import { langchainHandler } from "@thenvoi/langchain";
import { sky } from "./sky.ts";
import { trips } from "./trips.ts";

/** The agents of this app, each with the key of its identity. Nothing is connected yet. */
export function createAgents(): readonly RoomAgent[] {
  return [
    createRoomAgent({
      apiKey: keyIn("TRIPS_API_KEY"),
      handler: aiSdkHandler({ agent: trips, approve: { tools: ["book"] } }), // nothing is bought without a yes
    }),
    createRoomAgent({ apiKey: keyIn("SKY_API_KEY"), handler: langchainHandler({ agent: sky }) }),
  ];
}

function keyIn(variable: string): string {
  const key = process.env[variable] ?? "";
  if (key === "")
    throw new Error(`${variable} is not set. Set it, or start with \`pnpm dev\`, which brings a sandbox.`);
  return key;
}
