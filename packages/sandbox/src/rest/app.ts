import { Hono } from "hono";
import { cors } from "hono/cors";
import { notFound, Refusal } from "../world/refusal.ts";
import type { World } from "../world/world.ts";
import { agentBoard } from "./agent-board.ts";
import { agentContacts } from "./agent-contacts.ts";
import { agentIdentity } from "./agent-identity.ts";
import { agentMemories } from "./agent-memories.ts";
import { agentMessages } from "./agent-messages.ts";
import { agentRooms } from "./agent-rooms.ts";
import { myAccount } from "./my-account.ts";
import { myContacts } from "./my-contacts.ts";
import { myControl } from "./my-control.ts";
import { myMemories } from "./my-memories.ts";
import { myMessages } from "./my-messages.ts";
import { myRooms } from "./my-rooms.ts";
import {
  type AgentEnv,
  type ApiEnv,
  agentsOnly,
  answerFailure,
  answerRefusal,
  authenticate,
  identify,
  type UserEnv,
  usersOnly,
} from "./surface.ts";

const loopback = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * The platform's REST API over a world: `/api/v1/agent` for agents, `/api/v1/me` for people, and the 404 envelope for
 * everything else. Pages on this machine may call it from a browser.
 */
export function createRestApp(world: World): Hono<ApiEnv> {
  const agents = new Hono<AgentEnv>();
  agents.use(agentsOnly(world));
  agents.route("/", agentIdentity(world));
  agents.route("/chats", agentRooms(world));
  agents.route("/chats", agentMessages(world));
  agents.route("/chats", agentBoard(world));
  agents.route("/contacts", agentContacts(world));
  agents.route("/memories", agentMemories(world));

  const people = new Hono<UserEnv>();
  people.use(usersOnly(world));
  people.route("/", myAccount(world));
  people.route("/", myControl(world));
  people.route("/chats", myRooms(world));
  people.route("/chats", myMessages(world));
  people.route("/contacts", myContacts(world));
  people.route("/memories", myMemories(world));

  const app = new Hono<ApiEnv>();
  app.use(identify);
  app.use(
    cors({
      origin: (origin) => (loopback.test(origin) ? origin : null),
      allowHeaders: ["Content-Type", "X-API-Key", "Authorization", "X-Request-Id"],
      allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
      exposeHeaders: ["X-Request-Id", "Retry-After", "Deprecation", "Sunset"],
    }),
  );
  app.get("/api/v1/test", (context) => {
    authenticate(world, context);
    return context.json({ data: { ok: true } });
  });
  app.route("/api/v1/agent", agents);
  app.route("/api/v1/me", people);
  app.notFound((context) => answerRefusal(context, notFound("Resource")));
  app.onError((error, context) =>
    error instanceof Refusal ? answerRefusal(context, error) : answerFailure(context, error),
  );
  return app;
}
