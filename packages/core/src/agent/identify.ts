import { ApiError, ConfigError, NetworkError } from "../errors.ts";
import { fullJitterMs } from "../internal/backoff.ts";
import { type Environment, sleep } from "../internal/environment.ts";
import type { Timing } from "../internal/timing.ts";
import type { Logger } from "../logger.ts";
import type { Identity } from "../model/participant.ts";
import type { RestClient } from "../rest/client.ts";
import { getMe } from "../rest/me.ts";

/**
 * Asks the platform who we are, until it answers.
 *
 * A platform that can't be reached may be starting, so it is asked again for as long as `signal` allows, and one line
 * says so. What no further try can cure becomes a {@link ConfigError} that says what to set.
 */
export async function identify(
  client: RestClient,
  expected: { readonly agentId: string | undefined; readonly baseUrl: string },
  tools: {
    readonly environment: Environment;
    readonly timing: Timing;
    readonly logger: Logger;
    readonly signal: AbortSignal;
  },
): Promise<Identity> {
  for (let retry = 0; ; retry += 1) {
    try {
      const identity = await getMe(client, { signal: tools.signal });
      if (expected.agentId !== undefined && expected.agentId !== identity.id) throw foreign(expected.agentId, identity);
      return identity;
    } catch (error) {
      const mistake = mistakeOf(error, expected.baseUrl);
      if (mistake !== undefined) throw mistake;
      if (retry === 0) tools.logger.warn(unreachable(error, expected.baseUrl));
      const { reconnectBaseMs, reconnectCapMs } = tools.timing;
      const waitMs = fullJitterMs(tools.environment, retry, { baseMs: reconnectBaseMs, capMs: reconnectCapMs });
      await sleep(tools.environment, waitMs, tools.signal);
    }
  }
}

/** What the developer is to mend; undefined when waiting may help. Rethrows what is neither. */
function mistakeOf(error: unknown, baseUrl: string): ConfigError | undefined {
  if (error instanceof ApiError) {
    if (error.status === 401) {
      const text = `${baseUrl} refused the API key (401); set THENVOI_API_KEY, or the option apiKey, to this agent's key, and check that it was not revoked.`;
      return new ConfigError("config.refused", text, { cause: error });
    }
    if (error.status === 403) {
      const text = `${baseUrl} knows the API key but not as an agent's (403); set THENVOI_API_KEY to the key of an agent, not of a person.`;
      return new ConfigError("config.refused", text, { cause: error });
    }
    if (!error.retryable)
      return new ConfigError("config.invalid", notThePlatform(baseUrl, `${error.status}`), { cause: error });
    return undefined;
  }
  if (error instanceof NetworkError) {
    if (error.code !== "network.unreadable") return undefined;
    return new ConfigError("config.invalid", notThePlatform(baseUrl, error.message), { cause: error });
  }
  throw error;
}

function notThePlatform(baseUrl: string, answer: string): string {
  return `${baseUrl} does not answer as the platform does (${answer}); set THENVOI_BASE_URL, or the option baseUrl, to the platform's address, such as https://app.thenvoi.com.`;
}

function unreachable(error: unknown, baseUrl: string): string {
  const text = error instanceof Error ? error.message : String(error);
  return `${baseUrl} can't be reached (${text}) and is asked again until it answers; check that it is up and that THENVOI_BASE_URL is right.`;
}

function foreign(agentId: string, identity: Identity): ConfigError {
  const text = `The API key belongs to ${identity.handle} (${identity.id}), not to the agent ${agentId}; set THENVOI_AGENT_ID, or the option agentId, to the key's agent, or leave it out.`;
  return new ConfigError("config.invalid", text);
}
