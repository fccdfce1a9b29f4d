import { once } from "node:events";
import type { WebSocket } from "ws";
import { nowMs } from "../clock.ts";
import { frameOf, numberOf, replyTo, updateOf } from "./wire.ts";

type Frame = readonly [joinRef: string | null, ref: string, topic: string, event: string];

/** The agent's connections: joins are granted, and messages are told to who has joined their room. */
export class Sockets {
  readonly #rooms: number;
  readonly #later: (task: () => void) => void;
  readonly #open = new Set<WebSocket>();
  /** Of each room the connection that has joined it, and under which reference. */
  readonly #joined = new Map<number, { readonly socket: WebSocket; readonly joinRef: string }>();
  #onJoined: (atMs: number) => void = () => undefined;
  /** When the newest connection was had. */
  openedMs = 0;

  constructor(rooms: number, later: (task: () => void) => void) {
    this.#rooms = rooms;
    this.#later = later;
  }

  add(socket: WebSocket): void {
    this.#open.add(socket);
    this.openedMs = nowMs();
    socket.on("message", (text) => {
      const frame: Frame = JSON.parse(String(text));
      this.#later(() => this.#take(socket, frame));
    });
    socket.once("close", () => {
      this.#open.delete(socket);
      for (const [room, joined] of this.#joined) if (joined.socket === socket) this.#joined.delete(room);
    });
  }

  /** Tells of a message in a room; nobody, where nobody has joined it. */
  tell(room: number, body: string): void {
    const joined = this.#joined.get(room);
    if (joined !== undefined) this.#send(joined.socket, frameOf(joined.joinRef, room, body));
  }

  /** Tells news of one joined room after another. Ends when all of it was read: a ping is answered in its turn. */
  async flood(frames: number, body: string): Promise<void> {
    const rooms = [...this.#joined];
    const texts = rooms.map(([room, { joinRef }]) => updateOf(joinRef, room, body));
    const [, { socket } = {}] = rooms[0] ?? [];
    if (socket === undefined) throw new Error("nobody has joined a room");
    const lost = once(socket, "close").then(() => {
      throw new Error("the connection was lost before all was read");
    });
    const read = Promise.race([once(socket, "pong"), lost]);
    for (let frame = 0; frame < frames; frame += 1) socket.send(texts[frame % texts.length] ?? "");
    socket.ping();
    await read;
  }

  /** Ends with the time at which the last room was joined. */
  allJoined(): Promise<number> {
    if (this.#joined.size === this.#rooms) return Promise.resolve(nowMs());
    return new Promise((resolve) => {
      this.#onJoined = resolve;
    });
  }

  cut(): void {
    for (const socket of this.#open) socket.terminate();
    this.#joined.clear();
  }

  #take(socket: WebSocket, [joinRef, ref, topic, event]: Frame): void {
    if (event === "phx_join" && topic.startsWith("chat_room:")) {
      this.#joined.set(numberOf(topic), { socket, joinRef: joinRef ?? ref });
      if (this.#joined.size === this.#rooms) this.#onJoined(nowMs());
    }
    this.#send(socket, replyTo(joinRef, ref, topic));
  }

  #send(socket: WebSocket, text: string): void {
    this.#later(() => {
      if (socket.readyState === socket.OPEN) socket.send(text);
    });
  }
}
