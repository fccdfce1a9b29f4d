import { type Environment, systemEnvironment } from "../../src/internal/environment.ts";
import { defaultTiming, type Timing } from "../../src/internal/timing.ts";
import { silentLogger } from "../../src/logger.ts";
import { RestClient, type RestClientOptions } from "../../src/rest/client.ts";

export const apiKey = 'band_a_1751444400_s3cret/key+"1';
export const roomId = "c4d5e6f7-1829-4a3b-8c4d-5e6f708192a3";
export const messageId = "d0a1b2c3-4d5e-4f60-8172-93a4b5c6d7e8";
export const personId = "1f0c2a54-8d0e-4b7e-9a51-3d6f0f3c1a01";

const deadlineMs = 400;

export interface Bench {
  readonly client: RestClient;
  /** The waits between tries, in milliseconds. They were asked for, not sat through. */
  readonly waits: number[];
  /** Status of every try; undefined where there was no answer. */
  readonly tries: (number | undefined)[];
  readonly log: string[];
  /** For each wait: whether it kept the process alive. */
  readonly keptAlive: boolean[];
  /** How much keeps the process alive now. */
  readonly held: () => number;
}

/**
 * A client with real HTTP and deadlines of 400 ms, whose waits between tries are noted and then skipped.
 *
 * Chance is at its end: each backoff is as long as it can be.
 */
export function bench(baseUrl: string, options: Partial<RestClientOptions> = {}): Bench {
  const waits: number[] = [];
  const tries: (number | undefined)[] = [];
  const log: string[] = [];
  const keptAlive: boolean[] = [];
  let held = 0;
  const environment: Environment = {
    ...systemEnvironment,
    random: () => 1,
    schedule(delayMs, run) {
      if (delayMs === deadlineMs) return systemEnvironment.schedule(delayMs, run);
      waits.push(delayMs);
      keptAlive.push(held > 0);
      return systemEnvironment.schedule(0, run);
    },
    keepAlive() {
      held += 1;
      return () => {
        held -= 1;
      };
    },
  };
  const timing: Timing = {
    ...defaultTiming,
    requestTimeoutMs: { read: deadlineMs, mark: deadlineMs, post: deadlineMs, event: deadlineMs },
    activityTimeoutMs: deadlineMs,
  };
  const client = new RestClient({
    baseUrl,
    apiKey,
    environment,
    timing,
    logger: { ...silentLogger, debug: (line) => log.push(line), warn: (line) => log.push(line) },
    onRequest: ({ status }) => tries.push(status),
    ...options,
  });
  return { client, waits, tries, log, keptAlive, held: () => held };
}

/** What `promise` rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`should have been rejected, but resolved with ${JSON.stringify(value)}`);
}

/** Everything that is given, in order. */
export async function collect<T>(given: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of given) all.push(one);
  return all;
}
