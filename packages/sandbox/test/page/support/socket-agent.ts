import { WebSocket } from "ws";
import type { RoomHandle, Sandbox } from "../../../src/index.ts";
import { call, idOf } from "../../rest/api.ts";
import { Voice } from "./voice.ts";

/**
 * An agent of one room with a socket of its own, written with nothing of this repository: news wakes it, the queue is worked off, and a
 * lost socket is opened anew. It says "Heard: " and what it heard. Ends when disposed of.
 */
export class SocketAgent implements AsyncDisposable {
  readonly #sandbox: Sandbox;
  readonly #name: string;
  readonly #room: RoomHandle;
  #socket: WebSocket | undefined;
  #working: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(sandbox: Sandbox, name: string, room: RoomHandle) {
    this.#sandbox = sandbox;
    this.#name = name;
    this.#room = room;
    this.#connect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#socket?.terminate();
    await this.#working;
  }

  #connect(): void {
    if (this.#ended) return;
    const { apiKey } = this.#sandbox.credentials(this.#name);
    const socket = new WebSocket(`${this.#sandbox.socketUrl}?vsn=2.0.0`, { headers: { "x-api-key": apiKey } });
    this.#socket = socket;
    socket.on("open", () => socket.send(JSON.stringify(["1", "1", `chat_room:${this.#room.id}`, "phx_join", {}])));
    socket.on("message", () => this.#wake()); // a join that is answered, or news
    socket.on("error", () => {}); // told again by close
    socket.on("close", () => setTimeout(() => this.#connect(), 50));
  }

  #wake(): void {
    this.#working = this.#working.then(() => this.#drain()).catch(() => undefined); // the next news wakes it again
  }

  async #drain(): Promise<void> {
    const { apiKey: key } = this.#sandbox.credentials(this.#name);
    const voice = new Voice(this.#sandbox, this.#name, this.#room);
    for (;;) {
      const next = await call(this.#sandbox.url, `GET /agent/chats/${this.#room.id}/messages/next`, { key });
      if (next.status !== 200 || this.#ended) return;
      const id = idOf(next);
      await voice.mark(id, "processing");
      const said = this.#room.said().at(-1) ?? "";
      const dana = this.#sandbox.users[0]?.id ?? "";
      await voice.say(`Heard: ${said.replace(/^@\S+\s*/u, "")}`, dana);
      await voice.mark(id, "processed");
    }
  }
}
