import type { Identity } from "../model/participant.ts";
import { parseIdentity } from "../wire/identity.ts";
import { parseResource } from "../wire/page.ts";
import type { CallOptions, RestClient } from "./client.ts";

/** The account behind the key. Also the cheapest way to learn whether the key works. @see PROTOCOL.md, "agent/me" */
export async function getMe(client: RestClient, options: CallOptions = {}): Promise<Identity> {
  return client.request({ method: "GET", path: "/agent/me", kind: "read", signal: options.signal }, ({ body }) =>
    parseIdentity(parseResource(body)),
  );
}
