import { type Connection, resolveConnection } from "../config/connection.ts";
import { ConfigError } from "../errors.ts";
import { type Environment, keptAlive, sleep, systemEnvironment } from "../internal/environment.ts";
import type { Logger } from "../logger.ts";
import type { Notice, TurnOutcome } from "../model/notice.ts";
import type { Identity } from "../model/participant.ts";
import type { MentionInput } from "../outbox/mentions.ts";
import { RestClient } from "../rest/client.ts";
import { createRoom } from "../rest/rooms.ts";
import type { Session } from "../rest/session.ts";
import { Ledger } from "../room/ledger.ts";
import { AccountSocket } from "../socket/socket.ts";
import { AttemptBook } from "../turn/attempt-book.ts";
import { startNoteOf } from "../turn/start-note.ts";
import type { RoomVoice } from "../turn/turn.ts";
import { ContactNews } from "./contact-news.ts";
import { type DrainResult, drainRooms, workUntil } from "./drain.ts";
import { identify } from "./identify.ts";
import { Live } from "./live.ts";
import { type NoticeOf, Notices } from "./notices.ts";
import { loggerOf, type ResolvedOptions, type RoomAgentOptions, resolveOptions, timingOf } from "./options.ts";
import { outsideVoice } from "./outside-voice.ts";
import { Patrol } from "./patrol.ts";
import type { Platform } from "./platform.ts";
import { Presence } from "./presence.ts";
import { promptMessage } from "./prompt.ts";
import { redactedLogger } from "./redacted-logger.ts";
import { roomClientOf } from "./room-client.ts";
import { onStopSignal } from "./signals.ts";
import { Slots } from "./slots.ts";
import { type AgentStatus, statusOf } from "./status.ts";
import { reasonFor, type StopReason, stopReason } from "./stop-reason.ts";
import type { Workshop } from "./workshop.ts";

const looksAtOnce = 32;
const defaultGraceMs = 25_000;
/** The share of the grace after which turns that still run are cut. */
const graceForTurns = 0.8;

/** Your agent at work in Thenvoi rooms. Made by {@link createRoomAgent}. */
export interface RoomAgent extends AsyncDisposable {
  /**
   * Starts, stays until it is stopped, by `stop()`, SIGINT, SIGTERM or the platform, and sets `process.exitCode`.
   *
   * Never rejects: a mistake in the settings is logged as one sentence and is the reason it ends with.
   */
  run(): Promise<StopReason>;
  /** Ends when the agent is live. Installs nothing on the process. Rejects with {@link ConfigError} or {@link SocketError}; an unreachable platform is waited for. */
  start(): Promise<void>;
  /**
   * Claims nothing more, lets running turns finish, cuts them at four fifths of `graceMs` (default 25,000), and disconnects.
   * A message whose turn was cut is left for the next process.
   */
  stop(options?: { readonly graceMs?: number }): Promise<StopReason>;
  /**
   * One pass over all rooms without a live connection, for cron and serverless. Starts no turn that can't end within
   * `timeoutMs` (default 60,000). Not for an agent that is started.
   */
  drain(options?: { readonly timeoutMs?: number }): Promise<DrainResult>;
  /** Works one room from its oldest message until the given one is settled, without a live connection. For webhooks. */
  handleOnce(ref: { readonly roomId: string; readonly messageId: string }): Promise<TurnOutcome>;
  /** A way to speak in a room from outside a turn. */
  room(id: string): RoomVoice;
  /** Runs the handler in the room's order with no message behind it; ends with how the run ended. */
  wake(prompt: {
    readonly roomId: string;
    readonly prompt: string;
    readonly mentions: readonly MentionInput[];
  }): Promise<TurnOutcome>;
  /** How things stand now. */
  status(): AgentStatus;
  /** Calls the listener with each notice of a type; the answer ends that. */
  on<Type extends Notice["type"]>(type: Type, listener: (notice: NoticeOf<Type>) => void): () => void;
  /** Who the agent is; undefined until the platform has told. */
  readonly identity: Identity | undefined;
}

/**
 * Puts an agent into Thenvoi rooms: from now on it answers what mentions it.
 *
 * Nothing happens before `run()`, `start()`, `drain()` or `handleOnce()`. Throws {@link ConfigError} when an option is wrong.
 */
export function createRoomAgent(options: RoomAgentOptions): RoomAgent {
  return createRoomAgentIn(systemEnvironment, options);
}

/** The same in a world of the caller's: its clock, chance and network. For whole histories on a virtual clock. */
export function createRoomAgentIn(environment: Environment, options: RoomAgentOptions): RoomAgent {
  return new Agent(environment, options, resolveOptions(options));
}

