import type { IncomingMessage } from "node:http";
import type { Principal, World } from "../world/world.ts";
import type { UpgradeRefusal } from "./refused-upgrade.ts";
import { type Serializer, serializerV1, serializerV2 } from "./serializer.ts";
import type { SocketSettings } from "./settings.ts";

/** A socket that may be opened: as whom, in which frames, and what to do when that agent already has one. */
export interface Admission {
  readonly principal: Principal;
  readonly onConflict: "supersede" | "reject";
  /** Undefined when the client asked for frames this platform does not speak: opened, then closed with 1011. */
  readonly serializer: Serializer | undefined;
}

/** The paths a socket is opened at; a trailing slash is accepted. */
export function isSocketPath(pathname: string): boolean {
  return /^(?:\/api\/v1)?\/socket\/websocket\/?$/.test(pathname);
}

/**
 * Decides who asks to open a socket, or why that is refused, in the order a Phoenix server looks: where the page that asks comes from,
 * `vsn`, the key, and last whether it is an upgrade at all.
 *
 * The key in the `x-api-key` header wins over `api_key` in the query. An owner's key with the `agent_id` of an own agent connects as that
 * agent. A missing `vsn` is the first version of Phoenix's frames, which dies with 1011 on the platform.
 */
export function admit(request: IncomingMessage, world: World, settings: SocketSettings): Admission | UpgradeRefusal {
  const query = new URL(request.url ?? "/", "http://sandbox").searchParams;
  const vsn = query.get("vsn");
  const isKnown = vsn === null || /^[12]\.0\.\d+$/.test(vsn);
  if (!isFromHere(request) || !isKnown) return { status: 403, text: "" };
  const admission = connect(request, query, world);
  if ("status" in admission) return settings.profile === "platform" ? admission : { status: 403, text: "" };
  const fault = whatIsMissing(request);
  if (fault !== undefined) return { status: 400, text: fault };
  const v1 = settings.profile === "phoenix" ? serializerV1 : undefined;
  return { ...admission, serializer: vsn?.startsWith("2") ? serializerV2 : v1 };
}

function connect(
  request: IncomingMessage,
  query: URLSearchParams,
  world: World,
): Omit<Admission, "serializer"> | UpgradeRefusal {
  const onConflict = query.get("on_conflict") || "supersede";
  if (onConflict !== "supersede" && onConflict !== "reject") {
    return { status: 400, code: "invalid_on_conflict", message: "on_conflict must be supersede or reject" };
  }
  const principal = identify({ apiKey: keyOf(request, query), agentId: query.get("agent_id") }, world);
  return "status" in principal ? principal : { principal, onConflict };
}

/** A program sends no `origin`; a page must be of this host, or of this machine when the host is this machine. */
function isFromHere({ headers }: IncomingMessage): boolean {
  if (headers.origin === undefined) return true;
  const origin = URL.parse(headers.origin)?.hostname;
  const host = URL.parse(`http://${headers.host ?? ""}`)?.hostname;
  return origin === host || (isThisMachine(origin) && isThisMachine(host));
}

function isThisMachine(hostname: string | undefined): boolean {
  return hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
}

/** What keeps a request from being an upgrade, in the sentence a Phoenix server says it in. */
function whatIsMissing({ headers }: IncomingMessage): string | undefined {
  const got = (value: string | undefined): string => `got ${JSON.stringify(value === undefined ? [] : [value])}`;
  const { connection, upgrade, "sec-websocket-version": version } = headers;
  if (!/\bupgrade\b/i.test(connection ?? "")) return `'connection' header must contain 'upgrade', ${got(connection)}`;
  if (!/\bwebsocket\b/i.test(upgrade ?? "")) return `'upgrade' header must contain 'websocket', ${got(upgrade)}`;
  if (version !== "13") return `'sec-websocket-version' header must equal '13', ${got(version)}`;
  return undefined;
}
/** The key of an upgrade request, from its header or else its query. */
function keyOf(request: IncomingMessage, query: URLSearchParams): string | undefined {
  const header = request.headers["x-api-key"];
  return (Array.isArray(header) ? header[0] : header) || query.get("api_key") || undefined;
}

function identify(
  credentials: { readonly apiKey: string | undefined; readonly agentId: string | null },
  world: World,
): Principal | UpgradeRefusal {
  const { apiKey, agentId } = credentials;
  const principal = apiKey === undefined ? undefined : world.authenticate(apiKey);
  if (!principal) return { status: 401, code: "unauthorized", message: "Invalid or missing API key" };
  if (!agentId) return principal;
  if (principal.kind === "Agent") {
    if (principal.agent.id === agentId) return principal;
    return { status: 403, code: "forbidden", message: "This key belongs to another agent than agent_id" };
  }
  const agent = world.agent(agentId);
  if (agent?.ownerId === principal.user.id) return { kind: "Agent", agent };
  return { status: 403, code: "forbidden", message: "agent_id is not an agent of this user" };
}
