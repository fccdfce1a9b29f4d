import { once } from "node:events";
import { WebSocket } from "ws";
import { at } from "./json.ts";
import type { Account } from "./rest.ts";

const heartbeatMs = 30_000;
const joinMs = 10_000;

type Hear = (topic: string, event: string, payload: unknown) => void;

/**
 * One connection to the platform's socket, Phoenix Channels V2: frames are `[join_ref, ref, topic, event, payload]`.
 *
 * It ends when the platform closes it, when a heartbeat is not answered before the next one is due, or with `close()`.
 */
export class Channels {
  readonly #webSocket: WebSocket;
  readonly #waiting = new Map<string, (reply: unknown) => void>();
  /** The join_ref of each joined topic: a frame with another one is of a channel that has ended. */
  readonly #joinRefs = new Map<string, string>();
  #lastRef = 0;
  #unanswered = false;

  private constructor(webSocket: WebSocket, hear: Hear) {
    this.#webSocket = webSocket;
    webSocket.on("message", (data) => {
      try {
        this.#receive(JSON.parse(String(data)), hear);
      } catch (error) {
        console.error(`a frame can't be read: ${String(error)}`);
        webSocket.terminate(); // what it said is found by draining, after coming back
      }
    });
    webSocket.on("error", () => {}); // it is closed too, which is what counts
    const beat = setInterval(() => this.#beat(), heartbeatMs);
    webSocket.once("close", () => clearInterval(beat));
  }

  /** @param hear Called with each event. Throws when the socket is refused. */
  static async open({ baseUrl, apiKey }: Account, hear: Hear): Promise<Channels> {
    const url = `${baseUrl.replace(/^http/, "ws")}/api/v1/socket/websocket?vsn=2.0.0`;
    const webSocket = new WebSocket(url, { headers: { "x-api-key": apiKey }, handshakeTimeout: joinMs });
    const channels = new Channels(webSocket, hear);
    await once(webSocket, "open");
    return channels;
  }

  /** Ends with the connection. */
  get closed(): Promise<unknown> {
    return this.#webSocket.readyState === WebSocket.CLOSED ? Promise.resolve() : once(this.#webSocket, "close");
  }

  /** Throws when the platform refuses, or does not answer. */
  async join(topic: string): Promise<void> {
    const ref = String(++this.#lastRef);
    this.#joinRefs.set(topic, ref);
    const reply = await this.#ask([ref, ref, topic, "phx_join", {}]);
    if (at(reply, "status") !== "ok") throw new Error(`${topic} was not joined: ${JSON.stringify(reply)}`);
  }

  leave(topic: string): void {
    this.#send([this.#joinRefs.get(topic) ?? null, String(++this.#lastRef), topic, "phx_leave", {}]);
    this.#joinRefs.delete(topic);
  }

  close(): void {
    this.#webSocket.close(1000);
  }

  async #ask(frame: readonly [string, string, string, string, object]): Promise<unknown> {
    const [, ref] = frame;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(ref, resolve);
    const gone = (): void => reject(new Error(`no answer to ${frame.join(" ")}`));
    const timer = setTimeout(gone, joinMs);
    this.#webSocket.once("close", gone);
    this.#send(frame);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#webSocket.off("close", gone);
      this.#waiting.delete(ref);
    });
  }

  /** The platform closes a socket that is silent for 45 s; we end one that is silent for 30. */
  #beat(): void {
    if (this.#unanswered) this.#webSocket.terminate();
    this.#unanswered = true;
    this.#send([null, "heartbeat", "phoenix", "heartbeat", {}]);
  }

  #send(frame: readonly unknown[]): void {
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.send(JSON.stringify(frame));
  }

  #receive(frame: unknown, hear: Hear): void {
    if (!Array.isArray(frame)) return;
    const [joinRef, ref, topic, event, payload]: unknown[] = frame;
    if (topic === "phoenix") this.#unanswered = false;
    else if (event === "phx_reply") this.#waiting.get(String(ref))?.(payload);
    else if (event === "phx_error")
      this.#webSocket.terminate(); // a channel crashed: connect anew, and join all again
    else if (joinRef === null || joinRef === this.#joinRefs.get(String(topic)))
      hear(String(topic), String(event), payload);
  }
}
