import type { RoomSummary } from "../model/room.ts";
import { parseResource } from "../wire/page.ts";
import { parseRoomSummary } from "../wire/room.ts";
import type { Answer, CallOptions, RestClient } from "./client.ts";
import { byNumber, type Listing } from "./pages.ts";
import { roomPath } from "./paths.ts";

const pagesAtOnce = 8;

const allRooms: Listing<RoomSummary> = { path: "/agent/chats", read: parseRoomSummary };

/**
 * Every room this agent is in, each once, in no particular order.
 *
 * The list is paged by number, so a room that comes or goes during the walk shifts the others past a page boundary. When that
 * shows (a changed total, an id that comes twice) the walk is made once more; when it shows again, both walks count together.
 */
export async function listRooms(client: RestClient, options: CallOptions = {}): Promise<RoomSummary[]> {
  const first = await walk(client, options);
  if (!first.disturbed) return [...first.rooms.values()];
  const second = await walk(client, options);
  return [...(second.disturbed ? new Map([...first.rooms, ...second.rooms]) : second.rooms).values()];
}

async function walk(
  client: RestClient,
  options: CallOptions,
): Promise<{ rooms: Map<string, RoomSummary>; disturbed: boolean }> {
  const rooms = new Map<string, RoomSummary>();
  const totals = new Set<number>();
  let rows = 0;
  const onPage = (page: { readonly rows: readonly RoomSummary[]; readonly totalCount: number | undefined }) => {
    rows += page.rows.length;
    if (page.totalCount !== undefined) totals.add(page.totalCount);
  };
  for await (const room of byNumber(client, allRooms, { ...options, onPage, atOnce: pagesAtOnce }))
    rooms.set(room.id, room);
  return { rooms, disturbed: totals.size > 1 || rows > rooms.size };
}

/** One room by its id. A room this agent is not in answers 404, as one that never was. */
export async function getRoom(
  client: RestClient,
  ref: { readonly roomId: string },
  options: CallOptions = {},
): Promise<RoomSummary> {
  return client.request({ method: "GET", path: roomPath(ref.roomId), kind: "read", signal: options.signal }, readRoom);
}

/** Opens a room with this agent as its owner. Without a title the platform makes one up from the first message. */
export async function createRoom(
  client: RestClient,
  input: { readonly title?: string } = {},
  options: CallOptions = {},
): Promise<RoomSummary> {
  const chat = input.title === undefined ? {} : { title: input.title };
  return client.request(
    { method: "POST", path: "/agent/chats", body: { chat }, kind: "post", signal: options.signal },
    readRoom,
  );
}

/** Gives a room a title of 1–120 characters. Only for its owner. */
export async function renameRoom(
  client: RestClient,
  input: { readonly roomId: string; readonly title: string },
  options: CallOptions = {},
): Promise<RoomSummary> {
  const body = { chat: { title: input.title } };
  return client.request(
    { method: "PATCH", path: roomPath(input.roomId), body, kind: "repeatable", signal: options.signal },
    readRoom,
  );
}

function readRoom(answer: Answer): RoomSummary {
  return parseRoomSummary(parseResource(answer.body));
}
