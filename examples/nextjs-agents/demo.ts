import { randomBytes } from "node:crypto";
import type { RoomHandle, Sandbox } from "@thenvoi/sandbox";

/** A small world to try the app in: two people, the two agents, and a room. The answer has what the server is told of it. */
export async function demoWorld(
  sandbox: Sandbox,
): Promise<{ readonly room: RoomHandle; readonly env: Record<string, string> }> {
  const dana = sandbox.registerUser("dana", { name: "Dana Reyes" });
  const miguel = sandbox.registerUser("miguel", { name: "Miguel Ortiz" });
  const trips = sandbox.registerAgent("dana/trips", { description: "Plans day trips and books trains" });
  const sky = sandbox.registerAgent("dana/sky", { description: "Knows the weather" });
  const room = await sandbox.room({ users: ["dana", "miguel"], agents: ["dana/trips"], title: "A day out" });
  return {
    room,
    env: {
      THENVOI_BASE_URL: sandbox.url,
      TRIPS_API_KEY: trips.apiKey,
      SKY_API_KEY: sky.apiKey,
      PEOPLE: JSON.stringify({ dana: { apiKey: dana.apiKey }, miguel: { apiKey: miguel.apiKey } }),
      SESSION_SECRET: randomBytes(32).toString("hex"),
    },
  };
}
