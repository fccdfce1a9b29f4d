import type { RoomEventType } from "../model/room-event.ts";
import { parseResource } from "../wire/page.ts";
import { parseSent } from "../wire/sent.ts";
import type { CallOptions, RestClient } from "./client.ts";
import { roomPath } from "./paths.ts";

/**
 * Reports something in a room, to no one in particular: content up to 16,384 characters, metadata up to 65,536 bytes.
 *
 * When `outcomeUnknown` holds for the error that is thrown, look the event up before sending it again.
 * @see PROTOCOL.md, "events"
 */
export async function postEvent(
  client: RestClient,
  input: {
    readonly roomId: string;
    readonly type: RoomEventType;
    readonly content: string;
    readonly metadata?: Readonly<Record<string, unknown>>;
  },
  options: CallOptions = {},
): Promise<{ readonly id: string }> {
  const metadata = input.metadata === undefined ? {} : { metadata: input.metadata };
  const body = { event: { message_type: input.type, content: input.content, ...metadata } };
  return client.request(
    { method: "POST", path: `${roomPath(input.roomId)}/events`, body, kind: "event", ...options },
    (answer) => ({ id: parseSent(parseResource(answer.body)).id }),
  );
}
