import { setTimeout as wait } from "node:timers/promises";
import { Channels } from "./channels.ts";
import { drain } from "./inbox.ts";
import { textAt } from "./json.ts";
import { call, roomIds } from "./rest.ts";

// The walk of the platform's documentation, with nothing but fetch and ws: connect, join, heartbeat, process, drain.
const apiKey = process.env.THENVOI_API_KEY ?? "";
const baseUrl = (process.env.THENVOI_BASE_URL ?? "https://app.thenvoi.com").replace(/\/$/, "");
const account = { apiKey, baseUrl };
const agentId = textAt(await call(account, "GET", "me"), "data", "id");

/** Rooms that are being drained; true when news came meanwhile, and they have to be looked at once more. */
const draining = new Map<string, boolean>();
let isOver = false;
let channels: Channels | undefined;

process.once("SIGINT", end).once("SIGTERM", end);
for (let failures = 0; !isOver; failures += 1) {
  try {
    channels = await connect();
    failures = 0;
    await channels.closed;
  } catch (error) {
    console.error(String(error));
    channels?.close();
  }
  if (!isOver) await wait(Math.random() * Math.min(30_000, 1_000 * 2 ** failures)); // or all agents come back at once
}

/** One connection, ready for work. Nothing is replayed on a join, so every room is joined first and drained after. */
async function connect(): Promise<Channels> {
  const opened = await Channels.open(account, (topic, event, payload) => hear(opened, topic, event, payload));
  await opened.join(`agent_control:${agentId}`);
  await opened.join(`agent_rooms:${agentId}`);
  for (const roomId of await roomIds(account)) await enter(opened, roomId);
  return opened;
}

async function enter(connection: Channels, roomId: string): Promise<void> {
  await connection.join(`chat_room:${roomId}`);
  look(roomId);
}

/** An event is a hint where to look; what to do is what `/next` says. */
function hear(connection: Channels, topic: string, event: string, payload: unknown): void {
  if (event === "message_created") look(topic.replace("chat_room:", ""));
  if (event === "room_added") enter(connection, textAt(payload, "id")).catch(() => connection.close());
  if (event === "room_removed") connection.leave(`chat_room:${textAt(payload, "id")}`);
  if (event === "agent.control" && textAt(payload, "mode") === "play") connection.close(); // come back, and look everywhere
  if (event === "supersede") end(); // another process has this key now; to fight over it would never end
}

/** Drains a room, one message at a time; rooms don't wait for each other. */
function look(roomId: string): void {
  const isBusy = draining.has(roomId);
  draining.set(roomId, isBusy);
  if (isBusy) return;
  drain(account, roomId)
    .catch((error: unknown) => console.error(String(error)))
    .finally(() => {
      const again = draining.get(roomId);
      draining.delete(roomId);
      if (again) look(roomId);
    });
}

function end(): void {
  isOver = true;
  channels?.close();
}
