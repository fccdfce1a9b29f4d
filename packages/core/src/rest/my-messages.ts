import type { Mention } from "../model/message.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { requireUuid } from "../wire/fields.ts";
import { parseStoredItem } from "../wire/message.ts";
import { parseResource } from "../wire/page.ts";
import { parseSent } from "../wire/sent.ts";
import type { CallOptions, RestClient } from "./client.ts";
import { myRoomPath } from "./my-rooms.ts";
import { byCursor } from "./pages.ts";

/** Everything said and reported in a room, newest first. */
export function listMyMessages(
  client: RestClient,
  roomId: string,
  options: CallOptions = {},
): AsyncIterable<StoredItem> {
  const read = (row: unknown) => parseStoredItem(row, { roomId });
  return byCursor(client, { path: `${myRoomPath(roomId)}/messages`, read }, options);
}

/**
 * Says something as a person, to at least one other in the room.
 *
 * Repeated only when the platform surely did not take it. When `outcomeUnknown` holds for the error that is thrown, look the
 * message up before sending it again: the platform has no idempotency key.
 */
export function postMyMessage(
  client: RestClient,
  input: { readonly roomId: string; readonly content: string; readonly mentions: readonly Mention[] },
  options: CallOptions = {},
): Promise<{ readonly id: string; readonly recipients: readonly Mention[] }> {
  const mentions = input.mentions.map(({ id, handle, name }) => ({
    id: requireUuid(id, "the id of a mention"),
    ...(handle !== undefined && { handle }),
    ...(name !== undefined && { name }),
  }));
  const body = { message: { content: input.content, mentions } };
  const path = `${myRoomPath(input.roomId)}/messages`;
  return client.request({ method: "POST", path, body, kind: "post", signal: options.signal }, (answer) =>
    parseSent(parseResource(answer.body)),
  );
}
