import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo, Socket as NetSocket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import * as z from "zod";

const clientFrame = z.tuple([z.string().nullable(), z.string().nullable(), z.string(), z.string(), z.unknown()]);

export interface ClientFrame {
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
}

export interface Upgrade {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly atMs: number;
}

/** An answer to an upgrade other than yes: an HTTP answer, or silence on an open connection. */
export type UpgradeAnswer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      /** Promises more body than is sent, and keeps the connection open. */
      readonly unfinished?: boolean;
    }
  | "silence";

/** What a join gets: a phx_reply of this status and response, or nothing at all. */
export type JoinAnswer = { readonly status: "ok" | "error"; readonly response: unknown } | "silence";

/** The server's end of one connection, frame by frame. */
export class RawConnection {
  readonly frames: ClientFrame[] = [];
  readonly socket: WebSocket;
  closeCode: number | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("close", (code) => {
      this.closeCode = code;
    });
  }

  /** The topics asked for, in order, repeats included. */
  get joins(): string[] {
    return this.frames.filter(({ event }) => event === "phx_join").map(({ topic }) => topic);
  }

  get leaves(): string[] {
    return this.frames.filter(({ event }) => event === "phx_leave").map(({ topic }) => topic);
  }

  /** The reference of the newest join of a topic. */
  joinRef(topic: string): string {
    const join = this.frames.findLast((frame) => frame.event === "phx_join" && frame.topic === topic);
    if (join?.ref == null) throw new Error(`${topic} was never joined`);
    return join.ref;
  }

  /** A server event as Phoenix sends it, with the join reference of the topic. */
  push(topic: string, event: string, payload: unknown): void {
    this.send([this.joinRef(topic), null, topic, event, payload]);
  }

  /** What Phoenix sends when the process behind a channel crashes. */
  crash(topic: string): void {
    const joinRef = this.joinRef(topic);
    this.send([joinRef, joinRef, topic, "phx_error", { reason: "channel_crash" }]);
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }
}

/** A Phoenix socket on the loopback that does as it is told: by default it accepts everything and answers heartbeats. */
export class RawServer implements AsyncDisposable {
  readonly url: string;
  readonly upgrades: Upgrade[] = [];
  readonly connections: RawConnection[] = [];
  /** Asked for each upgrade, from 0; undefined lets it pass. */
  answerUpgrade: (index: number) => UpgradeAnswer | undefined = () => undefined;
  answerJoin: (topic: string, connection: RawConnection) => JoinAnswer = () => ({ status: "ok", response: {} });
  answersHeartbeats = true;
  /** Joins are answered only by `releaseJoins`. */
  holdJoins = false;
  readonly #held: (() => void)[] = [];
  readonly #http: Server;
  readonly #webSockets: WebSocketServer;
  readonly #sockets = new Set<NetSocket>();

  private constructor(http: Server, webSockets: WebSocketServer) {
    this.#http = http;
    this.#webSockets = webSockets;
    this.url = `ws://127.0.0.1:${portOf(http)}/api/v1/socket`;
    http.on("connection", (socket: NetSocket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    http.on("upgrade", (request, socket: NetSocket, head) => {
      this.upgrades.push({ url: request.url ?? "", headers: request.headers, atMs: performance.now() });
      const answer = this.answerUpgrade(this.upgrades.length - 1);
      if (answer === "silence") return;
      if (answer !== undefined) {
        const body = answer.body ?? "";
        const length = Buffer.byteLength(body) + (answer.unfinished === true ? 1_000 : 0);
        const headers = Object.entries({ ...answer.headers, "content-length": String(length) });
        const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(`HTTP/1.1 ${answer.status} No\r\n${lines.join("")}\r\n${body}`);
        if (answer.unfinished !== true) socket.end();
        return;
      }
      webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket));
    });
  }

  static async start(port = 0): Promise<RawServer> {
    const http = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
    return new RawServer(http, new WebSocketServer({ noServer: true }));
  }

  /** The newest connection. */
  get connection(): RawConnection {
    const newest = this.connections.at(-1);
    if (newest === undefined) throw new Error("nobody is connected");
    return newest;
  }

  /** How many joins wait for `releaseJoins`. */
  get heldJoins(): number {
    return this.#held.length;
  }

  /** Answers the joins held back, oldest first. */
  releaseJoins(count = this.#held.length): void {
    for (const release of this.#held.splice(0, count)) release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.connections) socket.terminate();
    for (const socket of this.#sockets) socket.destroy();
    this.#webSockets.close();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #accept(socket: WebSocket): void {
    const connection = new RawConnection(socket);
    this.connections.push(connection);
    socket.on("message", (data: Buffer) => {
      const [joinRef, ref, topic, event] = clientFrame.parse(JSON.parse(data.toString("utf8")));
      connection.frames.push({ joinRef, ref, topic, event });
      const reply = (answer: JoinAnswer) => {
        if (answer !== "silence") connection.send([joinRef, ref, topic, "phx_reply", answer]);
      };
      if (event === "heartbeat" && this.answersHeartbeats) reply({ status: "ok", response: {} });
      if (event === "phx_leave") reply({ status: "ok", response: {} });
      if (event !== "phx_join") return;
      const join = () => reply(this.answerJoin(topic, connection));
      if (this.holdJoins) this.#held.push(join);
      else join();
    });
  }
}

function portOf(http: Server): number {
  const address: AddressInfo | string | null = http.address();
  if (address === null || typeof address === "string") throw new Error("the server listens on no port");
  return address.port;
}
