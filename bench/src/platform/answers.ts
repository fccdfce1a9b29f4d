import { emptyList, marked, me, numberOf, participants, posted, roomsPage } from "./wire.ts";
import type { World } from "./world.ts";

/** An answer, and what kind of request it answers. An empty body is a 204. */
export interface Answer {
  readonly kind: string;
  readonly body: string;
}

/** Answers a request of the agent: only what a message needs, none of it checked. */
export function answerTo(world: World, target: string): Answer {
  const [path = "", query = ""] = target.split("?");
  const [, , , , resource, id = "", what = "room", item = "", mark] = path.split("/");
  if (resource === "me") return { kind: "me", body: me };
  if (resource !== "chats") return { kind: resource ?? "", body: emptyList };
  if (id === "") {
    const asked = new URLSearchParams(query);
    return {
      kind: "rooms",
      body: roomsPage(world.rooms, Number(asked.get("page") ?? 1), Number(asked.get("page_size") ?? 100)),
    };
  }
  const room = numberOf(id);
  if (what === "messages" && item === "next") return { kind: "next", body: nextOf(world, room) };
  if (what === "messages" && mark !== undefined) {
    if (mark !== "processing") world.settle(room, item);
    return { kind: mark, body: marked(item, mark) };
  }
  if (what === "messages") return { kind: "reply", body: posted(world.reply(room)) };
  if (what === "participants") return { kind: what, body: participants };
  if (what === "events") return { kind: what, body: posted(world.report()) };
  return { kind: what, body: emptyList };
}

function nextOf(world: World, room: number): string {
  const waiting = world.next(room);
  return waiting === undefined ? "" : `{"data":${waiting}}`;
}
