import type { Logger } from "../logger.ts";

/**
 * Calls `run` and keeps what it throws, or what the promise it returns rejects with, to a line in the log.
 *
 * An exception that leaves a handler would go through the Phoenix client into `ws`, which then delivers no further frame
 * of that connection.
 */
export function isolated(logger: Logger, what: string, run: () => unknown): void {
  const failed = (error: unknown) => logger.error(`${what} failed: ${describe(error)}`);
  try {
    const result = run();
    if (result instanceof Promise) result.catch(failed);
  } catch (error) {
    failed(error);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
