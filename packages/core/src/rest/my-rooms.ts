import type { Participant, ParticipantKind, Peer } from "../model/participant.ts";
import type { MyRoom, Profile } from "../model/profile.ts";
import { requireUuid } from "../wire/fields.ts";
import { parseResource } from "../wire/page.ts";
import { parseParticipant } from "../wire/participant.ts";
import { parsePeer } from "../wire/peer.ts";
import { parseMyRoom, parseProfile } from "../wire/profile.ts";
import type { Answer, CallOptions, RestClient } from "./client.ts";
import { byCursor, byNumber } from "./pages.ts";

/** The path of a room, for a person. Throws {@link WireError} before any request when the id is not a UUID. */
export function myRoomPath(roomId: string): string {
  return `/me/chats/${requireUuid(roomId, "a room id")}`;
}

/** The person behind the key. An agent's key is refused with 403. @see PROTOCOL.md, "the person's side" */
export function getProfile(client: RestClient, options: CallOptions = {}): Promise<Profile> {
  return client.request({ method: "GET", path: "/me/profile", kind: "read", signal: options.signal }, ({ body }) =>
    parseProfile(parseResource(body)),
  );
}

/** The rooms a person is in, newest first. */
export function listMyRooms(client: RestClient, options: CallOptions = {}): AsyncIterable<MyRoom> {
  return byCursor(client, { path: "/me/chats", read: parseMyRoom }, options);
}

/** One room by its id. A room the person is not in answers 404, as one that never was. */
export function getMyRoom(client: RestClient, roomId: string, options: CallOptions = {}): Promise<MyRoom> {
  return client.request({ method: "GET", path: myRoomPath(roomId), kind: "read", signal: options.signal }, readRoom);
}

/** Opens a room with the person as its owner. */
export function createMyRoom(
  client: RestClient,
  input: { readonly title?: string } = {},
  options: CallOptions = {},
): Promise<MyRoom> {
  const body = { chat: input.title === undefined ? {} : { title: input.title } };
  return client.request({ method: "POST", path: "/me/chats", body, kind: "post", signal: options.signal }, readRoom);
}

/** Gives a room a title of 1–120 characters. Only for its owner. */
export function renameMyRoom(
  client: RestClient,
  input: { readonly roomId: string; readonly title: string },
  options: CallOptions = {},
): Promise<MyRoom> {
  const body = { chat: { title: input.title } };
  const path = myRoomPath(input.roomId);
  return client.request({ method: "PATCH", path, body, kind: "repeatable", signal: options.signal }, readRoom);
}

/** Ends a room for everyone in it. Only for its owner. */
export function deleteMyRoom(client: RestClient, roomId: string, options: CallOptions = {}): Promise<void> {
  const path = myRoomPath(roomId);
  return client.request({ method: "DELETE", path, kind: "post", signal: options.signal }, () => undefined);
}

/** Who is in a room, the person included. */
export async function listMyParticipants(
  client: RestClient,
  roomId: string,
  options: CallOptions = {},
): Promise<readonly Participant[]> {
  const path = `${myRoomPath(roomId)}/participants`;
  return Array.fromAsync(byCursor(client, { path, read: parseParticipant }, options));
}

/** Brings someone into a room, as a member unless told otherwise. 409 when they are in it already. */
export function addMyParticipant(
  client: RestClient,
  input: { readonly roomId: string; readonly participantId: string; readonly role?: Participant["role"] | undefined },
  options: CallOptions = {},
): Promise<Participant> {
  const id = requireUuid(input.participantId, "a participant id");
  const body = { participant: { participant_id: id, role: input.role ?? "member" } };
  const path = `${myRoomPath(input.roomId)}/participants`;
  return client.request({ method: "POST", path, body, kind: "post", signal: options.signal }, readParticipant);
}

/** Takes someone out of a room; only for its owner and admins, or for oneself. Resolves with whom it was. */
export function removeMyParticipant(
  client: RestClient,
  input: { readonly roomId: string; readonly participantId: string },
  options: CallOptions = {},
): Promise<Participant> {
  const path = `${myRoomPath(input.roomId)}/participants/${requireUuid(input.participantId, "a participant id")}`;
  return client.request({ method: "DELETE", path, kind: "post", signal: options.signal }, readParticipant);
}

/** Whom a person could bring into a room. `notInRoom` hides those already there. */
export function listMyPeers(
  client: RestClient,
  input: { readonly notInRoom?: string; readonly kind?: ParticipantKind } = {},
  options: CallOptions = {},
): AsyncIterable<Peer> {
  const query = {
    not_in_chat: input.notInRoom === undefined ? undefined : requireUuid(input.notInRoom, "a room id"),
    type: input.kind && (input.kind === "user" ? "User" : "Agent"),
  };
  return byNumber(client, { path: "/me/peers", query, read: parsePeer }, options);
}

/** A person's word to agents: cancel what runs, stop working, go on. */
export type ControlWord = "interrupt" | "stop" | "play";

/** Tells agents of a room, all or one, or one of the person's own agents everywhere. */
export function tellAgents(
  client: RestClient,
  word: ControlWord,
  where: { readonly roomId: string; readonly agentId?: string | undefined } | { readonly agentId: string },
  options: CallOptions = {},
): Promise<void> {
  const agentId = where.agentId === undefined ? undefined : requireUuid(where.agentId, "an agent id");
  const path = "roomId" in where ? `${myRoomPath(where.roomId)}/agents/${word}` : `/me/agents/${agentId}/${word}`;
  const body = "roomId" in where && agentId !== undefined ? { agent_id: agentId } : {};
  // Harmless when made twice: an agent that stopped can't stop more.
  return client.request({ method: "POST", path, body, kind: "repeatable", signal: options.signal }, () => undefined);
}

function readRoom(answer: Answer): MyRoom {
  return parseMyRoom(parseResource(answer.body));
}

function readParticipant(answer: Answer): Participant {
  return parseParticipant(parseResource(answer.body));
}
