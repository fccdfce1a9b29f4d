import { Redaction } from "../internal/redaction.ts";
import type { Logger } from "../logger.ts";

/** A logger that never gets to see a secret: what a handler throws, or a listener, may hold it. */
export function redactedLogger(logger: Logger, secrets: () => readonly string[]): Logger {
  const clean = (message: string) => new Redaction(secrets()).text(message);
  return {
    debug: (message) => logger.debug(clean(message)),
    info: (message) => logger.info(clean(message)),
    warn: (message) => logger.warn(clean(message)),
    error: (message) => logger.error(clean(message)),
  };
}
