import * as z from "zod";
import type { Participant, Peer } from "../model/participant.ts";
import type { Json } from "../model/room-event.ts";
import { pageField } from "./listed.ts";
import { defineTool } from "./tool.ts";

const listedAtMost = 50;

/** Who is here. */
const getParticipants = defineTool({
  name: "get_participants",
  description: "Lists who is in this room: people and agents, with the handle to mention each by.",
  schema: z.strictObject({}),
  run: async (_input, toolbox) => {
    const [people, { id }] = await Promise.all([toolbox.participants(), toolbox.identity()]);
    return {
      participants: people.map((person) => ({ ...described(person), role: person.role, you: person.id === id })),
    };
  },
});

/** Who could come. */
const lookupPeers = defineTool({
  name: "lookup_peers",
  description:
    "Lists people and agents who are not in this room but could be asked or added, with what each can do. Use it when someone who is not here could help.",
  schema: z.strictObject({
    query: z.string().optional().describe("Only those whose name, handle or description contains this text"),
    page: pageField,
  }),
  run: async ({ query, page }, toolbox) => {
    const wanted = query?.toLowerCase() ?? "";
    const found: Peer[] = [];
    for await (const peer of toolbox.peers()) {
      const text = `${peer.name} ${peer.handle ?? ""} ${peer.description ?? ""}`.toLowerCase();
      if (text.includes(wanted)) found.push(peer);
    }
    const shown = found.slice((page - 1) * listedAtMost, page * listedAtMost);
    return { peers: shown.map(described), total: found.length, more: found.length > page * listedAtMost };
  },
});

/** Bringing someone in. */
const addParticipant = defineTool({
  name: "add_participant",
  description: "Adds a person or agent to this room, so that they can be mentioned. Find them with lookup_peers first.",
  schema: z.strictObject({
    identifier: z.string().min(1).describe("Handle, such as @dana/weather; or name or id"),
    role: z.enum(["member", "admin"]).default("member"),
  }),
  run: async ({ identifier, role }, toolbox) => {
    const peer = await toolbox.findPeer(identifier);
    if (peer.isHere) return { added: described(peer), alreadyHere: true };
    return { added: described(await toolbox.add({ id: peer.id, role })), alreadyHere: false };
  },
});

/** Sending someone away. */
const removeParticipant = defineTool({
  name: "remove_participant",
  description: "Removes a person or agent from this room. Only when you were asked to.",
  schema: z.strictObject({ identifier: z.string().min(1).describe("Handle, name or id of someone in the room") }),
  run: async ({ identifier }, toolbox) => {
    const { id } = await toolbox.findParticipant(identifier);
    return { removed: described(await toolbox.remove(id)) };
  },
});

/** Opening a room. */
const createChatroom = defineTool({
  name: "create_chatroom",
  description:
    "Opens a new, empty room that you own. It does not change where you are: this conversation goes on here.",
  schema: z.strictObject({
    title: z.string().trim().min(1).max(120).optional().describe("One line, at most 120 characters"),
  }),
  run: async ({ title }, toolbox) => {
    const room = await toolbox.createRoom(title === undefined ? {} : { title });
    return { room: { id: room.id, title: room.title ?? null } };
  },
});

/** The tools about who is in a room. */
export const roomToolDefinitions = [
  getParticipants,
  lookupPeers,
  addParticipant,
  removeParticipant,
  createChatroom,
] as const;

function described(person: Pick<Participant | Peer, "id" | "kind" | "name" | "handle" | "description">): {
  [key: string]: Json;
} {
  const { kind, name, handle, description } = person;
  return {
    handle: handle === undefined ? name : `@${handle}`,
    name,
    type: kind === "user" ? "person" : "agent",
    ...(description !== undefined && { description }),
  };
}
