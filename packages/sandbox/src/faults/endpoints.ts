import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Sandbox } from "../sandbox.ts";
import { site } from "../site/site.ts";
import { errorBody } from "../socket/refused-upgrade.ts";
import type { SocketServer } from "../socket/socket-server.ts";
import type { RequestGate } from "./request-gate.ts";
import type { FaultHandle } from "./rules.ts";
import { ScriptError } from "./script-error.ts";
import { readScript, scriptFault } from "./scripts.ts";

const ms = z.number().nonnegative();
const agent = z.string().exactOptional();
const latency = z.strictObject({ ms });
const clock = z.strictObject({ skewMs: z.number() });
const offers = z.strictObject({
  processing: z.boolean().exactOptional(),
  failures: z.number().int().positive().exactOptional(),
});
const atMost = z.number().int().nonnegative().exactOptional();
const limits = z.strictObject({ agents: atMost, chats: atMost, participants: atMost, messages: atMost });
const account = z.strictObject({ name: z.string() });
const newUser = z.strictObject({ handle: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/u) });
const control = z.strictObject({
  agent: z.string(),
  mode: z.enum(["interrupt", "stop", "play"]),
  room: z.string().exactOptional(),
  reason: z.string().exactOptional(),
});
const closeCode = z
  .number()
  .int()
  .refine(
    (code) =>
      [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014].includes(code) ||
      (code >= 3000 && code <= 4999),
    {
      error: "a code a server may close with: 1000 to 1003, 1007 to 1014, 3000 to 4999",
    },
  );
const channels = z.strictObject({ agent, topic: z.string() });
const stray = z.strictObject({
  agent,
  topic: z.string(),
  event: z.string(),
  payload: z.unknown().exactOptional(),
  joinRef: z.string().nullable().exactOptional(),
});

type Bindings = { Bindings: HttpBindings };

/**
 * Everything the sandbox answers over HTTP: its page at the root, the platform behind its gate, and below `/sandbox`, from this machine
 * only, what the page and tests in other processes script: the same as `startSandbox()` gives to those in this one.
 */
export function sandboxApp({
  sandbox,
  gate,
  sockets,
}: {
  readonly sandbox: Sandbox;
  readonly gate: RequestGate;
  readonly sockets: SocketServer;
}): Hono<Bindings> {
  const app = new Hono<Bindings>({ strict: false });
  app.route("/", site());
  app.route("/sandbox", scripting(sandbox));
  for (const path of ["/api/v1/socket/websocket", "/socket/websocket"]) {
    app.all(path, ({ env }) => {
      sockets.answerPlain(env.incoming, env.outgoing);
      return RESPONSE_ALREADY_SENT;
    });
  }
  app.all("*", (context) => gate.handle(context.req.raw, context.env));
  return app;
}

function scripting(sandbox: Sandbox): Hono<Bindings> {
  const { faults } = sandbox;
  const app = new Hono<Bindings>();
  app.use(async (context, next) => (isLocal(context) ? next() : context.json(errorBody(403), 403)));
  app.notFound((context) => context.json(errorBody(404), 404));
  app.onError((error, context) =>
    context.json(errorBody(422, { code: "validation_error", message: error.message }), 422),
  );

  app.get("/", ({ json }) =>
    json({ url: sandbox.url, socketUrl: sandbox.socketUrl, users: sandbox.users, agents: sandbox.agents }),
  );
  app.post("/users", async (context) => {
    const { id, handle } = sandbox.registerUser((await read(context, newUser)).handle);
    return context.json({ id, handle }, 201);
  });
  app.get("/rooms/:room/stopped", (context) =>
    context.json({ agents: sandbox.roomById(context.req.param("room")).stopped() }),
  );
  app.get("/faults", (context) => context.json({ faults: faults.active() }));
  app.post("/faults", async (context) => scripted(context, scriptFault(faults, await bodyOf(context))));
  app.delete("/faults", (context) => {
    faults.clear();
    return context.body(null, 204);
  });
  app.delete("/faults/:id", (context) => {
    const removed = faults.remove(Number(context.req.param("id")));
    return removed ? context.body(null, 204) : context.json(errorBody(404), 404);
  });
  app.post("/latency", async (context) => scripted(context, faults.latency((await read(context, latency)).ms)));
  app.post("/clock", async (context) => scripted(context, faults.clock((await read(context, clock)).skewMs)));
  app.post("/offers", async (context) => scripted(context, faults.offers(await read(context, offers))));
  app.post("/control", async (context) => {
    const { agent: name, mode, ...where } = await read(context, control);
    sandbox.control(name, mode, where);
    return context.body(null, 204);
  });
  app.post("/sockets/close", async (context) => {
    const where = await read(context, z.strictObject({ agent, code: closeCode.exactOptional() }));
    return context.json({ sockets: faults.closeSockets(where) });
  });
  app.post("/sockets/cut", async (context) =>
    context.json({ sockets: faults.cutSockets(await read(context, z.strictObject({ agent }))) }),
  );
  app.post("/sockets/silence", async (context) =>
    scripted(context, faults.silence((await read(context, z.strictObject({ agent }))).agent)),
  );
  app.post("/sockets/supersede", async (context) =>
    context.json({ sockets: faults.supersede(await read(context, z.strictObject({ agent }))) }),
  );
  app.post("/sockets/send", async (context) => context.json({ sockets: faults.send(await read(context, stray)) }));
  app.post("/sockets/crash", async (context) =>
    context.json({ channels: faults.crashChannels(await read(context, channels)) }),
  );
  app.post("/sockets/close-channels", async (context) =>
    context.json({ channels: faults.closeChannels(await read(context, channels)) }),
  );
  app.post("/expire-contact-requests", (context) => context.json({ requests: sandbox.expireContactRequests() }));
  app.post("/limits", async (context) => {
    sandbox.limit(await read(context, limits));
    return context.body(null, 204);
  });
  app.post("/revoke", async (context) => {
    sandbox.revoke((await read(context, account)).name);
    return context.body(null, 204);
  });
  app.get("/requests", (context) => context.json({ requests: sandbox.requests(context.req.query("where")) }));
  app.delete("/requests", (context) => {
    sandbox.clearRequests();
    return context.body(null, 204);
  });
  return app;
}

async function bodyOf(context: Context): Promise<unknown> {
  const text = await context.req.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ScriptError("The body is not JSON", { cause });
  }
}

async function read<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> {
  return readScript(schema, await bodyOf(context));
}

function scripted(context: Context, { id, name }: FaultHandle): Response {
  return context.json({ id, name }, 201);
}

/** From this machine, and not by a page of some other site that a browser here has open. */
function isLocal({ req, env }: Context<Bindings>): boolean {
  const address = env.incoming.socket.remoteAddress ?? "";
  const origin = req.header("origin");
  const isSameSite = origin === undefined || URL.parse(origin)?.host === req.header("host");
  return /^(?:127\.|::1$|::ffff:127\.)/.test(address) && isSameSite;
}
