import { randomUUID } from "node:crypto";
import type { WebSocket } from "ws";
import type { Faults } from "../faults/faults.ts";
import type { Principal, World } from "../world/world.ts";
import { type Channel, Channels } from "./channels.ts";
import { DelayLine } from "./delay-line.ts";
import { type ClientFrame, decodeFrame, ok, type Reply, refused } from "./frame.ts";
import { Outgoing } from "./outgoing.ts";
import { accountOf, mayJoin, parseTopic, type Topic } from "./topic.ts";

/** How a connection behaves. */
export interface ConnectionSettings {
  /** Channels one connection may have joined at a time; no limit by default. */
  readonly channelLimit?: number;
  /** A connection that sends nothing for so many milliseconds is closed; default 45,000. */
  readonly idleTimeoutMs?: number;
  /** The code it is closed with then; default 1000. */
  readonly idleCloseCode?: number;
}

/** What a connection tells its server. */
export interface ConnectionEvents {
  joined(connection: Connection, topic: string): void;
  /** Left, closed by the platform, crashed, or gone with the connection. */
  parted(connection: Connection, topic: string): void;
  closed(connection: Connection): void;
}

/**
 * One WebSocket speaking Phoenix Channels V2: joins, leaves and heartbeats in, replies and pushes out.
 *
 * Clients only listen here, every change goes through REST: any other event of a client crashes its channel, as an event without a
 * handler does on a Phoenix server. Ends when either side closes or the client is silent for too long.
 */
export class Connection {
  readonly id = randomUUID();
  readonly openedAt = Date.now();
  readonly principal: Principal;
  readonly #webSocket: WebSocket;
  readonly #world: World;
  readonly #faults: Faults;
  readonly #events: ConnectionEvents;
  readonly #channels: Channels;
  readonly #ended = new AbortController();
  readonly #incoming: DelayLine;
  readonly #outgoing: Outgoing;
  readonly #idleTimer: NodeJS.Timeout;
  /** Frames of a topic whose join is being delayed, waiting behind it. */
  readonly #behindJoin = new Map<string, ClientFrame[]>();
  #silences = 0;

