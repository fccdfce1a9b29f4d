import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { type RawData, WebSocket } from "ws";
import { deferred } from "../../support/deferred.ts";

/** How an attempt to connect ended: with a status and its headers, or without any answer. */
export type Opening =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly error: string };

/** The client's end of one recorded connection: sends what it is told, and keeps what comes back in the recording's notation. */
export class ReplayedClient {
  readonly opened: Promise<Opening>;
  /** The code the connection closed with, as this client sees it. */
  readonly closed: Promise<number>;
  readonly received: unknown[] = [];
  readonly #webSocket: WebSocket;
  readonly #read: (text: string) => string;
  readonly #arrived = new EventTarget();

  /** @param read Turns what the sandbox calls things into what the recording calls them. */
  constructor(url: string, options: { readonly read: (text: string) => string; readonly offersCompression: boolean }) {
    this.#read = options.read;
    const webSocket = new WebSocket(url, { perMessageDeflate: options.offersCompression });
    this.#webSocket = webSocket;
    const closed = deferred<number>();
    const opened = deferred<Opening>();
    this.closed = closed.promise;
    this.opened = opened.promise;
    webSocket.on("close", (code) => closed.resolve(code));
    webSocket.on("upgrade", ({ headers }) => opened.resolve({ status: 101, headers: plain(headers), body: "" }));
    webSocket.on("error", (error) => opened.resolve({ error: error.message }));
    webSocket.on("unexpected-response", (_request, response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const { statusCode: status = 0, headers } = response;
        opened.resolve({ status, headers: plain(headers), body: Buffer.concat(chunks).toString() });
        webSocket.terminate();
      });
    });
    webSocket.on("message", (data: RawData, isBinary) => this.#keep(this.#parse(data, isBinary)));
    webSocket.on("pong", (data) => this.#keep({ opcode: "pong", data: data.toString() }));
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === WebSocket.OPEN;
  }

  async send(
    message: string | Buffer,
    options: { readonly binary?: boolean; readonly fin?: boolean } = {},
  ): Promise<void> {
    if (this.#webSocket.readyState === WebSocket.CONNECTING) await once(this.#webSocket, "open");
    this.#webSocket.send(message, { binary: Buffer.isBuffer(message), ...options });
  }

  ping(data: string): void {
    this.#webSocket.ping(data);
  }

  close(code: number | null, reason: string): void {
    if (code === null) this.#webSocket.close();
    else this.#webSocket.close(code, reason);
  }

  /** Ends the TCP connection and says nothing. */
  vanish(): void {
    this.#webSocket.terminate();
  }

  /** Ends when that many messages have come, or when the connection has closed, or no more came in time. */
  async untilReceived(count: number): Promise<void> {
    const tooLong = wait(15_000, undefined, { ref: false });
    while (this.received.length < count && this.#webSocket.readyState !== WebSocket.CLOSED) {
      const late = await Promise.race([
        once(this.#arrived, "message"),
        this.closed,
        tooLong.then(() => "late" as const),
      ]);
      if (late === "late") return;
    }
  }

  #keep(message: unknown): void {
    this.received.push(message);
    this.#arrived.dispatchEvent(new Event("message"));
  }

  #parse(data: RawData, isBinary: boolean): unknown {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
    if (isBinary) return { binary_base64: bytes.toString("base64"), bytes: bytes.length };
    const value: unknown = JSON.parse(this.#read(bytes.toString("utf8")));
    return value;
  }
}

function plain(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
