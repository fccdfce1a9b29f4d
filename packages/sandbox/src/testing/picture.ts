import type { OpenSocket } from "../socket/socket-server.ts";
import type { Message } from "../world/model.ts";
import type { World } from "../world/world.ts";
import { shortName, showMentions } from "./mentions-in-text.ts";
import type { ServedRequest } from "./request-log.ts";

/** What a picture of a room is drawn from. */
export interface PictureSources {
  readonly world: World;
  readonly openSockets: (accountId: string) => readonly OpenSocket[];
  readonly requests: () => readonly ServedRequest[];
}

const shownMessages = 12;
const shownRequests = 12;

/**
 * A room as a person debugging would want to see it: who is in it and connected, what was said, whom each text waits for, and the last
 * requests.
 */
export function pictureOf(roomId: string, sources: PictureSources): string {
  const { world } = sources;
  const messages = world.messages.of(roomId);
  const left = messages.length - shownMessages;
  return [
    `Room ${JSON.stringify(world.rooms.room(roomId)?.title ?? null)} (${world.rooms.room(roomId) ? roomId : `${roomId}, deleted`})`,
    "  in it:",
    ...world.participants
      .of(roomId)
      .map(({ entity }) => `    ${entity.handle}: ${presence(entity.id, roomId, sources)}`),
    "  said:",
    ...(left > 0 ? [`    (${left} earlier)`] : []),
    ...messages.slice(-shownMessages).map((message) => `    ${line(message, world)}`),
    "  last requests:",
    ...lastRequests(sources.requests()),
  ].join("\n");
}

/** The agents a text still waits for: mentioned by others, still in the room, not yet processed. */
export function waitingFor(message: Message, world: World): readonly string[] {
  if (message.type !== "text") return [];
  return message.mentions
    .filter(({ id, kind }) => kind === "mention" && id !== message.sender.id && world.agent(id))
    .filter(({ id }) => message.deliveries[id]?.status !== "processed" && world.participants.isIn(message.roomId, id))
    .map(({ id }) => id);
}

function presence(accountId: string, roomId: string, { openSockets }: PictureSources): string {
  const open = openSockets(accountId);
  if (open.length === 0) return "not connected";
  return open.some(({ topics }) => topics.includes(`chat_room:${roomId}`))
    ? "connected, listens here"
    : "connected, has not joined this room";
}

function line(message: Message, world: World): string {
  const waits = waitingFor(message, world).map((id) => {
    const delivery = message.deliveries[id];
    const count = delivery?.attempts.length ?? 0;
    const attempts = count === 0 ? "" : `, ${count} ${count === 1 ? "attempt" : "attempts"}`;
    const error = delivery?.attempts.at(-1)?.error;
    return `${world.agent(id)?.slug} (${delivery?.status ?? "not delivered"}${attempts}${error === undefined ? "" : `: ${error}`})`;
  });
  const text =
    message.type === "text" ? showMentions(message.content, entityOf(world)) : `[${message.type}] ${message.content}`;
  const short = text.length > 120 ? `${text.slice(0, 119)}…` : text;
  return `${shortName(message.sender)}: ${short}${waits.length > 0 ? ` ← waits for ${waits.join(", ")}` : ""}`;
}

function lastRequests(requests: readonly ServedRequest[]): readonly string[] {
  if (requests.length === 0) return ["    none"];
  return requests
    .slice(-shownRequests)
    .map(({ method, path, status, by }) => `    ${status || "cut"} ${method} ${path} (${by ?? "no key"})`);
}

/** Finds a user or agent by id, a deleted one too. */
export function entityOf(world: World) {
  return (id: string) => world.accounts.everKnown(id);
}
