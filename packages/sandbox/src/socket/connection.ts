import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { WebSocket } from "ws";
import type { Faults } from "../faults/faults.ts";
import type { Principal, World } from "../world/world.ts";
import { type Channel, Channels } from "./channels.ts";
import { DelayLine } from "./delay-line.ts";
import { type ClientFrame, ok, type Reply, refused, type ServerFrame } from "./frame.ts";
import { Mailbox } from "./mailbox.ts";
import { Outgoing } from "./outgoing.ts";
import type { Serializer } from "./serializer.ts";
import type { SocketSettings } from "./settings.ts";
import { type ChannelProcess, handleTestEvent, readTestJoin } from "./test-channel.ts";
import { accountOf, isOfNoRoom, mayJoin, parseTopic, type Topic } from "./topic.ts";

/** What a connection tells its server. */
export interface ConnectionEvents {
  joined(connection: Connection, topic: string): void;
  /** Left, closed by the platform, crashed, or gone with the connection. */
  parted(connection: Connection, topic: string): void;
  closed(connection: Connection): void;
  /** A test channel speaks to everyone who joined its topic, without itself if `except` says so. */
  broadcast(topic: string, event: string, payload: unknown, except: Connection | undefined): void;
}

/**
 * One WebSocket speaking Phoenix Channels: joins, leaves and heartbeats in, replies and pushes out.
 *
 * Clients only listen here, every change goes through REST: any other event of a client crashes its channel, as an event without a
 * handler does on a Phoenix server. A join that takes long holds up everything on the connection, as it does there. Ends when either
 * side closes or the client is silent for too long.
 */
export class Connection {
  readonly id = randomUUID();
  readonly openedAt = Date.now();
  readonly principal: Principal;
  readonly #webSocket: WebSocket;
  readonly #world: World;
  readonly #faults: Faults;
  readonly #events: ConnectionEvents;
  readonly #settings: SocketSettings;
  readonly #serializer: Serializer;
  readonly #ended = new AbortController();
  readonly #channels: Channels;
  /** What the process behind this socket has to do. */
  readonly #mailbox = new Mailbox(this.#ended.signal);
  readonly #incoming: DelayLine;
  readonly #outgoing: Outgoing;
  readonly #idleTimer: NodeJS.Timeout;
  #silences = 0;

