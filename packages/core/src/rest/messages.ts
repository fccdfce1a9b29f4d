import type { Mention } from "../model/message.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { requireUuid } from "../wire/fields.ts";
import { parseStoredItem } from "../wire/message.ts";
import { parseResource } from "../wire/page.ts";
import { parseSent } from "../wire/sent.ts";
import type { CallOptions, RestClient } from "./client.ts";
import { byCursor } from "./pages.ts";
import { roomPath } from "./paths.ts";

/** Where a message stands, as a filter. Left out it means: everything not processed. */
export type StatusFilter = "pending" | "processing" | "processed" | "failed" | "all";

/**
 * The oldest message of a room that this agent has not processed, failed ones included; undefined when there is none.
 *
 * Asking changes nothing: the same message comes back until it is processed. A stopped room answers that there is none.
 * @see PROTOCOL.md, "messages/next"
 */
export async function nextMessage(
  client: RestClient,
  ref: { readonly roomId: string },
  options: CallOptions = {},
): Promise<StoredItem | undefined> {
  return client.request(
    { method: "GET", path: `${roomPath(ref.roomId)}/messages/next`, kind: "read", signal: options.signal },
    ({ status, body }) => (status === 204 ? undefined : parseStoredItem(parseResource(body), ref)),
  );
}

/** The messages of a room that mention this agent, oldest first. Its own and other agents' traffic is not among them. */
export function listMessages(
  client: RestClient,
  input: { readonly roomId: string; readonly status?: StatusFilter },
  options: CallOptions = {},
): AsyncIterable<StoredItem> {
  const path = `${roomPath(input.roomId)}/messages`;
  const read = (row: unknown) => parseStoredItem(row, input);
  return byCursor(client, { path, query: { status: input.status }, read }, options);
}

/**
 * Says something in a room, to at least one of its other participants.
 *
 * Repeated only when the platform surely did not take it (429, no connection). When `outcomeUnknown` holds for the error
 * that is thrown, look the message up before sending it again: the platform has no idempotency key.
 * @see PROTOCOL.md, "messages"
 */
export async function postMessage(
  client: RestClient,
  input: {
    readonly roomId: string;
    readonly content: string;
    readonly mentions: readonly {
      readonly id: string;
      readonly handle?: string | undefined;
      readonly name?: string | undefined;
    }[];
  },
  options: CallOptions = {},
): Promise<{ readonly id: string; readonly recipients: Mention[] }> {
  const mentions = input.mentions.map(({ id, handle, name }) => ({
    id: requireUuid(id, "the id of a mention"),
    ...(handle === undefined ? {} : { handle }),
    ...(name === undefined ? {} : { name }),
  }));
  const body = { message: { content: input.content, mentions } };
  return client.request(
    { method: "POST", path: `${roomPath(input.roomId)}/messages`, body, kind: "post", ...options },
    (answer) => parseSent(parseResource(answer.body)),
  );
}
