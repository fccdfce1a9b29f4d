import { randomUUID } from "node:crypto";
import type { Accounts } from "./accounts.ts";
import { checkText } from "./content.ts";
import type { Control } from "./control.ts";
import type { Deliveries, Marking, OfferRules, WorkFilter } from "./deliveries.ts";
import type { Executions } from "./executions.ts";
import { type MentionInput, resolveMentions, rewriteMentions } from "./mentions.ts";
import type { Agent, Entity, Mention, Message } from "./model.ts";
import { type Page, type PageRequest, readPage } from "./paging.ts";
import type { Participants } from "./participants.ts";
import type { Plan } from "./plan.ts";
import { forbidden, notFound } from "./refusal.ts";
import type { Rooms } from "./rooms.ts";
import { oneOf, type Row, text, textOrNull } from "./row.ts";
import type { Store } from "./store.ts";
import type { Unseen } from "./unseen.ts";

export const messageTypes = ["text", "tool_call", "tool_result", "thought", "error", "task", "attention"] as const;

export interface NewText {
  readonly roomId: string;
  readonly content: string;
  readonly mentions: readonly MentionInput[];
}

export interface MarkInput {
  readonly roomId: string;
  readonly messageId: string;
  readonly as: Marking;
  readonly error?: string | undefined;
}

export interface Marked {
  readonly message: Message;
  readonly attemptNumber: number;
}

/**
 * What was said and reported in rooms, and who may read it: people all of it, an agent the texts that mention it and
 * what it wrote itself.
 */
export class Messages {
  readonly #store: Store;
  readonly #accounts: Accounts;
  readonly #rooms: Rooms;
  readonly #participants: Participants;
  readonly #deliveries: Deliveries;
  readonly #control: Control;
  readonly #executions: Executions;
  readonly #plan: Plan;
  readonly #unseen: Unseen;
  readonly #offerRules: () => OfferRules;

  constructor(
    store: Store,
    parts: {
      accounts: Accounts;
      rooms: Rooms;
      participants: Participants;
      deliveries: Deliveries;
      control: Control;
      executions: Executions;
      plan: Plan;
      unseen: Unseen;
      offerRules: () => OfferRules;
    },
  ) {
    this.#store = store;
    this.#accounts = parts.accounts;
    this.#rooms = parts.rooms;
    this.#participants = parts.participants;
    this.#deliveries = parts.deliveries;
    this.#control = parts.control;
    this.#executions = parts.executions;
    this.#plan = parts.plan;
    this.#unseen = parts.unseen;
    this.#offerRules = parts.offerRules;
  }

  message(id: string): Message | undefined {
    return this.#store.one((row) => this.#read(row), "SELECT * FROM messages WHERE id = ?", id);
  }

  /** The whole room, oldest first. */
  of(roomId: string): readonly Message[] {
    const inOrder = "SELECT * FROM messages WHERE room_id = ? ORDER BY inserted_at, id";
    return this.#store.all((row) => this.#read(row), inOrder, roomId);
  }

