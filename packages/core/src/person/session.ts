import type { Environment } from "../internal/environment.ts";
import type { Timing } from "../internal/timing.ts";
import type { Logger } from "../logger.ts";
import type { RestClient } from "../rest/client.ts";

/** How a person reaches the platform. */
export interface PersonSession {
  readonly client: RestClient;
  readonly socketUrl: string;
  readonly apiKey: string;
  readonly environment: Environment;
  readonly timing: Timing;
  readonly logger: Logger;
}
