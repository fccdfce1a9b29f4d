import type { CallOptions, RestClient } from "./client.ts";
import { roomPath } from "./paths.ts";

/**
 * Shows or hides that this agent is working in a room. The sign fades about 10 s after the last report.
 *
 * One try with a short deadline; whoever calls it is meant to ignore how it ends. @see PROTOCOL.md, "activity"
 */
export async function reportActivity(
  client: RestClient,
  input: { readonly roomId: string; readonly working: boolean },
  options: CallOptions = {},
): Promise<void> {
  const body = { working: input.working };
  return client.request(
    { method: "POST", path: `${roomPath(input.roomId)}/activity`, body, kind: "activity", signal: options.signal },
    () => undefined,
  );
}