  /** What people in the room see, newest first. */
  list(
    roomId: string,
    filter: { type?: Message["type"] | undefined; since?: string | undefined },
    request: PageRequest,
  ): Page<Message> {
    const ofType = filter.type === undefined ? "" : "AND type = ?";
    const since = filter.since === undefined ? "" : "AND inserted_at >= ?";
    const leftOut = this.#unseen.leftOut("id");
    const listing = {
      from: `FROM messages WHERE room_id = ? ${ofType} ${since} ${leftOut.condition}`,
      parameters: [roomId, filter.type, filter.since, ...leftOut.parameters].filter((value) => value !== undefined),
      sortBy: "inserted_at",
      id: "id",
      direction: "DESC" as const,
    };
    return readPage(this.#store, listing, request, (id) => this.#existing(id));
  }

  /** The texts that mention the agent, oldest first; without a filter those it has not processed. */
  work(agent: Agent, input: { roomId: string; filter?: WorkFilter | undefined }, request: PageRequest): Page<Message> {
    const { id: roomId } = this.#participants.room(input.roomId, agent.id);
    const work = this.#deliveries.work(agent.id, roomId, input.filter);
    const leftOut = this.#unseen.leftOut("message_id");
    const from = `${work.from} ${leftOut.condition}`;
    const listing = { ...work, from, parameters: [...work.parameters, ...leftOut.parameters] };
    return readPage(this.#store, listing, request, (id) => this.#existing(id));
  }

  /** The oldest text the agent has not processed; none while it is stopped in this room. */
  next(agent: Agent, roomId: string): Message | undefined {
    this.#participants.room(roomId, agent.id);
    if (this.#control.isStopped(agent.id, roomId)) return undefined;
    const id = this.#deliveries.next(agent.id, roomId, this.#offerRules(), this.#unseen.leftOut("message_id"));
    const waiting = id === undefined ? undefined : this.#existing(id);
    const asBefore = this.#unseen.offered(agent.id, roomId);
    return asBefore && (!waiting || asBefore.insertedAt <= waiting.insertedAt) ? asBefore : waiting;
  }

  /** The room as the agent may remember it, oldest first: the texts that mention it, and all it wrote itself. */
  context(agent: Agent, roomId: string, request: PageRequest): Page<Message> {
    this.#participants.room(roomId, agent.id);
    const leftOut = this.#unseen.leftOut("id");
    const listing = {
      from: `FROM (
        SELECT inserted_at, id FROM messages WHERE room_id = ? AND sender_id = ?
        UNION ALL
        SELECT inserted_at, message_id AS id FROM deliveries WHERE agent_id = ? AND room_id = ? AND mentioned = 1
      ) WHERE true ${leftOut.condition}`,
      parameters: [roomId, agent.id, agent.id, roomId, ...leftOut.parameters],
      sortBy: "inserted_at",
      id: "id",
      direction: "ASC" as const,
    };
    return readPage(this.#store, listing, request, (id) => this.#existing(id));
  }

  /** Throws a 403 when the agent was stopped in the room, where it may not post, or the plan's messages are used up. */
  checkVoice(sender: Entity, roomId: string): void {
    this.#plan.checkRoomFor("messages");
    if (this.#control.isStopped(sender.id, roomId)) throw forbidden("The agent is stopped in this chat room");
  }

  /** Says a text to those it mentions. Throws a 404 (room), a 403 (stopped) or a 422 (content, mentions). */
  say(sender: Entity, input: NewText): Message {
    const room = this.#participants.room(input.roomId, sender.id);
    this.checkVoice(sender, room.id);
    checkText(input.content, "/message/content");
    const mentions = resolveMentions(input.mentions, sender, {
      byId: (id) => this.#participants.find(room.id, id)?.entity,
      byHandle: (handle) => this.#participants.findByHandle(room.id, handle)?.entity,
    });
    const content = rewriteMentions(input.content, mentions);
    return this.#store.change(() => {
      const id = this.insert({ roomId: room.id, type: "text", content, sender, metadata: null });
      for (const [position, mention] of mentions.entries()) {
        this.#store.run(
          "INSERT INTO mentions (message_id, position, entity_id, handle, name, kind) VALUES (?, ?, ?, ?, ?, ?)",
          id,
          position,
          mention.id,
          mention.handle,
          mention.name,
          mention.kind,
        );
      }
      const written = this.#existing(id);
      const meant = mentions.filter(({ kind }) => kind === "mention");
      for (const mention of meant) {
        if (this.#accounts.entity(mention.id)?.kind !== "Agent") continue;
        this.#deliveries.open(written, mention.id);
        this.#executions.begin(mention.id, room.id, written.insertedAt);
      }
      const message = this.#existing(id);
      const names = new Map(mentions.map((mention) => [mention.id, mention.name]));
      this.#rooms.touch(room, message.insertedAt, content, (mentioned) => names.get(mentioned));
      this.#store.publish({ type: "message_created", message });
      return message;
    });
  }

  /** Writes the row of a text or event; part of the caller's change. Returns its id. */
  insert(input: {
    roomId: string;
    type: Message["type"];
    content: string;
    sender: Entity;
    metadata: Readonly<Record<string, unknown>> | null;
  }): string {
    const id = randomUUID();
    const now = this.#store.clock.tick();
    this.#store.run(
      `INSERT INTO messages (id, room_id, type, content, sender_id, metadata, inserted_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      input.roomId,
      input.type,
      input.content,
      input.sender.id,
      input.metadata === null ? null : JSON.stringify(input.metadata),
      now,
      now,
    );
    if (input.sender.kind === "Agent") this.#executions.begin(input.sender.id, input.roomId, now);
    return id;
  }

  /** Takes a text or event out of its room, for everyone: out of queues, lists and contexts. */
  delete(message: Message): void {
    this.#store.change(() => {
      for (const table of ["attempts", "deliveries", "mentions"]) {
        this.#store.run(`DELETE FROM ${table} WHERE message_id = ?`, message.id);
      }
      this.#store.run("DELETE FROM messages WHERE id = ?", message.id);
      this.#store.publish({ type: "message_deleted", roomId: message.roomId, messageId: message.id });
    });
  }

  /** Moves a text on for the agent; undefined while it is stopped in the room. Throws a 404 or a 422. */
  mark(agent: Agent, input: MarkInput): Marked | undefined {
    const room = this.#participants.room(input.roomId, agent.id);
    if (this.#control.isStopped(agent.id, room.id)) return undefined;
    const message = this.message(input.messageId);
    if (message?.roomId !== room.id || message.type !== "text") throw notFound("Message");
    return this.#store.change(() => {
      const attemptNumber = this.#deliveries.mark(agent, message, input.as, input.error ?? null);
      const marked = this.#existing(message.id);
      this.#executions.begin(agent.id, room.id, marked.updatedAt);
      this.#store.publish({ type: "message_updated", message: marked });
      return { message: marked, attemptNumber };
    });
  }

  #existing(id: string): Message {
    const message = this.message(id);
    if (message === undefined) throw new Error(`message ${id} vanished while it was read`);
    return message;
  }

  #read(row: Row): Message {
    const id = text(row, "id");
    const sender = this.#accounts.existing(text(row, "sender_id"));
    const type = oneOf(row, "type", messageTypes);
    return {
      id,
      roomId: text(row, "room_id"),
      type,
      content: text(row, "content"),
      sender,
      mentions: type === "text" ? this.#mentions(id) : [],
      metadata: readMetadata(textOrNull(row, "metadata")),
      deliveries: type === "text" ? this.#deliveries.of(id) : {},
      insertedAt: text(row, "inserted_at"),
      updatedAt: text(row, "updated_at"),
    };
  }

  #mentions(messageId: string): readonly Mention[] {
    return this.#store.all(
      (row) => ({
        id: text(row, "entity_id"),
        handle: text(row, "handle"),
        name: text(row, "name"),
        kind: oneOf(row, "kind", ["mention", "reference"]),
      }),
      "SELECT * FROM mentions WHERE message_id = ? ORDER BY position",
      messageId,
    );
  }
}

function readMetadata(json: string | null): Readonly<Record<string, unknown>> | null {
  if (json === null) return null;
  const metadata: unknown = JSON.parse(json);
  return typeof metadata === "object" && metadata !== null ? { ...metadata } : null;
}
