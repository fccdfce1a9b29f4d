import type * as z from "zod/mini";
import { request } from "./request.ts";
import { type Participant, type Room, type Row, wire } from "./wire.ts";

/** What a person wants done to an agent at work. */
export type ControlMode = "stop" | "play" | "interrupt";

/** The platform's Human API, as far as the page uses it: one person, by key. Every call throws a `RequestError`. */
export class HumanApi {
  readonly #apiKey: string;

  constructor(apiKey: string) {
    this.#apiKey = apiKey;
  }

  async profile(): Promise<{ readonly id: string; readonly handle: string }> {
    return (await this.#get("profile", wire.profile)).data;
  }

  /** The person's rooms, newest first. */
  async rooms(): Promise<readonly Room[]> {
    return this.#all("chats?limit=100", wire.rooms);
  }

  async createRoom(title: string): Promise<Room> {
    return (await this.#post("chats", { chat: { title } }, wire.oneRoom)).data;
  }

  async deleteRoom(room: string): Promise<void> {
    await this.#delete(`chats/${room}`);
  }

  async participants(room: string): Promise<readonly Participant[]> {
    return this.#all(`chats/${room}/participants?limit=100`, wire.participants);
  }

  async addParticipant(room: string, id: string): Promise<void> {
    await this.#post(`chats/${room}/participants`, { participant: { participant_id: id } }, wire.anything);
  }

  async removeParticipant(room: string, id: string): Promise<void> {
    await this.#delete(`chats/${room}/participants/${id}`);
  }

  /** A hundred texts and events, newest first, and where the earlier ones go on. */
  async rows(room: string, cursor?: string): Promise<{ readonly rows: readonly Row[]; readonly earlier?: string }> {
    const at = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { data, metadata } = await this.#get(`chats/${room}/messages?limit=100${at}`, wire.rows);
    return { rows: data, ...(metadata.next_cursor && { earlier: metadata.next_cursor }) };
  }

  async say(room: string, message: { readonly content: string; readonly mentions: readonly { id: string }[] }) {
    return (await this.#post(`chats/${room}/messages`, { message }, wire.posted)).data;
  }

  /** Stops an agent in a room, lets it go on, or cancels what it does right now. */
  async control(room: string, agent: string, mode: ControlMode): Promise<void> {
    await this.#post(`chats/${room}/agents/${mode}`, { agent_id: agent }, wire.anything);
  }

  /** Everyone the person can bring into a room. */
  async peers(): Promise<readonly Participant[]> {
    const found: Participant[] = [];
    for (let page = 1; ; page += 1) {
      const { data, metadata } = await this.#get(`peers?page=${page}&page_size=100`, wire.peers);
      found.push(...data);
      if (page >= (metadata.total_pages ?? 1)) return found;
    }
  }

  async registerAgent(agent: { readonly name: string; readonly description: string }) {
    const { data } = await this.#post("agents/register", { agent }, wire.registered);
    return { id: data.agent.id, name: data.agent.name, apiKey: data.credentials.api_key };
  }

  async #all<Item>(
    path: string,
    schema: z.ZodMiniType<{ data: Item[]; metadata: { next_cursor?: string | null | undefined } }>,
  ): Promise<readonly Item[]> {
    const found: Item[] = [];
    for (let cursor = ""; ; ) {
      const { data, metadata } = await this.#get(`${path}${cursor}`, schema);
      found.push(...data);
      if (!metadata.next_cursor) return found;
      cursor = `&cursor=${encodeURIComponent(metadata.next_cursor)}`;
    }
  }

  #get<Schema extends z.ZodMiniType>(path: string, schema: Schema) {
    return request("GET", `/api/v1/me/${path}`, { schema, apiKey: this.#apiKey });
  }

  #post<Schema extends z.ZodMiniType>(path: string, body: unknown, schema: Schema) {
    return request("POST", `/api/v1/me/${path}`, { schema, body, apiKey: this.#apiKey });
  }

  async #delete(path: string): Promise<void> {
    await request("DELETE", `/api/v1/me/${path}`, { schema: wire.anything, apiKey: this.#apiKey });
  }
}
