import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { z } from "zod";
import { createRestApp } from "../../src/rest/app.ts";
import type { Agent, Room, User } from "../../src/world/model.ts";
import type { News } from "../../src/world/news.ts";
import { World, type WorldOptions } from "../../src/world/world.ts";

export interface Answer {
  readonly status: number;
  /** The parsed JSON; undefined when the body is empty. */
  readonly body: unknown;
  readonly headers: Headers;
}

export interface CallOptions {
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The REST API over a real server on a free port, with the cast that the tests share: Dana with her agents Planner and
 * Weather, and Miguel with his agent Ledger.
 */
export class Api implements AsyncDisposable {
  readonly world: World;
  readonly news: News[] = [];
  readonly dana: User;
  readonly miguel: User;
  readonly planner: Agent;
  readonly weather: Agent;
  readonly ledger: Agent;
  readonly #stop: () => Promise<void>;
  readonly #origin: string;

  constructor(world: World, origin: string, stop: () => Promise<void>) {
    this.world = world;
    this.#origin = origin;
    this.#stop = stop;
    this.dana = world.accounts.createUser({ handle: "dana", name: "Dana Reyes" }).user;
    this.miguel = world.accounts.createUser({ handle: "miguel", name: "Miguel Soto" }).user;
    const agent = (ownerId: string, name: string, description: string) =>
      world.accounts.registerAgent({ ownerId, name, description }).agent;
    this.planner = agent(this.dana.id, "Planner", "Breaks goals into steps and asks specialists");
    this.weather = agent(this.dana.id, "Weather", "Forecasts for a place and day");
    this.ledger = agent(this.miguel.id, "Ledger", "Keeps shared expenses");
    world.subscribe((news) => this.news.push(news));
  }

  static async start(options: WorldOptions = {}): Promise<Api> {
    const world = new World(options);
    const served = await serve(world);
    return new Api(world, served.origin, async () => {
      await served.stop();
      world[Symbol.dispose]();
    });
  }

  keyOf(entity: User | Agent): string {
    const key = this.world.keys.newest(entity.id);
    if (key === undefined) throw new Error(`${entity.handle} has no key`);
    return key;
  }

  /** A request with the entity's key: `as(weather, "GET /agent/me")`. */
  as(entity: User | Agent, line: string, body?: unknown): Promise<Answer> {
    return this.call(line, { key: this.keyOf(entity), body });
  }

  call(line: string, options: CallOptions = {}): Promise<Answer> {
    return call(this.#origin, line, options);
  }

  /** A room of the first one with the others in it as members. */
  room(owner: User | Agent, ...members: readonly (User | Agent)[]): Room {
    const room = this.world.rooms.create(owner, {});
    for (const { id } of members) this.world.participants.add(undefined, { roomId: room.id, entityId: id });
    return room;
  }

  /** Dana says something to the agents, over REST; returns the message's id. */
  async say(room: Room, content: string, ...to: readonly (User | Agent)[]): Promise<string> {
    const mentions = to.map(({ id }) => ({ id }));
    const answer = await this.as(this.dana, `POST /me/chats/${room.id}/messages`, { message: { content, mentions } });
    return idOf(answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}

export async function serve(world: World): Promise<{ origin: string; stop(): Promise<void> }> {
  const listener = getRequestListener(createRestApp(world).fetch);
  const server = createServer((request, response) => void listener(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export async function call(origin: string, line: string, options: CallOptions = {}): Promise<Answer> {
  const [method = "GET", path = "/"] = line.split(" ");
  const { key, body, headers } = options;
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: {
      ...(key !== undefined && { "X-API-Key": key }),
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
}

const single = z.object({ data: z.looseObject({ id: z.string() }) });
const list = z.object({ data: z.array(z.looseObject({ id: z.string() })), metadata: z.looseObject({}) });
const error = z.object({ error: z.looseObject({ code: z.string() }) });
const described = z.object({ error: z.looseObject({ details: z.record(z.string(), z.array(z.string())) }) });

export function idOf(answer: Answer): string {
  return single.parse(answer.body).data.id;
}

export function idsOf(answer: Answer): string[] {
  return list.parse(answer.body).data.map(({ id }) => id);
}

export function metadataOf(answer: Answer): Record<string, unknown> {
  return list.parse(answer.body).metadata;
}

/** Status and code: `422 mentions_required`, or the status alone when nothing was refused. */
export function outcome(answer: Answer): string {
  const refused = error.safeParse(answer.body);
  return refused.success ? `${answer.status} ${refused.data.error.code}` : String(answer.status);
}

export function detailsOf(answer: Answer): Record<string, string[]> {
  return described.parse(answer.body).error.details;
}
