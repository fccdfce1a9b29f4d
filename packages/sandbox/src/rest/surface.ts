import { randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import type { Agent, User } from "../world/model.ts";
import { forbidden, Refusal, type RefusalStatus } from "../world/refusal.ts";
import type { Principal, World } from "../world/world.ts";

/** What every request carries. */
export interface ApiEnv {
  Variables: { requestId: string };
}

/** A request of an agent: everything under `/agent`. */
export interface AgentEnv {
  Variables: { requestId: string; agent: Agent };
}

/** A request of a person: everything under `/me`. */
export interface UserEnv {
  Variables: { requestId: string; user: User };
}

/** Gives the request its id, told in the answer's header and in each error. A caller's own id is taken over. */
export const identify: MiddlewareHandler<ApiEnv> = async (context, next) => {
  const own = context.req.header("x-request-id");
  const requestId = own !== undefined && /^[\w+/=-]{20,200}$/.test(own) ? own : randomBytes(12).toString("base64url");
  context.set("requestId", requestId);
  context.header("x-request-id", requestId);
  await next();
};

/** Lets agents in. 401 without a valid key, 403 with a person's. */
export function agentsOnly(world: World): MiddlewareHandler<AgentEnv> {
  return async (context, next) => {
    const principal = authenticate(world, context);
    if (principal.kind !== "Agent") throw forbidden("Agent authentication required");
    context.set("agent", principal.agent);
    await next();
  };
}

/** Lets people in. 401 without a valid key, 403 with an agent's. */
export function usersOnly(world: World): MiddlewareHandler<UserEnv> {
  return async (context, next) => {
    const principal = authenticate(world, context);
    if (principal.kind !== "User") throw forbidden("Agent authentication not allowed");
    context.set("user", principal.user);
    await next();
  };
}

/** Whose key the request carries. Throws a 401 when it carries none that works. */
export function authenticate(world: World, context: Context): Principal {
  const principal = world.authenticate(context.req.header("x-api-key") ?? "");
  if (principal === undefined) throw new Refusal(401, "unauthorized", "Invalid or missing API key");
  return principal;
}

/** An error as the platform words it: the envelope with its code, text, request id and details. */
export function answerRefusal(context: Context<ApiEnv>, refusal: Refusal): Response {
  return answerError(context, refusal.status, refusal);
}

/** A failure of the sandbox itself; its text is told, since whoever reads it is the one to report it. */
export function answerFailure(context: Context<ApiEnv>, failure: Error): Response {
  const message = `The sandbox failed: ${failure.message}`;
  return answerError(context, 500, { code: "internal_server_error", message, details: undefined });
}

function answerError(
  context: Context<ApiEnv>,
  status: RefusalStatus | 500,
  { code, message, details }: Pick<Refusal, "code" | "message" | "details">,
): Response {
  const error = { code, message, request_id: context.get("requestId"), ...(details !== undefined && { details }) };
  return context.json({ error }, status);
}