  constructor(input: {
    readonly webSocket: WebSocket;
    readonly principal: Principal;
    readonly world: World;
    readonly faults: Faults;
    readonly events: ConnectionEvents;
    readonly settings: SocketSettings;
    readonly serializer: Serializer;
  }) {
    const { webSocket, settings, serializer } = input;
    this.principal = input.principal;
    this.#webSocket = webSocket;
    this.#world = input.world;
    this.#faults = input.faults;
    this.#events = input.events;
    this.#settings = settings;
    this.#serializer = serializer;
    this.#channels = new Channels(settings.channelLimit, this.#ended.signal);
    this.#incoming = new DelayLine(this.#ended.signal);
    this.#outgoing = new Outgoing({
      faults: input.faults,
      principal: input.principal,
      signal: this.#ended.signal,
      encode: (frame) => serializer.encode(frame),
      write: (data) => {
        if (!this.#isSilent) webSocket.send(data);
      },
    });
    this.#idleTimer = setTimeout(() => {
      if (!this.#isSilent) this.close(settings.idleCloseCode);
    }, settings.idleTimeoutMs).unref();
    webSocket.on("message", (data: Buffer, isBinary: boolean) => this.#arrive(data, isBinary));
    webSocket.on("ping", () => this.#idleTimer.refresh());
    webSocket.on("close", () => this.#end());
    webSocket.on("error", () => {}); // a frame that breaks the WebSocket protocol; ws closes with the right code by itself
  }

  get topics(): readonly string[] {
    return this.#channels.topics;
  }

  /** Sends an event that everyone on a topic gets; nothing when it is not joined. */
  push(topic: string, event: string, payload: unknown): void {
    if (this.#settings.profile === "platform") this.pushFromChannel(topic, event, payload);
    else if (this.#channels.get(topic)) this.#send([null, null, topic, event, payload]);
  }

  /** Sends an event to a joined topic as its channel itself does, with the join_ref; nothing when it is not joined. */
  pushFromChannel(topic: string, event: string, payload: unknown): void {
    const channel = this.#channels.get(topic);
    if (channel) this.#send([channel.pushRef, null, topic, event, payload]);
  }

  /** Sends a frame as it is, whatever was joined. */
  send(frame: ServerFrame): void {
    this.#send(frame);
  }

  /** Ends a channel from this side, `phx_close`; nothing when it is not joined. */
  closeChannel(topic: string): boolean {
    return this.#part(topic, "phx_close", {});
  }

  /** Ends a channel as a crash of its process would; false when it is not joined. */
  crashChannel(topic: string): boolean {
    const payload = this.#settings.crashPayload === "reason" ? { reason: "channel_crash" } : {};
    return this.#part(topic, "phx_error", payload);
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
    this.#webSocket.resume();
    for (const topic of this.#channels.topics) {
      this.#channels.remove(topic);
      this.#events.parted(this, topic);
    }
    this.#events.closed(this);
  }

  #arrive(data: Buffer, isBinary: boolean): void {
    this.#idleTimer.refresh();
    if (this.#isSilent) return;
    this.#incoming.put(this.#faults.latencyMs, () => this.#mailbox.put(() => this.#read(data, isBinary)));
  }

  #read(data: Buffer, isBinary: boolean): void {
    const frame = this.#serializer.decode(data, isBinary);
    if (!frame) this.close(1011);
    else if (frame.topic === "phoenix" && frame.event === "heartbeat") this.#reply(null, frame, ok);
    else if (frame.event === "phx_join") this.#join(frame);
    else this.#toChannel(frame);
  }

  #join(frame: ClientFrame): void {
    const topic = typeof frame.topic === "string" ? parseTopic(frame.topic) : undefined;
    if (!topic) {
      this.#reply(null, frame, refused("unmatched topic"));
      return;
    }
    const fault = this.#faults.takeJoin({ topic: topic.name, principal: this.principal });
    if (fault === "ignore") return;
    const refusal = typeof fault === "object" && "refuse" in fault ? fault.refuse : undefined;
    if (refusal !== undefined) {
      this.#reply(frame.joinRef, frame, refused(refusal));
      return;
    }
    const wish = this.#hasTestChannels ? readTestJoin(frame.payload) : { crashes: false, delayMs: 0 };
    const delayMs = typeof fault === "object" && "delayMs" in fault ? fault.delayMs : wish.delayMs;
    const admit = (): void => this.#admit(frame, topic, wish.crashes);
    if (delayMs > 0) this.#takeLong(delayMs, admit);
    else admit();
  }

  #admit(frame: ClientFrame, topic: Topic, crashes: boolean): void {
    const { name } = topic;
    const previous = this.#channels.get(name);
    const refusal = this.#refusal(topic, crashes);
    if (refusal === undefined) this.#channels.add(name, frame);
    else if (previous) this.#channels.remove(name); // a rejoin ends the old channel first, whatever comes of the new one
    this.#reply(frame.joinRef, frame, refusal === undefined ? ok : refused(refusal));
    if (previous) this.#send([previous.joinRef, previous.joinRef, name, "phx_close", {}]);
    if (refusal === undefined) this.#events.joined(this, name);
    else if (previous) this.#events.parted(this, name);
  }

  #refusal(topic: Topic, crashes: boolean): string | undefined {
    if (!this.#channels.hasRoomFor(topic.name)) return "too many channels joined";
    if (crashes) return "join crashed";
    const isOpen = this.#hasTestChannels && isOfNoRoom(topic, this.#world);
    return isOpen || mayJoin(this.principal, topic, this.#world) ? undefined : "unauthorized";
  }

  get #hasTestChannels(): boolean {
    return this.#settings.profile === "phoenix";
  }

  /** A slow join: the server reads nothing more of this connection, and sends nothing, until it is done. */
  #takeLong(ms: number, action: () => void): void {
    this.#webSocket.pause();
    this.#mailbox.holdUp(ms, () => {
      this.#webSocket.resume();
      action();
    });
  }

  #toChannel(frame: ClientFrame): void {
    const channel = this.#channels.get(frame.topic);
    const isLeave = frame.event === "phx_leave";
    if (!channel) {
      if (isLeave && frame.topic !== "phoenix") this.#reply(frame.joinRef, frame, ok);
      else this.#reply(null, frame, refused("unmatched topic"));
      return;
    }
    if (!this.#isFor(frame, channel) || channel.isLeaving) return; // meant for a channel that ended, or is about to
    channel.isLeaving = isLeave;
    const inTurn = (): void =>
      channel.mailbox.put(() => {
        if (!this.#channels.has(channel)) return;
        if (isLeave) this.#leave(channel, frame);
        else this.#handle(channel, frame);
      });
    if (isLeave && this.#settings.leaveRace === "overtaken") setImmediate(inTurn);
    else inTurn();
  }

  /** Whether a frame means this channel, and not an earlier one of its topic. */
  #isFor({ event, joinRef }: ClientFrame, channel: Channel): boolean {
    if (isDeepStrictEqual(joinRef, channel.joinRef)) return true; // it can be any JSON
    if (event === "phx_leave") return joinRef === null && this.#settings.phoenixVersion === "1.8";
    return joinRef === null || this.#settings.staleJoinRef === "answer";
  }

  #leave(channel: Channel, frame: ClientFrame): void {
    this.#reply(channel.pushRef, frame, ok);
    this.closeChannel(channel.topic);
  }

  #handle(channel: Channel, frame: ClientFrame): void {
    const { topic } = channel;
    if (!this.#hasTestChannels) {
      this.crashChannel(topic);
      return;
    }
    const ifThere = (action: () => void) => (): void => {
      if (this.#channels.has(channel)) action();
    };
    const process: ChannelProcess = {
      reply: (reply) => this.#reply(channel.pushRef, frame, reply),
      broadcast: (event, payload, to) =>
        this.#events.broadcast(topic, event, payload, to === "others" ? this : undefined),
      later: (ms, action) => {
        const timer = setTimeout(ifThere(action), ms);
        this.#ended.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
      },
      holdUp: (ms, action) => channel.mailbox.holdUp(ms, ifThere(action)),
      stop: () => void this.closeChannel(topic),
      crash: () => void this.crashChannel(topic),
    };
    handleTestEvent(frame.event, frame.payload, process);
  }

  #part(topic: string, event: "phx_close" | "phx_error", payload: object): boolean {
    const channel: Channel | undefined = this.#channels.remove(topic);
    if (!channel) return false;
    this.#send([channel.joinRef, channel.joinRef, topic, event, payload]);
    this.#events.parted(this, topic);
    return true;
  }

  #reply(joinRef: unknown, frame: ClientFrame, reply: Reply): void {
    this.#send([joinRef, frame.ref, frame.topic, "phx_reply", reply]);
  }

  #send(frame: ServerFrame): void {
    this.#mailbox.put(() => this.#outgoing.send(frame));
  }

  /** The id of the account this connection speaks for. */
  get accountId(): string {
    return accountOf(this.principal).id;
  }
}
