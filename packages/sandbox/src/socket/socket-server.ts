import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { type WebSocket, WebSocketServer } from "ws";
import type { RequestFault } from "../faults/fault.ts";
import type { Faults, SocketWhere } from "../faults/faults.ts";
import { glob, isNamed } from "../faults/where.ts";
import type { News } from "../world/news.ts";
import type { Principal, World } from "../world/world.ts";
import { AgentSockets } from "./agent-sockets.ts";
import { Connection, type ConnectionSettings } from "./connection.ts";
import { pushesOf } from "./pushes.ts";
import { answerUpgrade, refuseUpgrade } from "./refused-upgrade.ts";
import { topicsOfRoom } from "./topic.ts";
import { type Admission, admit, isSocketPath } from "./upgrade.ts";

/** The largest frame a client may send, as on a Phoenix server; more closes the socket with 1009. */
const maxFrameBytes = 10_000_000;

/** An open socket, as a test may look at it. */
export interface OpenSocket {
  readonly id: string;
  /** Topics joined, in the order they were joined. */
  readonly topics: readonly string[];
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
}

/** An upgrade that was answered, for the log of requests. */
export type UpgradeListener = (answer: {
  readonly path: string;
  readonly status: number;
  readonly principal: Principal | undefined;
}) => void;

/**
 * The platform's socket: opens connections, turns news of the world into frames, and knows who is connected.
 *
 * Disposed of, it closes every connection with 1012, as a server that restarts does.
 */
