import * as z from "zod";
import type { History } from "./history.ts";

const newText = z.object({
  message: z.object({ content: z.string(), mentions: z.array(z.object({ id: z.string() })) }),
});
const newEvent = z.object({
  event: z.object({
    message_type: z.string(),
    content: z.string(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  }),
});
const failure = z.object({ error: z.string() });

/** Somebody with an account. */
export interface Account {
  readonly id: string;
  readonly kind: "User" | "Agent";
  readonly handle: string;
  readonly name: string;
  readonly apiKey: string;
}

interface Attempt {
  readonly attempt_number: number;
  status: "processing" | "success" | "failed";
  readonly started_at: string;
  completed_at: string | null;
  error?: string;
}

interface Delivery {
  status: "delivered" | "processing" | "processed" | "failed";
  readonly attempts: Attempt[];
}

interface Stored {
  readonly id: string;
  readonly roomId: string;
  readonly type: string;
  readonly content: string;
  readonly sender: Account;
  readonly mentioned: readonly Account[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly insertedAt: string;
  /** Not shown to readers before this. */
  readonly visibleMs: number;
  readonly deliveries: Map<string, Delivery>;
}

interface SimulatedRoom {
  readonly id: string;
  readonly items: Stored[];
}

/** A request as the platform sees it. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly apiKey: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** What a change lets others know. */
export type Announce = (topic: string, event: string, payload: object, agentId: string) => void;

/**
 * The platform on a virtual clock, as far as an agent has to do with it: rooms, texts, the queue, marks, events.
 *
 * Small and quick, so that thousands of histories can be played; a test holds it to the sandbox, answer by answer.
 */
export class SimulatedPlatform {
  readonly person: Account;
  readonly agents: readonly Account[];
  readonly rooms: readonly SimulatedRoom[];
  /** How long what an agent said stays unseen by itself, in milliseconds. */
  visibleAfterMs = 0;
  announce: Announce = () => {};
  readonly #history: History;
  readonly #nowMs: () => number;
  readonly #stopped = new Set<string>();
  #lastMicroseconds = 0;
  #ids = 0;

  constructor(size: { readonly rooms: number; readonly agents: number }, history: History, nowMs: () => number) {
    this.#history = history;
    this.#nowMs = nowMs;
    this.person = { id: this.#newId(), kind: "User", handle: "dana", name: "Dana", apiKey: "" };
    this.agents = Array.from({ length: size.agents }, (_, index) => ({
      id: this.#newId(),
      kind: "Agent" as const,
      handle: `dana/agent-${index}`,
      name: `Agent ${index}`,
      apiKey: `key-canary-${index}-7f3a9c`,
    }));
    this.rooms = Array.from({ length: size.rooms }, () => ({ id: this.#newId(), items: [] }));
  }

  agentOf(apiKey: string): Account | undefined {
    return this.agents.find((agent) => agent.apiKey === apiKey);
  }

  room(id: string): SimulatedRoom | undefined {
    return this.rooms.find((room) => room.id === id);
  }

  contentOf(messageId: string): string {
    const items = this.rooms.flatMap((room) => room.items);
    return items.find(({ id }) => id === messageId)?.content ?? "";
  }

  /** A person says something to some agents. */
  say(roomId: string, content: string, mentioned: readonly Account[]): string {
    return this.#store({ roomId, type: "text", content, sender: this.person, mentioned, metadata: {} }).id;
  }

  /** A person's word to an agent in one room. */
  control(agent: Account, roomId: string, mode: "interrupt" | "stop" | "play"): void {
    const place = `${agent.id} ${roomId}`;
    if (mode === "stop") this.#stopped.add(place);
    if (mode === "play") this.#stopped.delete(place);
    this.#history.add({ type: "control", mode, agentId: agent.id, roomId });
    this.#ids += 1;
    const payload = {
      mode,
      scope: "room",
      agent_id: agent.id,
      room_id: roomId,
      correlation_id: `control-${this.#ids}`,
    };
    this.announce(`agent_control:${agent.id}`, "agent.control", payload, agent.id);
  }

  /** Messages that some agent has not settled, with who. */
  unsettled(): readonly { readonly content: string; readonly agentId: string }[] {
    return this.rooms.flatMap(({ items }) =>
      items.flatMap((item) =>
        [...item.deliveries]
          .filter(([, delivery]) => delivery.status !== "processed")
          .map(([agentId]) => ({ content: item.content, agentId })),
      ),
    );
  }

  answer(request: ApiRequest): ApiAnswer {
    const agent = this.agentOf(request.apiKey);
    if (agent === undefined) return refused(401, "unauthorized");
    const [, resource, roomId, part, id, mark] = request.path.split("/").slice(3);
    const name = `${request.method} ${[resource, roomId && ":room", part, id && id !== "next" ? ":id" : id, mark].filter(Boolean).join("/")}`;
    if (name === "GET me")
      return { status: 200, body: { data: { ...publicAccount(agent), owner_uuid: this.person.id } } };
    if (name === "GET chats") return list(this.rooms.map((room) => roomBody(room.id)));
    const room = roomId === undefined ? undefined : this.room(roomId);
    if (room === undefined) return refused(404, "not_found");
    switch (name) {
      case "GET chats/:room":
        return { status: 200, body: { data: roomBody(room.id) } };
      case "GET chats/:room/participants":
        return { status: 200, body: { data: [this.person, ...this.agents].map(participantBody) } };
      case "GET chats/:room/messages/next":
        return this.#next(agent, room);
      case "GET chats/:room/messages":
        return list(this.#waiting(agent, room).map(itemBody));
      case "GET chats/:room/context":
        return list(this.#seenBy(agent, room).map(itemBody));
      case "POST chats/:room/messages":
        return this.#post(agent, room, request.body);
      case "POST chats/:room/events":
        return this.#report(agent, room, request.body);
      case "POST chats/:room/activity":
        return { status: 200, body: { data: request.body } };
      case "POST chats/:room/messages/:id/processing":
      case "POST chats/:room/messages/:id/processed":
      case "POST chats/:room/messages/:id/failed":
        return this.#mark(agent, room, { id: id ?? "", as: mark ?? "", body: request.body });
      default:
        return refused(404, "not_found");
    }
  }

  isStopped(agent: Account, roomId: string): boolean {
    return this.#stopped.has(`${agent.id} ${roomId}`);
  }

  #next(agent: Account, room: SimulatedRoom): ApiAnswer {
    const [head] = this.isStopped(agent, room.id) ? [] : this.#waiting(agent, room);
    return head === undefined ? { status: 204 } : { status: 200, body: { data: itemBody(head) } };
  }

  #waiting(agent: Account, room: SimulatedRoom): readonly Stored[] {
    const isWaiting = (item: Stored) => {
      const delivery = item.deliveries.get(agent.id);
      return delivery !== undefined && delivery.status !== "processed" && item.visibleMs <= this.#nowMs();
    };
    return room.items.filter(isWaiting);
  }

  #seenBy(agent: Account, room: SimulatedRoom): readonly Stored[] {
    const sees = (item: Stored) =>
      item.visibleMs <= this.#nowMs() &&
      (item.sender.id === agent.id || (item.type === "text" && item.mentioned.includes(agent)));
    return room.items.filter(sees);
  }

  #post(agent: Account, room: SimulatedRoom, body: unknown): ApiAnswer {
    if (this.isStopped(agent, room.id)) return refused(403, "forbidden");
    const { message } = newText.parse(body);
    const accounts = [this.person, ...this.agents];
    const mentioned = accounts.filter((account) => message.mentions.some(({ id }) => id === account.id));
    const content = mentioned.reduce(
      (text, account) => text.replaceAll(`@${account.handle}`, `@[[${account.id}]]`),
      message.content,
    );
    const stored = this.#store({ roomId: room.id, type: "text", content, sender: agent, mentioned, metadata: {} });
    this.#history.add({ type: "text", agentId: agent.id, roomId: room.id, content: plain(content) });
    const recipients = mentioned.map(({ id, handle, name }) => ({ id, handle, name }));
    return { status: 201, body: { data: { id: stored.id, success: true, recipients } } };
  }

  #report(agent: Account, room: SimulatedRoom, body: unknown): ApiAnswer {
    if (this.isStopped(agent, room.id)) return refused(403, "forbidden");
    const { event } = newEvent.parse(body);
    const { message_type: type, content, metadata = {} } = event;
    const stored = this.#store({ roomId: room.id, type, content, sender: agent, mentioned: [], metadata });
    this.#history.add({ type: "event", agentId: agent.id, roomId: room.id, eventType: type, content });
    return { status: 201, body: { data: { id: stored.id, message_type: type, success: true } } };
  }

  #mark(
    agent: Account,
    room: SimulatedRoom,
    mark: { readonly id: string; readonly as: string; readonly body: unknown },
  ): ApiAnswer {
    const item = room.items.find(({ id }) => id === mark.id);
    const delivery = item?.deliveries.get(agent.id);
    if (item === undefined || delivery === undefined) return refused(404, "not_found");
    if (this.isStopped(agent, room.id)) return { status: 204 };
    if (mark.as === "processing") {
      const attempt_number = delivery.attempts.length + 1;
      delivery.attempts.push({ attempt_number, status: "processing", started_at: this.#stamp(), completed_at: null });
      delivery.status = "processing";
    } else {
      const active = delivery.attempts.at(-1);
      if (active?.status !== "processing") return refused(422, "unprocessable_entity");
      active.completed_at = this.#stamp();
      active.status = mark.as === "processed" ? "success" : "failed";
      if (mark.as === "failed") active.error = failure.parse(mark.body).error;
      delivery.status = mark.as === "processed" ? "processed" : "failed";
    }
    const attempt = delivery.attempts.length;
    this.#history.add({
      type: "mark",
      as: delivery.status,
      agentId: agent.id,
      roomId: room.id,
      content: item.content,
      attempt,
    });
    const data = { id: item.id, success: true, status: delivery.status, attempt_number: attempt };
    return { status: 200, body: { data } };
  }

  #store(input: Omit<Stored, "id" | "insertedAt" | "visibleMs" | "deliveries">): Stored {
    const deliveries = new Map<string, Delivery>();
    for (const account of input.mentioned) {
      if (account.kind === "Agent" && account !== input.sender) {
        deliveries.set(account.id, { status: "delivered", attempts: [] });
      }
    }
    const item: Stored = {
      ...input,
      id: this.#newId(),
      insertedAt: this.#stamp(),
      visibleMs: this.#nowMs() + (input.sender.kind === "Agent" ? this.visibleAfterMs : 0),
      deliveries,
    };
    this.room(input.roomId)?.items.push(item);
    if (deliveries.size > 0) this.#history.add({ type: "message", roomId: item.roomId, content: item.content });
    for (const agentId of deliveries.keys()) {
      this.announce(`chat_room:${item.roomId}`, "message_created", itemBody(item), agentId);
    }
    return item;
  }

  /** Microseconds that only ever grow, as the platform's own times do. */
  #stamp(): string {
    this.#lastMicroseconds = Math.max(this.#lastMicroseconds + 1, Math.round(this.#nowMs() * 1000));
    const micros = this.#lastMicroseconds;
    return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1)}${String(micros % 1000).padStart(3, "0")}Z`;
  }

  #newId(): string {
    this.#ids += 1;
    return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, "0")}`;
  }
}

