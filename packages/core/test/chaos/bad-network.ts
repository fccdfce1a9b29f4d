import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** How bytes travel, in both directions; what is already on its way is not changed. */
interface Weather {
  readonly delayMs: number;
  readonly bytesPerSecond: number;
}

const fair: Weather = { delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY };

/**
 * A bad network: a TCP proxy on the loopback that does to every connection what it is told.
 *
 * What it holds back is lost when either end lets go of the connection, so nothing arrives that its sender has given up.
 */
export class BadNetwork implements AsyncDisposable {
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #pipes = new Set<Pipe>();
  #weather = fair;
  #stalledUntilMs = 0;
  #isDown = false;
  /** Connections that were ended from here, in good order or not. */
  broken = 0;

  constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((near) => this.#accept(near));
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The proxy is not listening");
    return `http://127.0.0.1:${address.port}`;
  }

  /** When a chunk that comes now may go on, unless one before it is later still. */
  dueMs(bytes: number): number {
    const { delayMs, bytesPerSecond } = this.#weather;
    return Math.max(performance.now() + delayMs, this.#stalledUntilMs) + (bytes / bytesPerSecond) * 1_000;
  }

  /** Ends every connection: both ends read its end. */
  cut(): void {
    this.#break((socket) => socket.destroy());
  }

  /** Resets every connection: both ends get an error. */
  reset(): void {
    this.#break((socket) => socket.resetAndDestroy());
  }

  /** No byte moves for this long, and every connection stays open. */
  stall(durationMs: number): void {
    this.#stalledUntilMs = performance.now() + durationMs;
  }

  /** From now on every byte is late, or few pass in a second. */
  slow(weather: Partial<Weather>): void {
    this.#weather = { ...fair, ...weather };
  }

  /** From now on nobody can connect; what is open stays open. */
  close(): void {
    this.#isDown = true;
  }

  /** All is well again, except for what is already late. */
  clear(): void {
    this.#weather = fair;
    this.#stalledUntilMs = 0;
    this.#isDown = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(near: Socket): void {
    if (this.#isDown) {
      near.resetAndDestroy();
      return;
    }
    const pipe = new Pipe(this, near, connect(this.#targetPort, "127.0.0.1"));
    this.#pipes.add(pipe);
    near.once("close", () => this.#pipes.delete(pipe));
  }

  #break(how: (socket: Socket) => void): void {
    this.broken += this.#pipes.size;
    for (const pipe of this.#pipes) pipe.end(how);
    this.#pipes.clear();
  }
}

/** One connection through the proxy. */
class Pipe {
  readonly #sockets: readonly [Socket, Socket];

  constructor(proxy: BadNetwork, near: Socket, far: Socket) {
    this.#sockets = [near, far];
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.setNoDelay(true);
      from.on("error", () => {}); // followed by its close
      from.on("close", () => to.destroy());
      carry(proxy, from, to);
    }
  }

  end(how: (socket: Socket) => void): void {
    for (const socket of this.#sockets) how(socket);
  }
}

/** Carries chunks in their order, each when it is due. */
function carry(proxy: BadNetwork, from: Socket, to: Socket): void {
  let lastDueMs = 0;
  from.on("data", (chunk: Buffer) => {
    const waitMs = Math.max(proxy.dueMs(chunk.length), lastDueMs) - performance.now();
    lastDueMs = performance.now() + Math.max(0, waitMs);
    const pass = () => {
      if (!from.destroyed && !to.destroyed) to.write(chunk);
    };
    if (waitMs <= 0) pass();
    else setTimeout(pass, waitMs);
  });
}
