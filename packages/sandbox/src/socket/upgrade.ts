import type { IncomingMessage } from "node:http";
import type { Principal, World } from "../world/world.ts";
import type { UpgradeRefusal } from "./refused-upgrade.ts";

/** A socket that may be opened: as whom, and what to do when that agent already has one. */
export interface Admission {
  readonly principal: Principal;
  readonly onConflict: "supersede" | "reject";
  /** The client asked for frames this platform does not speak: opened, then closed with 1011. */
  readonly speaksV2: boolean;
}

/** The paths a socket is opened at; a trailing slash is accepted. */
export function isSocketPath(pathname: string): boolean {
  return /^(?:\/api\/v1)?\/socket\/websocket\/?$/.test(pathname);
}

/**
 * Decides who asks to open a socket, by key and `agent_id`, or why that is refused.
 *
 * The key in the `x-api-key` header wins over `api_key` in the query. An owner's key with the `agent_id` of an own agent connects as that
 * agent. A missing `vsn` is the first version of Phoenix's frames, which dies with 1011 here.
 */
export function admit(request: IncomingMessage, world: World): Admission | UpgradeRefusal {
  const query = new URL(request.url ?? "/", "http://sandbox").searchParams;
  const vsn = query.get("vsn");
  if (vsn !== null && !/^[12]\.0\.\d+$/.test(vsn)) {
    return { status: 403, code: "forbidden", message: `No serializer for vsn ${vsn}; this socket speaks 2.0.0` };
  }
  const onConflict = query.get("on_conflict") || "supersede";
  if (onConflict !== "supersede" && onConflict !== "reject") {
    return { status: 400, code: "invalid_on_conflict", message: "on_conflict must be supersede or reject" };
  }
  const principal = identify({ apiKey: keyOf(request, query), agentId: query.get("agent_id") }, world);
  return "status" in principal ? principal : { principal, onConflict, speaksV2: vsn?.startsWith("2") ?? false };
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
