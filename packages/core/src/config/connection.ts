import { ConfigError } from "../errors.ts";
import { isUuid } from "../wire/fields.ts";
import { type Preset, presetOrigins, restOrigin, restOriginOf, socketUrl, socketUrlOf } from "./hosts.ts";

/** Where the platform is and who we are there. */
export interface Connection {
  readonly apiKey: string;
  /** Undefined when only the key was given; the platform knows whose it is. */
  readonly agentId: string | undefined;
  /** An origin: no trailing slash, no `/api/v1`. */
  readonly restUrl: string;
  /** `ws(s)://…/api/v1/socket`, without `/websocket`. */
  readonly socketUrl: string;
  readonly preset: Preset;
}

/** What a developer may say about it. */
export interface ConnectionOptions {
  /** Whose key it is to be. Default `agent`. */
  readonly holder?: "agent" | "person";
  readonly apiKey?: string | undefined;
  readonly agentId?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly preset?: Preset | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** A value with the name under which it was set, for the texts of errors. */
interface Setting {
  readonly value: string;
  readonly source: string;
}

const prefixes: Readonly<Record<Preset, string>> = { thenvoi: "THENVOI_", band: "BAND_" };

/**
 * Puts options and environment variables together; options win.
 *
 * Both spellings of the variables are read, `THENVOI_…` and `BAND_…`. The preset follows from which of them holds the key
 * (`BAND_…` if both do), and its spelling is looked at first for the rest. An agent id is taken from the environment only
 * along with the key there, because it would be another agent's. Empty variables count as not set. Throws
 * {@link ConfigError} with one sentence that says what to set; it never repeats the key.
 */
export function resolveConnection(options: ConnectionOptions, environmentVariables: Variables): Connection {
  const key = findKey(options, environmentVariables);
  checkKey(key, options.holder ?? "agent");
  const baseUrl = given(options.baseUrl, "The option baseUrl");
  const preset = options.preset ?? key.preset ?? presetOfHost(baseUrl) ?? "thenvoi";
  if (!Object.hasOwn(presetOrigins, preset)) {
    throw new ConfigError("config.invalid", "The option preset must be thenvoi or band.");
  }
  const agentId =
    given(options.agentId, "The option agentId") ??
    (key.preset === undefined ? undefined : variable(environmentVariables, `${prefixes[key.preset]}AGENT_ID`));
  if (agentId !== undefined && !isUuid(agentId.value)) {
    throw new ConfigError("config.invalid", `${agentId.source} must be the agent's id, a UUID, or be left out.`);
  }
  return { apiKey: key.value, agentId: agentId?.value, preset, ...urls(baseUrl, preset, environmentVariables) };
}

function findKey(options: ConnectionOptions, variables: Variables): Setting & { readonly preset?: Preset } {
  if (options.apiKey !== undefined) {
    const key = given(options.apiKey, "The option apiKey");
    if (key) return key;
    throw new ConfigError("config.missing", "The option apiKey is empty; give the API key.");
  }
  const presets: readonly Preset[] = options.preset === "thenvoi" ? ["thenvoi", "band"] : ["band", "thenvoi"];
  for (const preset of presets) {
    const key = variable(variables, `${prefixes[preset]}API_KEY`);
    if (key) return { ...key, preset };
  }
  throw new ConfigError(
    "config.missing",
    "No API key was found; set THENVOI_API_KEY to the agent's key, or pass the option apiKey.",
  );
}

function checkKey(key: Setting, holder: "agent" | "person"): void {
  if (holder === "person" && /^(thnv|band)_a_/u.test(key.value)) {
    throw new ConfigError(
      "config.invalid",
      `${key.source} holds an agent's key (it starts with ${key.value.slice(0, 7)}), but a person needs a key of their own.`,
    );
  }
  if (holder === "agent" && /^(thnv|band)_u_/u.test(key.value)) {
    throw new ConfigError(
      "config.invalid",
      `${key.source} holds a person's key (it starts with ${key.value.slice(0, 7)}), but an agent needs its own key, which the platform showed when the agent was registered.`,
    );
  }
  if (!/^[\x21-\x7e]+$/u.test(key.value)) {
    throw new ConfigError(
      "config.invalid",
      `${key.source} holds characters that no API key has, such as a space or a line break; copy the key again.`,
    );
  }
}

function urls(
  baseUrl: Setting | undefined,
  preset: Preset,
  variables: Variables,
): Pick<Connection, "restUrl" | "socketUrl"> {
  if (baseUrl) {
    const restUrl = restOrigin(baseUrl.value, baseUrl.source);
    return { restUrl, socketUrl: socketUrlOf(restUrl) };
  }
  const [own, other] = preset === "thenvoi" ? ["THENVOI_", "BAND_"] : ["BAND_", "THENVOI_"];
  for (const prefix of [own, other]) {
    const rest = ["REST_URL", "REST_API_URL", "BASE_URL"]
      .map((name) => variable(variables, `${prefix}${name}`))
      .find((setting) => setting !== undefined);
    const socket = variable(variables, `${prefix}WS_URL`);
    if (rest === undefined && socket === undefined) continue;

    const restUrl = rest && restOrigin(rest.value, rest.source);
    const wsUrl = socket && socketUrl(socket.value, socket.source);
    if (restUrl !== undefined) return { restUrl, socketUrl: wsUrl ?? socketUrlOf(restUrl) };
    if (wsUrl !== undefined) return { restUrl: restOriginOf(wsUrl), socketUrl: wsUrl };
  }
  return { restUrl: presetOrigins[preset], socketUrl: socketUrlOf(presetOrigins[preset]) };
}

function presetOfHost(baseUrl: Setting | undefined): Preset | undefined {
  if (!baseUrl || !URL.canParse(baseUrl.value)) return undefined;
  return /(^|\.)band\.ai$/u.test(new URL(baseUrl.value).hostname) ? "band" : undefined;
}

function variable(variables: Variables, name: string): Setting | undefined {
  return given(variables[name], name);
}

function given(value: string | undefined, source: string): Setting | undefined {
  const trimmed = value?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : { value: trimmed, source };
}
