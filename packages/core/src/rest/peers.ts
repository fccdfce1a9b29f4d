import type { Peer } from "../model/participant.ts";
import { requireUuid } from "../wire/fields.ts";
import { parsePeer } from "../wire/peer.ts";
import type { CallOptions, RestClient } from "./client.ts";
import { byNumber } from "./pages.ts";

/** Who could be brought into a room: the owner, sibling and global agents, then contacts. `notInRoom` hides those already there. */
export function listPeers(
  client: RestClient,
  input: { readonly notInRoom?: string } = {},
  options: CallOptions = {},
): AsyncIterable<Peer> {
  const notInChat = input.notInRoom === undefined ? undefined : requireUuid(input.notInRoom, "a room id");
  return byNumber(client, { path: "/agent/peers", query: { not_in_chat: notInChat }, read: parsePeer }, options);
}
