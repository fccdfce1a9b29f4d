import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import * as z from "zod";
import { ConfigError } from "../errors.ts";
import { isUuid } from "../wire/fields.ts";
import { restOrigin, restOriginOf, socketUrl } from "./hosts.ts";

/** What a block of `agent_config.yaml` holds for us; fits into the options of an agent as it is. */
export interface AgentConfig {
  readonly apiKey: string;
  readonly agentId: string;
  readonly baseUrl?: string;
}

const optionalSetting = z
  .string()
  .trim()
  .optional()
  .catch(undefined)
  .transform((text) => (text === "" ? undefined : text));

/** Other programs keep settings of their own here, so more keys than these are welcome. */
const blockBody = z
  .looseObject({
    agent_id: optionalSetting,
    agentId: optionalSetting,
    api_key: optionalSetting,
    apiKey: optionalSetting,
    rest_url: optionalSetting,
    restUrl: optionalSetting,
    ws_url: optionalSetting,
    wsUrl: optionalSetting,
  })
  .transform((block) => ({
    agentId: block.agent_id ?? block.agentId,
    apiKey: block.api_key ?? block.apiKey,
    restUrl: block.rest_url ?? block.restUrl,
    wsUrl: block.ws_url ?? block.wsUrl,
  }));

/**
 * Reads the block `name` of `agent_config.yaml`, or the whole file where it has no blocks, in snake_case or camelCase.
 *
 * `path` is `./agent_config.yaml` unless given. `ws_url` tells the host when there is no `rest_url`. Throws
 * {@link ConfigError} that names the file and what to set in it; never quotes the file, because it holds keys.
 */
export function loadAgentConfig(name: string, options: { readonly path?: string } = {}): AgentConfig {
  const path = options.path ?? "./agent_config.yaml";
  const file = readMapping(path);
  const keyed = Object.hasOwn(file, name) ? file[name] : undefined;
  const body = keyed ?? (holdsKey(file) ? file : undefined);
  const where = keyed === undefined ? path : `${name} in ${path}`;
  if (body === undefined) {
    const names = Object.keys(file).filter((other) => typeof file[other] === "object");
    const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
    throw new ConfigError(
      "config.missing",
      `${path} has no block named ${name} (${known}); add one with agent_id and api_key.`,
    );
  }
  const block = blockBody.safeParse(body);
  if (!block.success) {
    throw new ConfigError("config.invalid", `${where} must be a block with agent_id and api_key.`);
  }
  const { apiKey, agentId, restUrl, wsUrl } = block.data;
  if (apiKey === undefined)
    throw new ConfigError("config.missing", `${where} lacks api_key; set it to the agent's API key.`);
  if (agentId === undefined)
    throw new ConfigError("config.missing", `${where} lacks agent_id; set it to the agent's id.`);
  if (!isUuid(agentId)) throw new ConfigError("config.invalid", `agent_id of ${where} must be a UUID.`);

  const baseUrl =
    restUrl === undefined
      ? wsUrl && restOriginOf(socketUrl(wsUrl, `ws_url of ${where}`))
      : restOrigin(restUrl, `rest_url of ${where}`);
  return { apiKey, agentId, ...(baseUrl === undefined ? {} : { baseUrl }) };
}

function holdsKey(file: Readonly<Record<string, unknown>>): boolean {
  return ["api_key", "apiKey", "agent_id", "agentId"].some((key) => typeof file[key] === "string");
}

function readMapping(path: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
    throw new ConfigError("config.missing", `${path} could not be read (${reason}); create it, or pass its path.`, {
      cause,
    });
  }
  const lineCounter = new LineCounter();
  // The parser's own messages quote the lines around a mistake.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: "silent" });
  const [mistake] = document.errors;
  if (mistake) {
    const { line } = lineCounter.linePos(mistake.pos[0]);
    throw new ConfigError("config.invalid", `${path} is not valid YAML at line ${line}; correct it there.`);
  }
  const mapping = z.record(z.string(), z.unknown()).safeParse(plain(document, path));
  if (mapping.success) return mapping.data;
  throw new ConfigError("config.invalid", `${path} must hold a block for each agent, or agent_id and api_key.`);
}

function plain(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS();
  } catch {
    throw new ConfigError(
      "config.invalid",
      `${path} has an alias that leads nowhere or to far too much; write the value out.`,
    );
  }
}
