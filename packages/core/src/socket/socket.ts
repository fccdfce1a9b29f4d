import { SocketError } from "../errors.ts";
import type { Environment, WebSocketClass } from "../internal/environment.ts";
import type { Timing } from "../internal/timing.ts";
import type { Logger } from "../logger.ts";
import { parseSocketEvent, type SocketEvent } from "../wire/socket-event.ts";
import { roomNamedIn } from "../wire/topics.ts";
import { type Account, keyAdvice, upgradeParameters } from "./account.ts";
import { AccountTopics } from "./account-topics.ts";
import { type Closing, Connection } from "./connection.ts";
import { isolated } from "./isolated.ts";
import { Reconnection } from "./reconnection.ts";
import { refusalText, refusedError } from "./refusal.ts";
import { Rooms } from "./rooms.ts";

/** What a WebSocket reports as close code when no close frame came. */
const noCloseFrame = 1006;

export interface AccountSocketOptions {
  /** `wss://…/api/v1/socket`, without the `/websocket` that Phoenix adds. */
  readonly socketUrl: string;
  readonly apiKey: string;
  readonly account: Account;
  readonly WebSocket: WebSocketClass;
  readonly environment: Environment;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** Who is told what happens. What these throw, now or later, is logged and changes nothing. */
export interface AccountSocketListener {
  /**
   * The account's own topics are joined. List the rooms now and call {@link AccountSocket.setRooms}: nothing is replayed.
   *
   * Comes on each connection, and again when the topic that tells about rooms had crashed and was joined anew.
   */
  connected(): void;
  /** A connection that was `connected` is lost; the next try follows by itself. */
  disconnected(reason: { readonly code: number | undefined; readonly text: string }): void;
  /** The room's topic was joined: on each connection, and again after a channel crash. What was said before must be fetched. */
  joined(roomId: string): void;
  /** The room's topic can't be had on this connection: `unauthorized`, `unmatched topic`, `too many channels joined`, or the server `closed` it. */
  refused(roomId: string, reason: string): void;
  event(event: SocketEvent): void;
  /** It is over, and no further try is made: the key or the request is refused, or another process took over. */
  ended(error: SocketError): void;
}

/**
 * The live connection of one account, kept up for as long as the network and the platform allow.
 *
 * idle → connecting → connected → waiting → connecting → …, and → ended from anywhere: by `close`, by a refusal that no
 * further try will change, or because another process took over. On each connection the account's own topics are joined
 * first, then the rooms named by `setRooms`. It brings news only; what to do is read over REST.
 */
export class AccountSocket implements AsyncDisposable {
  readonly #options: AccountSocketOptions;
  readonly #listener: AccountSocketListener;
  readonly #reconnection: Reconnection;
  readonly #watched = new Set<string>();
  #state: "idle" | "connecting" | "connected" | "waiting" | "ended" = "idle";
  #connection: Connection | undefined;
  #topics: AccountTopics | undefined;
  #rooms: Rooms | undefined;
  #cancelWait = () => {};
  #connections = 0;
  /** Why the topic that tells about rooms was refused, until that connection is gone. */
  #refusedTopic: string | undefined;
  #lastComplaint = "";
  #settleClosed = () => {};
  readonly #closed = new Promise<void>((resolve) => {
    this.#settleClosed = resolve;
  });

  constructor(options: AccountSocketOptions, listener: AccountSocketListener) {
    this.#options = options;
    this.#listener = listener;
    this.#reconnection = new Reconnection(options.environment, options.timing);
  }

  get state(): "idle" | "connecting" | "connected" | "waiting" | "ended" {
    return this.#state;
  }

  /** How many rooms can be heard at this moment. */
  get joinedRooms(): number {
    return this.#rooms?.joined ?? 0;
  }

  /** How often a connection was had again after one was lost. */
  get reconnects(): number {
    return Math.max(0, this.#connections - 1);
  }

  /** Starts connecting, and never gives up by itself. Does nothing the second time. */
  open(): void {
    if (this.#state === "idle") this.#connect();
  }

  /** Ends everything. Settles when the connection is closed, after a second at most; the listener is told nothing more. */
  close(): Promise<void> {
    this.#end();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Joins these rooms in this order and leaves all others.
   *
   * Counts for the present connection only, and does nothing without one: `connected` asks for the rooms anew. Rooms that
   * were refused on it are not asked for again.
   */
  setRooms(roomIds: readonly string[]): void {
    this.#rooms?.setRooms(roomIds);
  }

  /** Joins a room before all that wait, also one that was refused. Counts for the present connection only. */
  addRoom(roomId: string): void {
    this.#rooms?.addRoom(roomId);
  }

  removeRoom(roomId: string): void {
    this.#watched.delete(roomId);
    this.#rooms?.removeRoom(roomId);
  }

  /** Brings `participant_added`, `participant_removed` and `room_deleted` of a room, on this connection and each later one. */
  watchParticipants(roomId: string): void {
    this.#watched.add(roomId);
    this.#rooms?.watchParticipants(roomId);
  }

  unwatchParticipants(roomId: string): void {
    this.#watched.delete(roomId);
    this.#rooms?.unwatchParticipants(roomId);
  }

  #connect(): void {
    const { socketUrl, apiKey, account, WebSocket, environment, timing, logger } = this.#options;
    this.#state = "connecting";
    try {
      this.#connection = new Connection(
        {
          socketUrl,
          apiKey,
          parameters: upgradeParameters(account),
          WebSocket,
          environment,
          timing,
          logger,
        },
        {
          opened: () => this.#opened(),
          garbled: (excerpt) => this.#news({ type: "malformed", roomId: roomNamedIn(excerpt), event: "" }),
          closed: (closing) => this.#lost(closing),
        },
      );
    } catch {
      // The cause may quote the header; what it could say is only ever this.
      const text = `${socketUrl} can't be connected to: check that the API key holds no line break or other character a header can't carry.`;
      this.#finish(new SocketError("socket.refused", text));
    }
  }

  #opened(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const { account, environment, timing, logger } = this.#options;
    const shared = { join: connection.join.bind(connection), environment, timing };
    const events = {
      event: (topic: string, event: string, payload: unknown) =>
        this.#news(parseSocketEvent({ topic, event, payload })),
      note: (text: string) => logger.warn(text),
    };
    const topics = new AccountTopics(
      { ...shared, account },
      {
        ...events,
        ready: () => {
          this.#rooms ??= new Rooms(
            { ...shared, watched: this.#watched },
            {
              ...events,
              joined: (roomId) => this.#tell("joined", () => this.#listener.joined(roomId)),
              refused: (roomId, reason) => this.#tell("refused", () => this.#listener.refused(roomId, reason)),
            },
          );
          this.#ready();
        },
        refused: (text) => {
          this.#refusedTopic = text;
          connection.cut(text);
        },
      },
    );
    this.#topics = topics;
    topics.start();
  }

  #ready(): void {
    if (this.#state === "connecting") {
      this.#state = "connected";
      this.#connections += 1;
      this.#reconnection.connected();
      if (this.#lastComplaint !== "") this.#options.logger.info(`connected to ${this.#options.socketUrl} again`);
      this.#lastComplaint = "";
    }
    this.#tell("connected", () => this.#listener.connected());
  }

  #news(event: SocketEvent): void {
    this.#tell("event", () => this.#listener.event(event));
    if (event.type === "superseded") this.#finish(supersededError(this.#options.socketUrl, ""));
  }

  #lost(closing: Closing): void {
    const unheard = this.#options.account.kind === "agent" && this.#topics?.hearsOfTakeOver !== true;
    this.#topics?.stop();
    this.#rooms?.stop();
    this.#topics = undefined;
    this.#rooms = undefined;
    this.#connection = undefined;
    if (this.#state === "ended") {
      this.#settleClosed();
      return;
    }
    const { socketUrl, apiKey, account } = this.#options;
    const { code, refusal } = closing;
    const text = refusal === undefined ? closing.text : refusalText(refusal, apiKey);
    const refusedTopic = this.#refusedTopic;
    this.#refusedTopic = undefined;
    if (this.#state === "connected") {
      const reason = { code: code === noCloseFrame ? undefined : code, text };
      this.#tell("disconnected", () => this.#listener.disconnected(reason));
    }
    const verdict = this.#reconnection.lost({ code, refusal, topicRefused: refusedTopic !== undefined, unheard });
    if (verdict.kind === "wait") this.#waitAndConnect(verdict.delayMs, text);
    else if (verdict.kind === "replaced")
      this.#finish(
        supersededError(socketUrl, "the connection was closed again and again soon after it was had: it seems that "),
      );
    else
      this.#finish(
        refusal
          ? refusedError(socketUrl, refusal, { apiKey, account })
          : refusedTopicError(socketUrl, refusedTopic ?? text, account),
      );
  }

  #waitAndConnect(delayMs: number, text: string): void {
    if (this.#state === "ended") return; // closed by the listener just now
    const { environment, logger, socketUrl } = this.#options;
    const line = `${socketUrl}: ${text}; next try in ${(delayMs / 1_000).toFixed(1)} s`;
    if (text === this.#lastComplaint) logger.debug(line);
    else logger.warn(line);
    this.#lastComplaint = text;
    this.#state = "waiting";
    this.#cancelWait = environment.schedule(delayMs, () => this.#connect());
  }

  #finish(error: SocketError): void {
    if (this.#state === "ended") return;
    this.#end();
    isolated(this.#options.logger, "the socket's listener (ended)", () => this.#listener.ended(error));
  }

  #end(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#cancelWait();
    if (this.#connection === undefined) this.#settleClosed();
    else this.#connection.close();
  }

  /** Tells the listener, unless it is over. */
  #tell(what: string, tell: () => unknown): void {
    if (this.#state !== "ended") isolated(this.#options.logger, `the socket's listener (${what})`, tell);
  }
}

function supersededError(socketUrl: string, sign: string): SocketError {
  const text = `${socketUrl}: ${sign}another process connected with this agent's key and took over; only one can run at a time, so stop the other one, or give this one a key of its own.`;
  return new SocketError("socket.superseded", text);
}

function refusedTopicError(socketUrl: string, text: string, account: Account): SocketError {
  return new SocketError("socket.refused", `${socketUrl}: ${text}; ${keyAdvice(account)}.`);
}
