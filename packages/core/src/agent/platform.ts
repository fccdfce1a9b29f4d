import type { Connection } from "../config/connection.ts";
import type { Session } from "../rest/session.ts";
import type { Live } from "./live.ts";
import type { Presence } from "./presence.ts";
import type { Workshop } from "./workshop.ts";

/** An agent that has reached its platform: everything it is made of. */
export interface Platform {
  readonly connection: Connection;
  readonly session: Session;
  readonly shop: Workshop;
  readonly presence: Presence;
  readonly live: Live;
}
