import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Sandbox } from "../sandbox.ts";
import { errorBody } from "../socket/refused-upgrade.ts";
import type { SocketServer } from "../socket/socket-server.ts";
import type { RequestGate } from "./request-gate.ts";
import type { FaultHandle } from "./rules.ts";

const count = z.number().int().positive();
const ms = z.number().nonnegative();
const who = { agent: z.string().exactOptional() };
const call = { call: count.exactOptional() };
const times = z.union([count, z.literal("always")]).default(1);

const refusal = z.strictObject({
  status: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.string()).exactOptional(),
  body: z.unknown().exactOptional(),
  retryAfterSeconds: z.number().nonnegative().exactOptional(),
  after: z.boolean().exactOptional(),
});

const faultBody = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("request"),
    times,
    where: z.union([
      z.string(),
      z.strictObject({ request: z.string(), room: z.string().exactOptional(), ...who, ...call }),
    ]),
    fault: z.union([
      refusal,
      z.strictObject({ cut: z.enum(["before", "after"]) }),
      z.strictObject({ hang: z.literal(true) }),
      z.strictObject({ lateCommitMs: ms, client: z.enum(["cut", "hang"]).exactOptional() }),
      z.strictObject({ delayMs: ms.exactOptional(), delayAnswerMs: ms.exactOptional() }),
    ]),
  }),
  z.strictObject({
    kind: z.literal("frame"),
    times,
    where: z.union([
      z.string(),
      z.strictObject({
        event: z.string().exactOptional(),
        topic: z.string().exactOptional(),
        room: z.string().exactOptional(),
        ...who,
        ...call,
      }),
    ]),
    fault: z.union([z.enum(["drop", "duplicate", "reorder"]), z.strictObject({ delayMs: ms })]),
  }),
  z.strictObject({
    kind: z.literal("join"),
    times,
    where: z.union([z.string(), z.strictObject({ topic: z.string(), ...who, ...call })]),
    fault: z.union([z.literal("ignore"), z.strictObject({ refuse: z.string() }), z.strictObject({ delayMs: ms })]),
  }),
]);

const controlBody = z.strictObject({
  agent: z.string(),
  mode: z.enum(["interrupt", "stop", "play"]),
  room: z.string().exactOptional(),
  reason: z.string().exactOptional(),
});

type Bindings = { Bindings: HttpBindings };

/**
 * Everything the sandbox answers over HTTP: the platform behind its gate, and below `/sandbox`, from this machine only, what tests in
 * other processes script: the same as `startSandbox()` gives to those in this one.
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
  const app = new Hono<Bindings>();
  app.route("/sandbox", scripting(sandbox));
  for (const path of ["/api/v1/socket/websocket", "/socket/websocket"]) {
    app.all(path, (context) => sockets.answerPlain(context.env.incoming));
  }
  app.all("*", (context) => gate.handle(context.req.raw, context.env));
  return app;
}

function scripting(sandbox: Sandbox): Hono<Bindings> {
  const { faults } = sandbox;
  const app = new Hono<Bindings>();
  app.use(async (context, next) => (isLocal(context) ? next() : context.json(errorBody(403), 403)));
  app.onError((error, context) => context.json({ error: { code: "bad_request", message: error.message } }, 400));

  app.get("/", ({ json }) =>
    json({ url: sandbox.url, socketUrl: sandbox.socketUrl, users: sandbox.users, agents: sandbox.agents }),
  );
  app.post("/faults", async (context) => {
    const handle = script(sandbox, faultBody.parse(await context.req.json()));
    return context.json({ id: handle.id }, 201);
  });
  app.delete("/faults", (context) => {
    faults.clear();
    return context.body(null, 204);
  });
  app.delete("/faults/:id", (context) => {
    const removed = faults.remove(Number(context.req.param("id")));
    return removed ? context.body(null, 204) : context.json(errorBody(404), 404);
  });
  app.post("/latency", async (context) => {
    faults.latency(z.strictObject({ ms }).parse(await context.req.json()).ms);
    return context.body(null, 204);
  });
  app.post("/control", async (context) => {
    const { agent, mode, ...where } = controlBody.parse(await context.req.json());
    sandbox.control(agent, mode, where);
    return context.body(null, 204);
  });
  app.post("/sockets/:action", async (context) => {
    const body: unknown = await context.req.json();
    switch (context.req.param("action")) {
      case "close":
        return context.json({
          sockets: faults.closeSockets(z.strictObject({ ...who, code: count.exactOptional() }).parse(body)),
        });
      case "cut":
        return context.json({ sockets: faults.cutSockets(z.strictObject(who).parse(body)) });
      case "silence":
        return context.json({ id: faults.silence(z.strictObject(who).parse(body).agent).id }, 201);
      case "crash":
        return context.json({
          channels: faults.crashChannels(z.strictObject({ ...who, topic: z.string() }).parse(body)),
        });
      default:
        return context.json(errorBody(404), 404);
    }
  });
  app.post("/revoke", async (context) => {
    sandbox.revoke(z.strictObject({ name: z.string() }).parse(await context.req.json()).name);
    return context.body(null, 204);
  });
  app.get("/requests", (context) => context.json({ requests: sandbox.requests(context.req.query("where")) }));
  app.delete("/requests", (context) => {
    sandbox.clearRequests();
    return context.body(null, 204);
  });
  return app;
}

function script({ faults }: Sandbox, input: z.infer<typeof faultBody>): FaultHandle {
  const times = input.times === "always" ? Number.POSITIVE_INFINITY : input.times;
  switch (input.kind) {
    case "request":
      return faults.times(times, input.where, input.fault);
    case "frame":
      return faults.frames.times(times, input.where, input.fault);
    case "join":
      return faults.joins.times(times, input.where, input.fault);
    default:
      return input satisfies never;
  }
}

/** From this machine, and not by a page of some other site that a browser here has open. */
function isLocal({ req, env }: Context<Bindings>): boolean {
  const address = env.incoming.socket.remoteAddress ?? "";
  const origin = req.header("origin");
  const isSameSite = origin === undefined || URL.parse(origin)?.host === req.header("host");
  return /^(?:127\.|::1$|::ffff:127\.)/.test(address) && isSameSite;
}
