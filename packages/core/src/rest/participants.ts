import type { Participant } from "../model/participant.ts";
import { requireUuid } from "../wire/fields.ts";
import { parseResource } from "../wire/page.ts";
import { parseParticipant } from "../wire/participant.ts";
import type { Answer, CallOptions, RestClient } from "./client.ts";
import { wholeList } from "./pages.ts";
import { roomPath } from "./paths.ts";

/** Who is in a room, this agent included. */
export async function listParticipants(
  client: RestClient,
  ref: { readonly roomId: string },
  options: CallOptions = {},
): Promise<Participant[]> {
  const listing = { path: `${roomPath(ref.roomId)}/participants`, read: parseParticipant };
  return [...(await wholeList(client, listing, options))];
}

/** Brings someone into a room, as a member unless told otherwise. 409 when they are in it already. */
export async function addParticipant(
  client: RestClient,
  input: { readonly roomId: string; readonly participantId: string; readonly role?: Participant["role"] },
  options: CallOptions = {},
): Promise<Participant> {
  const id = requireUuid(input.participantId, "a participant id");
  const body = { participant: { participant_id: id, role: input.role ?? "member" } };
  const path = `${roomPath(input.roomId)}/participants`;
  return client.request({ method: "POST", path, body, kind: "post", signal: options.signal }, readParticipant);
}

/** Takes someone out of a room; only for its owner and admins, or for oneself. Resolves with whom it was. */
export async function removeParticipant(
  client: RestClient,
  input: { readonly roomId: string; readonly participantId: string },
  options: CallOptions = {},
): Promise<Participant> {
  const path = `${roomPath(input.roomId)}/participants/${requireUuid(input.participantId, "a participant id")}`;
  return client.request({ method: "DELETE", path, kind: "post", signal: options.signal }, readParticipant);
}

function readParticipant(answer: Answer): Participant {
  return parseParticipant(parseResource(answer.body));
}