/** A text without its mentions. */
function plain(content: string): string {
  return content.replaceAll(/@\[\[[^\]]*\]\]/gu, "").trim();
}

function itemBody(item: Stored): object {
  const { id, roomId, type, content, sender, mentioned, metadata, insertedAt, deliveries } = item;
  const mentions = mentioned.map(({ id: mentionedId, handle, name }) => ({
    id: mentionedId,
    handle,
    name,
    kind: "mention",
  }));
  const delivery_status = Object.fromEntries(structuredClone([...deliveries]));
  return {
    id,
    chat_room_id: roomId,
    content,
    message_type: type,
    sender_id: sender.id,
    sender_type: sender.kind,
    sender_name: sender.name,
    metadata: { ...metadata, mentions, delivery_status },
    inserted_at: insertedAt,
    updated_at: insertedAt,
  };
}

function publicAccount({ id, name, handle }: Account): object {
  return { id, name, handle, description: "", inserted_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z" };
}

function participantBody({ id, kind, name, handle }: Account): object {
  return { id, type: kind, name, handle, role: "member", status: "active" };
}

function roomBody(id: string): object {
  return {
    id,
    title: "A room",
    task_id: null,
    inserted_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
  };
}

/** A list on one page. */
function list(data: readonly object[]): ApiAnswer {
  const metadata = {
    page: 1,
    page_size: 100,
    total_count: data.length,
    total_pages: 1,
    has_more: false,
    next_cursor: null,
  };
  return { status: 200, body: { data, metadata } };
}

function refused(status: number, code: string): ApiAnswer {
  return { status, body: { error: { code, message: code, request_id: "simulated" } } };
}
