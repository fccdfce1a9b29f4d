import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** What a client sent. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** How one request is treated. */
export type Conduct = (response: ServerResponse, received: Received) => void;

/**
 * A real HTTP server on a free port of this machine that behaves as badly as it is told to.
 *
 * Requests meet the conducts given to {@link meet} one after the other; the last of them stays. Closes with all connections.
 */
export class UnreliableServer implements AsyncDisposable {
  readonly received: Received[] = [];
  /** Answers whose client hung up before they were complete. */
  abandoned = 0;
  #conducts: readonly Conduct[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response));
  }

  static async start(): Promise<UnreliableServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new UnreliableServer(server);
  }

  get origin(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the server is not listening");
    return `http://127.0.0.1:${address.port}`;
  }

  meet(...conducts: readonly Conduct[]): void {
    this.#conducts = conducts;
    this.received.length = 0;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("close", () => {
      if (!response.writableFinished) this.abandoned += 1;
    });
    const conduct = this.#conducts[Math.min(this.received.length, this.#conducts.length - 1)];
    const seen = { method: request.method ?? "", target: request.url ?? "", headers: request.headers };
    const index = this.received.push({ ...seen, body: "" }) - 1;
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
    const received = { ...seen, body };
    this.received[index] = received;
    conduct?.(response, received);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Conduct =>
  (response) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

export const plain =
  (status: number, text: string, headers: Readonly<Record<string, string>> = {}): Conduct =>
  (response) =>
    void response.writeHead(status, headers).end(text);

export const refusal = (status: number, headers: Readonly<Record<string, string>> = {}): Conduct =>
  json(status, { error: { code: "some_code", message: "Some words", request_id: "req-1" } }, headers);

export const hang: Conduct = () => {};

export const reset: Conduct = (response) => void response.destroy();

/** Announces more than it sends. */
export const cut: Conduct = (response) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write('{"data":{"id":', () => response.destroy());
};

/** Sends headers at once and then a byte now and again, for ever. */
export const drip: Conduct = (response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write(" "), 5);
  response.on("close", () => clearInterval(timer));
};