  constructor(input: {
    readonly webSocket: WebSocket;
    readonly principal: Principal;
    readonly world: World;
    readonly faults: Faults;
    readonly events: ConnectionEvents;
    readonly settings: ConnectionSettings;
  }) {
    const { webSocket, settings } = input;
    this.principal = input.principal;
    this.#webSocket = webSocket;
    this.#world = input.world;
    this.#faults = input.faults;
    this.#events = input.events;
    this.#channels = new Channels(settings.channelLimit ?? Number.POSITIVE_INFINITY);
    this.#incoming = new DelayLine(this.#ended.signal);
    this.#outgoing = new Outgoing({
      faults: input.faults,
      principal: input.principal,
      signal: this.#ended.signal,
      write: (frame) => {
        if (!this.#isSilent) webSocket.send(JSON.stringify(frame));
      },
    });
    this.#idleTimer = setTimeout(() => {
      if (!this.#isSilent) this.close(settings.idleCloseCode ?? 1000);
    }, settings.idleTimeoutMs ?? 45_000).unref();
    webSocket.on("message", (data: Buffer, isBinary: boolean) => this.#arrive(data, isBinary));
    webSocket.on("ping", () => this.#idleTimer.refresh());
    webSocket.on("close", () => this.#end());
    webSocket.on("error", () => {}); // a frame that breaks the WebSocket protocol; ws closes with the right code by itself
  }

  get topics(): readonly string[] {
    return this.#channels.topics;
  }

  /** Sends an event to a joined topic; nothing when it is not joined. */
  push(topic: string, event: string, payload: object): void {
    const channel = this.#channels.get(topic);
    if (channel) this.#outgoing.send([channel.pushRef, null, topic, event, payload]);
  }

  /** Ends a channel from this side, `phx_close`; nothing when it is not joined. */
  closeChannel(topic: string): void {
    this.#part(topic, "phx_close", {});
  }

  /** Ends a channel as a crash of its process would; false when it is not joined. */
  crashChannel(topic: string): boolean {
    return this.#part(topic, "phx_error", { reason: "channel_crash" });
  }

  /** Closes in order: what was pushed before goes out first. A silent connection can't say goodbye and is cut. */
  close(code: number): void {
    if (this.#isSilent) this.cut();
    else
      this.#outgoing.afterwards(() => {
        this.#webSocket.close(code);
        this.#end();
      });
  }

  /** Destroys the TCP connection, with no closing frame. */
  cut(): void {
    this.#webSocket.terminate();
    this.#end();
  }

  /** Sends nothing and hears nothing until the returned function is called; TCP stays up. */
  silence(): () => void {
    this.#silences += 1;
    let lifted = false;
    return () => {
      if (!lifted) this.#silences -= 1;
      lifted = true;
    };
  }

  get #isSilent(): boolean {
    return this.#silences > 0;
  }

  #end(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    clearTimeout(this.#idleTimer);
    for (const topic of this.#channels.topics) {
      this.#channels.remove(topic);
      this.#events.parted(this, topic);
    }
    this.#events.closed(this);
  }

  #arrive(data: Buffer, isBinary: boolean): void {
    this.#idleTimer.refresh();
    if (this.#isSilent) return;
    this.#incoming.put(this.#faults.latencyMs, () => {
      const frame = decodeFrame(data, isBinary);
      if (frame) this.#receive(frame);
      else this.close(1011);
    });
  }

  #receive(frame: ClientFrame): void {
    const { topic, event } = frame;
    const waiting = typeof topic === "string" ? this.#behindJoin.get(topic) : undefined;
    if (waiting) waiting.push(frame);
    else if (topic === "phoenix" && event === "heartbeat") this.#reply(null, frame, ok);
    else if (event === "phx_join") this.#join(frame);
    else this.#toChannel(frame);
  }

  #join(frame: ClientFrame): void {
    const topic = typeof frame.topic === "string" ? parseTopic(frame.topic) : undefined;
    if (!topic) {
      this.#reply(null, frame, refused("unmatched topic"));
      return;
    }
    const fault = this.#faults.takeJoin({ topic: topic.name, principal: this.principal });
    if (fault === undefined) this.#admit(frame, topic);
    else if (fault === "ignore") return;
    else if ("refuse" in fault) this.#reply(frame.joinRef, frame, refused(fault.refuse));
    else this.#admitLater(frame, topic, fault.delayMs);
  }

  #admit(frame: ClientFrame, topic: Topic): void {
    const { name } = topic;
    const previous = this.#channels.get(name);
    const refusal = !this.#channels.hasRoomFor(name)
      ? "too many channels joined"
      : !mayJoin(this.principal, topic, this.#world)
        ? "unauthorized"
        : undefined;
    if (refusal === undefined) this.#channels.add(name, frame);
    else if (previous) this.#channels.remove(name); // a rejoin ends the old channel first, whatever comes of the new one
    this.#reply(frame.joinRef, frame, refusal === undefined ? ok : refused(refusal));
    if (previous) this.#outgoing.send([previous.joinRef, previous.joinRef, name, "phx_close", {}]);
    if (refusal === undefined) this.#events.joined(this, name);
    else if (previous) this.#events.parted(this, name);
  }

  /** A slow join: what follows on its topic waits behind it, other topics go on. */
  #admitLater(frame: ClientFrame, topic: Topic, delayMs: number): void {
    this.#behindJoin.set(topic.name, []);
    const timer = setTimeout(() => {
      const waiting = this.#behindJoin.get(topic.name) ?? [];
      this.#behindJoin.delete(topic.name);
      this.#admit(frame, topic);
      for (const next of waiting) this.#receive(next);
    }, delayMs);
    this.#ended.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }

  #toChannel(frame: ClientFrame): void {
    const channel = this.#channels.get(frame.topic);
    const isLeave = frame.event === "phx_leave";
    if (!channel) {
      if (isLeave && frame.topic !== "phoenix") this.#reply(frame.joinRef, frame, ok);
      else this.#reply(null, frame, refused("unmatched topic"));
      return;
    }
    if (frame.joinRef !== null && frame.joinRef !== channel.joinRef) return; // meant for a channel that ended
    if (isLeave) {
      this.#reply(channel.pushRef, frame, ok);
      this.closeChannel(channel.topic);
    } else this.crashChannel(channel.topic);
  }

  #part(topic: string, event: "phx_close" | "phx_error", payload: object): boolean {
    const channel: Channel | undefined = this.#channels.remove(topic);
    if (!channel) return false;
    this.#outgoing.send([channel.joinRef, channel.joinRef, topic, event, payload]);
    this.#events.parted(this, topic);
    return true;
  }

  #reply(joinRef: unknown, frame: ClientFrame, reply: Reply): void {
    this.#outgoing.send([joinRef, frame.ref, frame.topic, "phx_reply", reply]);
  }

  /** The id of the account this connection speaks for. */
  get accountId(): string {
    return accountOf(this.principal).id;
  }
}
