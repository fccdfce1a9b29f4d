import { parseMark } from "../wire/mark.ts";
import { parseResource } from "../wire/page.ts";
import type { Answer, CallOptions, RestClient } from "./client.ts";
import { messagePath } from "./paths.ts";

/** What became of a mark. `stopped`: a person stopped this agent in the room, and nothing was marked. */
export type MarkOutcome = { readonly kind: "marked"; readonly attemptNumber: number } | { readonly kind: "stopped" };

export interface MessageRef {
  readonly roomId: string;
  readonly messageId: string;
}

/**
 * Marks a message as being worked on, which opens a new attempt each time.
 *
 * Not repeated when it is unknown whether the platform took it: another claim would leave an attempt open that nobody
 * works on. The queue tells.
 * @see PROTOCOL.md, "marks"
 */
export async function claim(client: RestClient, ref: MessageRef, options: CallOptions = {}): Promise<MarkOutcome> {
  return client.request(
    { method: "POST", path: `${messagePath(ref)}/processing`, kind: "claim", signal: options.signal },
    readMark,
  );
}

/** Closes the open attempt as a success, so that the message leaves the queue. One try; 422 when no attempt is open. */
export async function markProcessed(
  client: RestClient,
  ref: MessageRef,
  options: CallOptions = {},
): Promise<MarkOutcome> {
  return client.request(
    { method: "POST", path: `${messagePath(ref)}/processed`, kind: "settle", signal: options.signal },
    readMark,
  );
}

/** Closes the open attempt as a failure with its reason; the message stays in the queue. One try; 422 when no attempt is open. */
export async function markFailed(
  client: RestClient,
  input: MessageRef & { readonly error: string },
  options: CallOptions = {},
): Promise<MarkOutcome> {
  // The platform refuses a blank reason, and the failure of a mark would hide the failure it reports.
  const body = { error: input.error.trim() === "" ? "no reason given" : input.error };
  return client.request(
    { method: "POST", path: `${messagePath(input)}/failed`, body, kind: "settle", signal: options.signal },
    readMark,
  );
}

function readMark({ status, body }: Answer): MarkOutcome {
  if (status === 204) return { kind: "stopped" };
  return { kind: "marked", ...parseMark(parseResource(body)) };
}
