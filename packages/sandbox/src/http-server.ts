import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** The sandbox can't start as asked; the message is one sentence for whoever asked. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
}

/** How long clients have to finish what is open before their TCP connection is destroyed, in milliseconds. */
const goodbyeMs = 500;

/** What a server hands its connections to. */
export interface Handlers {
  readonly request: RequestListener;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Says goodbye on every socket, as the server goes down. */
  readonly goodbye: () => void;
}

/**
 * An HTTP server that can go down and come back on the same port.
 *
 * Going down takes half a second at most: it accepts nothing new, says goodbye, and destroys what is still open then.
 */
export class HttpServer implements AsyncDisposable {
  readonly #handlers: Handlers;
  readonly #host: string;
  readonly #connections = new Set<Socket>();
  #server: Server | undefined;
  #port: number;

  constructor(address: { readonly host: string; readonly port: number }, handlers: Handlers) {
    this.#host = address.host;
    this.#port = address.port;
    this.#handlers = handlers;
  }

  /** `host:port` for a URL; any-address is written as loopback. */
  get authority(): string {
    const anyAddress = this.#host === "0.0.0.0" || this.#host === "::";
    const host = anyAddress ? "127.0.0.1" : this.#host.includes(":") ? `[${this.#host}]` : this.#host;
    return `${host}:${this.#port}`;
  }

  /** Throws a {@link SandboxError} when the port is taken or the host is not of this machine. */
  async start(): Promise<void> {
    const server = createServer({ keepAliveTimeout: 60_000 }, this.#handlers.request);
    server.on("upgrade", this.#handlers.upgrade);
    server.on("checkExpectation", this.#handlers.request); // an Expect nobody knows is let be, as the platform does
    server.on("connection", (connection) => {
      this.#connections.add(connection);
      connection.once("close", () => this.#connections.delete(connection));
    });
    server.listen(this.#port, this.#host);
    try {
      await once(server, "listening");
    } catch (error) {
      throw this.#explained(error);
    }
    const address = server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    this.#handlers.goodbye();
    const timer = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, goodbyeMs);
    await closed;
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #explained(error: unknown): unknown {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const where = `port ${this.#port} on ${this.#host}`;
    if (code === "EADDRINUSE") {
      return new SandboxError(`${where} is taken; choose another port, or 0 for a free one`, { cause: error });
    }
    if (code === "EACCES")
      return new SandboxError(`${where} may not be opened by this user; choose one above 1023`, { cause: error });
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      return new SandboxError(`${this.#host} is no address of this machine`, { cause: error });
    }
    return error;
  }
}