export class SocketServer implements Disposable {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #settings: ConnectionSettings;
  readonly #onUpgrade: UpgradeListener;
  readonly #connections = new Set<Connection>();
  readonly #byTopic = new Map<string, Set<Connection>>();
  readonly #agents = new AgentSockets();
  readonly #unsubscribe: () => void;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    handleProtocols: () => false,
  });

  constructor(
    world: World,
    options: ConnectionSettings & { readonly faults: Faults; readonly onUpgrade?: UpgradeListener },
  ) {
    this.#world = world;
    this.#settings = options;
    this.#faults = options.faults;
    this.#onUpgrade = options.onUpgrade ?? (() => {});
    this.#unsubscribe = world.subscribe((news) => this.#tell(news));
    this.#webSockets.on("headers", (headers) => headers.push("cache-control: max-age=0, private, must-revalidate"));
    this.#faults.attach({
      close: (where) => this.#each(where, (connection) => connection.close(where.code ?? 1000)),
      cut: (where) => this.#each(where, (connection) => connection.cut()),
      silence: (where) => this.#silence(where),
      crash: (where) => this.#crash(where),
    });
  }

  /** The listener for `upgrade` of an HTTP server. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy()); // a client that hangs up while it is being refused
    const { pathname } = new URL(request.url ?? "/", "http://sandbox");
    if (!isSocketPath(pathname)) {
      refuseUpgrade(socket, { status: 404, code: "not_found", message: "No socket at this path" });
      return;
    }
    const admission = admit(request, this.#world);
    const principal = "status" in admission ? undefined : admission.principal;
    const fault = this.#faults.takeRequest({ method: "UPGRADE", path: pathname, principal });
    const delayMs = 2 * this.#faults.latencyMs + (fault && "delayMs" in fault ? (fault.delayMs ?? 0) : 0);
    const answer = (): void => {
      if (socket.destroyed) return;
      const status = this.#answer(request, socket, head, fault);
      if (status !== undefined) this.#onUpgrade({ path: pathname, status, principal });
    };
    if (delayMs === 0) answer();
    else void pause(delayMs, undefined, { ref: false }).then(answer);
  }

  /** The sockets of an account that are open, oldest first. */
  openSockets(accountId: string): readonly OpenSocket[] {
    const open = [...this.#connections].filter((connection) => connection.accountId === accountId);
    return open.map(({ id, topics, openedAt }) => ({ id, topics, openedAt }));
  }

  /** Closes every connection; 1012 is what a restart says. */
  closeAll(code = 1012): void {
    for (const connection of this.#connections) connection.close(code);
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.closeAll();
    for (const connection of this.#connections) connection.cut(); // those a scripted latency still holds
    this.#webSockets.close();
  }

  #answer(request: IncomingMessage, socket: Duplex, head: Buffer, fault: RequestFault | undefined): number | undefined {
    if (fault && "status" in fault) {
      answerUpgrade(socket, fault);
      return fault.status;
    }
    if (fault && "cut" in fault) return void socket.destroy();
    if (fault && "hang" in fault) return undefined;
    const admission = admit(request, this.#world);
    const refusal = "status" in admission ? admission : this.#conflict(admission);
    if (refusal) {
      refuseUpgrade(socket, refusal);
      return refusal.status;
    }
    if ("status" in admission) return undefined;
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#open(webSocket, admission));
    return 101;
  }

  #conflict({ principal, onConflict }: Admission) {
    return principal.kind === "Agent" ? this.#agents.refusal(principal.agent.id, onConflict) : undefined;
  }

  #open(webSocket: WebSocket, { principal, speaksV2 }: Admission): void {
    const connection = new Connection({
      webSocket,
      principal,
      world: this.#world,
      faults: this.#faults,
      settings: this.#settings,
      events: {
        joined: (joined, topic) => this.#joined(joined, topic),
        parted: (parted, topic) => this.#parted(parted, topic),
        closed: (closed) => this.#closed(closed),
      },
    });
    this.#connections.add(connection);
    if (!speaksV2) connection.close(1011);
    else if (principal.kind === "Agent") this.#agents.take(principal.agent.id, connection);
  }

  #joined(connection: Connection, topic: string): void {
    const connections = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, connections.add(connection));
    this.#listen(connection, topic, true);
  }

  #parted(connection: Connection, topic: string): void {
    const connections = this.#byTopic.get(topic);
    connections?.delete(connection);
    if (connections?.size === 0) this.#byTopic.delete(topic);
    const { accountId } = connection;
    const another = [...(connections ?? [])].some((other) => other.accountId === accountId);
    if (!another) this.#listen(connection, topic, false);
  }

  #listen(connection: Connection, topic: string, listening: boolean): void {
    if (connection.principal.kind !== "Agent" || !topic.startsWith("chat_room:")) return;
    this.#world.setListening(connection.accountId, topic.slice("chat_room:".length), listening);
  }

  #closed(connection: Connection): void {
    this.#connections.delete(connection);
    this.#agents.release(connection.accountId, connection);
  }

  #tell(news: News): void {
    for (const { topic, event, payload, isFor } of pushesOf(news)) {
      for (const connection of this.#byTopic.get(topic) ?? []) {
        if (isFor(connection.principal)) connection.push(topic, event, payload);
      }
    }
    if (news.type === "room_removed") this.#expel(news.room.id, news.from.id);
    if (news.type === "room_deleted") this.#expel(news.roomId);
    if (news.type === "agent_deleted") {
      this.#each({ agent: news.agent.id }, (connection) => connection.close(1000));
    }
  }

  /** Ends the channels of a room: of one account that is no longer in it, or of all. */
  #expel(roomId: string, accountId?: string): void {
    for (const topic of topicsOfRoom(roomId)) {
      for (const connection of this.#byTopic.get(topic) ?? []) {
        if (accountId === undefined || connection.accountId === accountId) connection.closeChannel(topic);
      }
    }
  }

  #each(where: SocketWhere, action: (connection: Connection) => void): number {
    const chosen = [...this.#connections].filter(({ principal }) => isNamed(principal, where.agent));
    for (const connection of chosen) action(connection);
    return chosen.length;
  }

  #silence(where: SocketWhere): () => void {
    const lifts: (() => void)[] = [];
    this.#each(where, (connection) => lifts.push(connection.silence()));
    return () => {
      for (const lift of lifts) lift();
    };
  }

  #crash(where: SocketWhere & { readonly topic: string }): number {
    let crashed = 0;
    this.#each(where, (connection) => {
      for (const topic of connection.topics) {
        if (glob(where.topic, topic) && connection.crashChannel(topic)) crashed += 1;
      }
    });
    return crashed;
  }
}