class Agent implements RoomAgent {
  readonly #environment: Environment;
  readonly #options: RoomAgentOptions;
  readonly #resolved: ResolvedOptions;
  readonly #logger: Logger;
  readonly #notices: Notices;
  readonly #closing = new AbortController();
  readonly #ended = new AbortController();
  readonly #over = Promise.withResolvers<StopReason>();
  #apiKey: string | undefined;
  #platform: Promise<Platform> | undefined;
  #built: Platform | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<StopReason> | undefined;
  #endedBy: StopReason | undefined;
  #isOver = false;
  #release = () => {};

  constructor(environment: Environment, options: RoomAgentOptions, resolved: ResolvedOptions) {
    this.#environment = environment;
    this.#options = options;
    this.#resolved = resolved;
    this.#logger = redactedLogger(loggerOf(options), () => (this.#apiKey === undefined ? [] : [this.#apiKey]));
    this.#notices = new Notices(this.#logger);
  }

  get identity(): Identity | undefined {
    return this.#built?.session.identity;
  }

  async run(): Promise<StopReason> {
    const release = onStopSignal(() => void this.#stop(stopReason("signal"), defaultGraceMs));
    try {
      await this.start();
    } catch (error) {
      if (!this.#closing.signal.aborted) {
        const reason = reasonFor(error);
        this.#logger.error(reason.error?.message ?? reason.kind);
        void this.#stop(reason, 0);
      }
    }
    const reason = await this.#over.promise;
    release();
    process.exitCode = reason.exitCode;
    return reason;
  }

  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  stop(options: { readonly graceMs?: number } = {}): Promise<StopReason> {
    return this.#stop(stopReason("requested"), options.graceMs ?? defaultGraceMs);
  }

  async drain(options: { readonly timeoutMs?: number } = {}): Promise<DrainResult> {
    this.#refuseWhenStarted("drain()");
    return keptAlive(this.#environment, async () => {
      const { session, presence } = await this.#reach();
      const endsAtMs = session.environment.monotonicMs() + (options.timeoutMs ?? 60_000);
      await presence.list(undefined);
      const { turnTimeoutMs, concurrency: roomsAtOnce } = this.#resolved;
      return drainRooms(presence.residents, { session, turnTimeoutMs, roomsAtOnce, endsAtMs });
    });
  }

