import { Socket } from "phoenix";
import type { Environment, WebSocketClass } from "../internal/environment.ts";
import type { Timing } from "../internal/timing.ts";
import type { Logger } from "../logger.ts";
import { type ChannelEvents, type ChannelHost, TopicChannel } from "./channel.ts";
import { decodeFrame } from "./frames.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { isolated } from "./isolated.ts";
import { type Refusal, Transport } from "./transport.ts";

/** The largest wait a timer can hold. The Phoenix client's own deadline for pushes must never pass: ours does. */
const neverMs = 2 ** 31 - 1;

export interface ConnectionOptions {
  readonly socketUrl: string;
  readonly apiKey: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly WebSocket: WebSocketClass;
  readonly environment: Environment;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** How a connection ended, or why there never was one. */
export interface Closing {
  /** The WebSocket's close code, 1006 when there was none. */
  readonly code: number;
  readonly text: string;
  readonly refusal: Refusal | undefined;
}

export interface ConnectionEvents {
  opened(): void;
  /** A frame came that can't be read; this is how it starts. */
  garbled(excerpt: string): void;
  /** It is over; always comes, once, and nothing after it. */
  closed(closing: Closing): void;
}

/**
 * One connection to the platform, from the handshake to the reason it closed. Made anew for each try.
 *
 * connecting → open → closed, or connecting → closed. The official Phoenix client does frames, references and channels on
 * it; its reconnecting, its timeouts and its heartbeat are never used, because they have no jitter and no end, and their
 * timers keep the process alive. No state crosses over to the next connection, so no late answer can either.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  readonly #transport: Transport;
  readonly #socket: Socket;
  readonly #host: ChannelHost;
  #stopTimer: () => void;
  #closed = false;

  /** Starts the handshake. Throws when it can't even be written, as with a key that no header can carry. */
  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    const { environment, timing, logger } = options;
    this.#options = options;
    this.#events = events;
    this.#transport = new Transport(options);
    this.#socket = new Socket(options.socketUrl, {
      transport: this.#transport.WebSocket,
      params: options.parameters,
      timeout: neverMs,
      decode: (data, deliver) => {
        isolated(logger, "reading a frame", () => {
          const decoded = decodeFrame(data);
          if ("frame" in decoded) deliver(decoded.frame);
          else events.garbled(decoded.garbled);
        });
      },
    });
    this.#host = {
      socket: this.#socket,
      environment,
      joinTimeoutMs: timing.joinTimeoutMs,
      unanswered: new Set(),
      isClosing: false,
    };
    this.#socket.onOpen(() => {
      isolated(logger, "opening the connection", () => this.#opened());
    });
    this.#socket.onClose(({ code, reason }) => {
      isolated(logger, "closing the connection", () => this.#ended(code, reason));
    });
    this.#stopTimer = environment.schedule(timing.handshakeTimeoutMs, () => {
      this.#transport.cut(`the handshake was not finished within ${timing.handshakeTimeoutMs} ms`);
    });
    try {
      this.#socket.connect();
    } catch (error) {
      this.#stopTimer();
      throw error;
    }
  }

  /** Joins a topic once. Nothing is told about it after the connection has closed; undefined when that is on its way. */
  join(topic: string, events: ChannelEvents): TopicChannel | undefined {
    return this.#host.isClosing ? undefined : new TopicChannel(this.#host, topic, events);
  }

  /** Says goodbye, waits at most a second for the answer, and closes. No join is answered any more; frames may still come. */
  close(): void {
    this.#host.isClosing = true;
    this.#transport.close();
  }

  /** Drops the connection without a word; for a peer that is suspected dead or of no use. */
  cut(failure: string): void {
    this.#transport.cut(failure);
  }

  #opened(): void {
    this.#stopTimer();
    if (this.#host.isClosing) return;
    const { environment, timing } = this.#options;
    this.#stopTimer = startHeartbeat({
      environment,
      everyMs: timing.heartbeatMs,
      ping: (answered) => this.#socket.ping(answered),
      lost: () => this.#transport.cut(`a heartbeat was not answered within ${timing.heartbeatMs} ms`),
    });
    this.#events.opened();
  }

  #ended(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#host.isClosing = true;
    this.#stopTimer();
    for (const channel of this.#host.unanswered) channel.leave();
    this.#socket.disconnect(); // cancels the reconnect that the client has planned by now
    const { refusal, failure } = this.#transport;
    const text = failure ?? (reason === "" ? `closed with code ${code}` : `closed with code ${code}, ${reason}`);
    this.#events.closed({ code, text, refusal });
  }
}
