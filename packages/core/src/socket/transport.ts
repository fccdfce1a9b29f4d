import type { IncomingMessage } from "node:http";
import type { ClientWebSocket, Environment, WebSocketClass } from "../internal/environment.ts";

const largestFrameBytes = 1024 * 1024;
const largestRefusalBytes = 16 * 1024;
const closeHandshakeMs = 1_000;

/** The HTTP answer to an upgrade request that was not granted. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<IncomingMessage["headers"]>;
  /** At most its first 16 KiB. */
  readonly body: string;
}

/**
 * The WebSocket under one connection, made when the Phoenix client asks for it.
 *
 * Node's own WebSocket can carry neither the key in a header nor tell what a refused upgrade said, and in Node 22 never
 * closes after a failed handshake; so it is `ws` everywhere.
 */
export class Transport {
  /** What the Phoenix client opens its connection with. */
  readonly WebSocket: new (
    url: string,
  ) => ClientWebSocket;
  /** Why the upgrade was refused; undefined when it was granted or never answered. */
  refusal: Refusal | undefined;
  /** What went wrong first, in the words of whoever noticed; undefined after an orderly close. */
  failure: string | undefined;
  #socket: ClientWebSocket | undefined;

  constructor(options: {
    readonly WebSocket: WebSocketClass;
    readonly environment: Environment;
    readonly apiKey: string;
  }) {
    const { environment, apiKey } = options;
    const opened = (socket: ClientWebSocket) => {
      this.#socket = socket;
      socket.on("unexpected-response", (_request, response) => {
        const refused = (body: string) => ({ status: response.statusCode ?? 0, headers: response.headers, body });
        this.refusal = refused(""); // the status counts even if its body never comes
        readBody(response, (body) => {
          this.refusal = refused(body);
          socket.terminate();
        });
      });
      socket.on("error", (error) => {
        this.failure ??= error.message; // `ws` closes by itself then, and tells the other end why
      });
    };
    this.WebSocket = class extends options.WebSocket {
      /** Tells the Phoenix client to leave the heartbeat to us: its timers hold the process and end in a polite close. */
      readonly skipHeartbeat = true;

      constructor(url: string) {
        super(url, {
          headers: { "x-api-key": apiKey },
          maxPayload: largestFrameBytes,
          perMessageDeflate: false,
          followRedirects: false,
        });
        opened(this);
      }

      /** Also called by `ws` itself when the other end closes; a peer that then stays silent is waited for one second, not thirty. */
      override close(code?: number, reason?: string | Buffer): void {
        super.close(code, reason);
        if (this.readyState === this.CLOSED) return;
        const cancel = environment.schedule(closeHandshakeMs, () => this.terminate());
        this.once("close", cancel);
      }
    };
  }

  /** Ends the connection in good order. */
  close(): void {
    this.#socket?.close(1000);
  }

  /** Drops the connection without a word: a peer that is suspected dead would not answer one. */
  cut(failure: string): void {
    this.failure ??= failure;
    this.#socket?.terminate();
  }
}

function readBody(response: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let finished = false;
  const finish = () => {
    if (finished) return;
    finished = true;
    done(Buffer.concat(chunks).subarray(0, largestRefusalBytes).toString("utf8"));
  };
  response.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= largestRefusalBytes) finish();
  });
  response.on("end", finish);
  response.on("error", finish);
  response.on("close", finish);
}
