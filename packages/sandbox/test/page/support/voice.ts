import type { RoomHandle, Sandbox } from "../../../src/index.ts";
import { call, idOf } from "../../rest/api.ts";

/** An agent speaking and reporting in a room by plain REST, as any program could. */
export class Voice {
  readonly #origin: string;
  readonly #key: string;
  readonly #chat: string;

  constructor(sandbox: Sandbox, agent: string, room: RoomHandle) {
    this.#origin = sandbox.url;
    this.#key = sandbox.credentials(agent).apiKey;
    this.#chat = `/agent/chats/${room.id}`;
  }

  thought(content: string): Promise<string> {
    return this.event("thought", content);
  }

  error(content: string): Promise<string> {
    return this.event("error", content);
  }

  toolCall(id: string, name: string, args: object): Promise<string> {
    return this.event("tool_call", JSON.stringify({ name, args, tool_call_id: id }));
  }

  toolResult(id: string, name: string, output: unknown, { isError = false } = {}): Promise<string> {
    const failed = isError && { is_error: true };
    return this.event("tool_result", JSON.stringify({ name, output, tool_call_id: id, ...failed }));
  }

  attention(content: string, metadata: object): Promise<string> {
    return this.event("attention", content, metadata);
  }

  async event(type: string, content: string, metadata?: object): Promise<string> {
    const event = { message_type: type, content, ...(metadata && { metadata }) };
    return idOf(await this.#post("events", { event }));
  }

  async say(content: string, ...to: readonly string[]): Promise<string> {
    const mentions = to.map((id) => ({ id }));
    return idOf(await this.#post("messages", { message: { content, mentions } }));
  }

  async working(working: boolean): Promise<void> {
    await this.#post("activity", { working });
  }

  async mark(message: string, as: "processing" | "processed" | "failed", error?: string): Promise<void> {
    await this.#post(`messages/${message}/${as}`, error === undefined ? undefined : { error });
  }

  async #post(path: string, body?: object) {
    const answer = await call(this.#origin, `POST ${this.#chat}/${path}`, { key: this.#key, body });
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }
}
