import { ConfigError } from "../errors.ts";

/** Where the platform lives under each of its names. */
export const presetOrigins = { thenvoi: "https://app.thenvoi.com", band: "https://app.band.ai" } as const;

/** The name under which the platform is used: decides the host and the prefix of the tools. */
export type Preset = keyof typeof presetOrigins;

/**
 * The origin of the REST interface, from however people write it: with a trailing slash, with `/api/v1`.
 *
 * `source` is what the error tells them to correct. Throws {@link ConfigError}.
 */
export function restOrigin(text: string, source: string): string {
  const url = parseUrl(text, source, ["http:", "https:"]);
  if (!/^\/(api\/v1\/?)?$/u.test(url.pathname)) {
    throw new ConfigError(
      "config.invalid",
      `${source} must be an origin such as ${presetOrigins.thenvoi}, without a path.`,
    );
  }
  return url.origin;
}

/** The socket's URL without its last segment `/websocket`, which the Phoenix client adds. Throws {@link ConfigError}. */
export function socketUrl(text: string, source: string): string {
  const url = parseUrl(text, source, ["ws:", "wss:", "http:", "https:"]);
  const path = url.pathname.replace(/\/+$/u, "").replace(/\/websocket$/u, "");
  return `${url.protocol.replace("http", "ws")}//${url.host}${path === "" ? "/api/v1/socket" : path}`;
}

/** The socket that belongs to a REST origin. */
export function socketUrlOf(origin: string): string {
  return `${origin.replace(/^http/u, "ws")}/api/v1/socket`;
}

/** The REST origin on the host of a socket. */
export function restOriginOf(socket: string): string {
  return new URL(socket.replace(/^ws/u, "http")).origin;
}

function parseUrl(text: string, source: string, protocols: readonly string[]): URL {
  if (!URL.canParse(text)) {
    throw new ConfigError("config.invalid", `${source} must be a complete URL such as ${presetOrigins.thenvoi}.`);
  }
  const url = new URL(text);
  if (!protocols.includes(url.protocol)) {
    const allowed = protocols.map((protocol) => `${protocol}//`).join(" or ");
    throw new ConfigError("config.invalid", `${source} must start with ${allowed}.`);
  }
  // Not repeated in the text: what stands there may be a key.
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new ConfigError(
      "config.invalid",
      `${source} must not contain a user name, a query or a fragment; the key belongs in THENVOI_API_KEY.`,
    );
  }
  if ((url.protocol === "http:" || url.protocol === "ws:") && !isLoopback(url.hostname)) {
    throw new ConfigError(
      "config.invalid",
      `${source} must use ${url.protocol === "http:" ? "https" : "wss"}, because the key would reach ${url.hostname} unencrypted; only this machine may be spoken to without.`,
    );
  }
  return url;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127(\.\d{1,3}){3}$/u.test(hostname)
  );
}