  async handleOnce(ref: { readonly roomId: string; readonly messageId: string }): Promise<TurnOutcome> {
    this.#refuseWhenStarted("handleOnce()");
    return keptAlive(this.#environment, async () => {
      const { session, presence } = await this.#reach();
      return workUntil(presence.worker(ref.roomId), ref.messageId, session);
    });
  }

  room(id: string): RoomVoice {
    const reach = async () => (await this.#reach()).presence.worker(id).room;
    return outsideVoice({
      environment: this.#environment,
      id,
      reach,
      toolPrefix: () => `${resolveConnection(this.#options, process.env).preset}_`,
    });
  }

  async wake(prompt: {
    readonly roomId: string;
    readonly prompt: string;
    readonly mentions: readonly MentionInput[];
  }): Promise<TurnOutcome> {
    const { session, presence } = await this.#reach();
    const message = promptMessage(session, { roomId: prompt.roomId, text: prompt.prompt });
    const worker = presence.worker(prompt.roomId);
    return keptAlive(session.environment, () => worker.prompt({ message, mentions: prompt.mentions }));
  }

  status(): AgentStatus {
    return statusOf(this.#built, this.#notices, {
      stopped: this.#endedBy,
      stopping: this.#closing.signal.aborted,
      isOver: this.#isOver,
    });
  }

  on<Type extends Notice["type"]>(type: Type, listener: (notice: NoticeOf<Type>) => void): () => void {
    return this.#notices.on(type, listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop({ graceMs: 0 });
  }

  async #start(): Promise<void> {
    if (this.#closing.signal.aborted)
      throw new ConfigError("config.invalid", "The agent was stopped; create another to start again.");
    this.#release = this.#environment.keepAlive();
    try {
      const [platform, WebSocket] = await Promise.all([this.#reach(), this.#environment.loadWebSocket()]);
      this.#closing.signal.throwIfAborted();
      const { session, connection, presence, live, shop } = platform;
      const { identity, environment, timing, logger } = session;
      const listed = Promise.withResolvers<number>();
      live.on({ listed: listed.resolve, ended: (error) => this.#endedFromOutside(error, listed.reject) });
      const { socketUrl, apiKey } = connection;
      const { onConflict } = this.#resolved;
      const socket = new AccountSocket(
        {
          socketUrl,
          apiKey,
          account: { kind: "agent", id: identity.id, onConflict },
          WebSocket,
          environment,
          timing,
          logger,
        },
        live,
      );
      live.attach(socket);
      const patrol = new Patrol(session, () => presence.residents, live.polled);
      shop.closing.addEventListener("abort", () => patrol[Symbol.dispose](), { once: true });
      socket.open();
      patrol.start();
      const rooms = await untilAborted<number>(listed.promise, this.#closing.signal);
      logger.info(
        `${identity.handle} is in ${rooms} ${rooms === 1 ? "room" : "rooms"} on ${new URL(connection.restUrl).host}`,
      );
      const note = startNoteOf(this.#resolved.handler);
      if (note !== undefined) logger.info(note);
      session.notify({ type: "live", rooms });
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** The platform took something away for good: the key, or the connection. */
  #endedFromOutside(error: Error, reject: (error: Error) => void): void {
    reject(error);
    const reason = reasonFor(error);
    if (!this.#closing.signal.aborted) this.#logger.error(error.message);
    for (const worker of this.#built?.presence.workers.values() ?? []) worker.cut("ended");
    this.#ended.abort(error);
    void this.#stop(reason, 0);
  }

  #stop(reason: StopReason, graceMs: number): Promise<StopReason> {
    this.#stopping ??= this.#windDown(reason, graceMs);
    return this.#stopping;
  }

  async #windDown(reason: StopReason, graceMs: number): Promise<StopReason> {
    this.#endedBy = reason;
    this.#closing.abort(new DOMException("The agent is stopping.", "AbortError"));
    const platform = this.#built;
    if (platform !== undefined) {
      const { environment } = platform.session;
      const workers = [...platform.presence.workers.values()];
      const idle = Promise.all(workers.map((worker) => worker.idle()));
      await Promise.race([idle, sleep(environment, graceMs * graceForTurns)]);
      for (const worker of workers) worker.cut("shutdown");
      await Promise.race([idle, sleep(environment, Math.max(graceMs * (1 - graceForTurns), 100))]);
      this.#ended.abort(new DOMException("The agent has ended.", "AbortError"));
      for (const worker of workers) worker.cut("ended");
      await platform.live.close();
    }
    this.#release();
    platform?.session.notify({ type: "stopped", reason: reason.kind });
    this.#isOver = true;
    this.#over.resolve(reason);
    return reason;
  }

  #refuseWhenStarted(call: string): void {
    if (this.#starting === undefined) return;
    throw new ConfigError(
      "config.invalid",
      `${call} is for an agent without a live connection; this one is started and answers by itself.`,
    );
  }

  #reach(): Promise<Platform> {
    this.#platform ??= this.#build().catch((error: unknown) => {
      this.#platform = undefined;
      throw error;
    });
    return this.#platform;
  }

  async #build(): Promise<Platform> {
    const environment = this.#environment;
    const logger = this.#logger;
    const timing = timingOf(this.#options);
    const connection = resolveConnection(this.#options, process.env);
    this.#apiKey = connection.apiKey;
    const onUnauthorized = (error: Error) => {
      if (this.#built !== undefined) this.#built.live.ended(refusedKey(connection, error));
    };
    const client = new RestClient({
      baseUrl: connection.restUrl,
      apiKey: connection.apiKey,
      environment,
      timing,
      logger,
      onUnauthorized,
    });
    const expected = { agentId: connection.agentId, baseUrl: connection.restUrl };
    const identity = await identify(client, expected, { environment, timing, logger, signal: this.#closing.signal });
    const session: Session = {
      identity,
      client,
      environment,
      timing,
      logger,
      toolPrefix: `${connection.preset}_`,
      notify: this.#notices.tell,
    };
    const { handler, accept, turnTimeoutMs, onDeadLetter, whileBusy, concurrency, loopGuard } = this.#resolved;
    const ledger = new Ledger();
    const shop: Workshop = {
      session,
      rules: {
        handler,
        accept,
        turnTimeoutMs,
        onDeadLetter,
        whileBusy,
        loopGuard,
        book: new AttemptBook(),
        openRoom: async (title) => {
          const { id } = await createRoom(client, { title });
          live.join(id);
          live.watch(id);
          return presence.worker(id).room;
        },
        onAnswer: (messageId, state) => ledger.set(messageId, state),
        askCheckMs: () => (live.isConnected ? timing.askCheckMs : timing.askPollMs),
      },
      ledger,
      turns: new Slots(concurrency),
      looks: new Slots(looksAtOnce),
      ended: this.#ended.signal,
      closing: this.#closing.signal,
      atWork: (roomId) => this.#built?.live.watch(roomId),
    };
    const presence = new Presence(shop, this.#resolved.rooms);
    const voiceIn = (id: string) => ({
      id,
      reach: async () => presence.worker(id).room,
      toolPrefix: () => session.toolPrefix,
      environment,
    });
    const to = { option: this.#resolved.contacts, client: roomClientOf(client, voiceIn) };
    const live = new Live(shop, presence, new ContactNews(shop, presence, to));
    this.#built = { connection, session, shop, presence, live };
    return this.#built;
  }
}

function refusedKey(connection: Connection, cause: Error): ConfigError {
  const text = `${connection.restUrl} no longer takes the API key (401); check whether it was revoked, and set the new one.`;
  return new ConfigError("config.refused", text, { cause });
}

/** The promise, or the signal's reason, whichever comes first. */
function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
