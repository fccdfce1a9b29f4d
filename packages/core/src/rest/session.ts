import type { Environment } from "../internal/environment.ts";
import type { Timing } from "../internal/timing.ts";
import type { Logger } from "../logger.ts";
import type { Notice } from "../model/notice.ts";
import type { Identity } from "../model/participant.ts";
import type { RestClient } from "./client.ts";

/** Who we are and how we reach the platform: what every stage of the flow is handed. */
export interface Session {
  readonly identity: Identity;
  readonly client: RestClient;
  readonly environment: Environment;
  readonly timing: Timing;
  readonly logger: Logger;
  /** What the names of tools begin with: `thenvoi_` or `band_`. */
  readonly toolPrefix: string;
  /** Tells whoever listens. Never throws. */
  readonly notify: (notice: Notice) => void;
}
