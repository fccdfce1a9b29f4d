import * as z from "zod";
import { resolveConnection } from "../config/connection.ts";
import type { Preset } from "../config/hosts.ts";
import { ConfigError } from "../errors.ts";
import { systemEnvironment } from "../internal/environment.ts";
import { defaultTiming, type Timing } from "../internal/timing.ts";
import { defaultLogger, type Logger, silentLogger } from "../logger.ts";
import { RestClient } from "../rest/client.ts";
import type { PersonSession } from "./session.ts";

/** How to reach the platform as a person. */
export interface PersonOptions {
  /** The person's own API key, not an agent's. It stays on the server: whoever holds it is that person. */
  readonly apiKey: string;
  /** The platform's address, such as `https://app.thenvoi.com`. Default: `THENVOI_BASE_URL` and its other names, else the preset's host. */
  readonly baseUrl?: string;
  /** Which name of the platform is meant. Default `thenvoi`. */
  readonly preset?: Preset;
  /** Where to write; `false` is silence. Default: warnings and errors, to stderr. */
  readonly logger?: Logger | false;
  /** Shorter waits for tests. Default: {@link defaultTiming}. */
  readonly timing?: Partial<Timing>;
}

const callable = z.custom<unknown>((value) => typeof value === "function", "must be a function");
const schema = z.strictObject({
  apiKey: z.string(),
  baseUrl: z.string().optional(),
  preset: z.enum(["thenvoi", "band"]).optional(),
  logger: z
    .union([z.literal(false), z.looseObject({ debug: callable, info: callable, warn: callable, error: callable })])
    .optional(),
  timing: z.looseObject({}).optional(),
});

/** Checks the options and fills in defaults. Throws {@link ConfigError} that names the option. */
export function sessionOf(options: PersonOptions): PersonSession {
  const { error } = schema.safeParse(options);
  const [issue] = error?.issues ?? [];
  if (issue !== undefined) {
    const what = issue.path.length === 0 ? "its options" : `the option ${issue.path.join(".")}`;
    throw new ConfigError("config.invalid", `createPerson: check ${what} (${issue.message}).`);
  }
  const { restUrl, socketUrl, apiKey } = resolveConnection({ ...options, holder: "person" }, process.env);
  const timing = { ...defaultTiming, ...options.timing };
  const logger = options.logger === false ? silentLogger : (options.logger ?? defaultLogger);
  const environment = systemEnvironment;
  const client = new RestClient({ baseUrl: restUrl, apiKey, environment, timing, logger });
  return { client, socketUrl, apiKey, environment, timing, logger };
}
