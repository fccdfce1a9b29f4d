import { fullJitterMs } from "../internal/backoff.ts";
import type { Environment } from "../internal/environment.ts";
import type { Timing } from "../internal/timing.ts";
import type { ChannelEvents } from "./channel.ts";

/** Joins a topic once, telling `events`; the answer leaves it. */
export type Join = (topic: string, events: ChannelEvents) => () => void;

export interface SubscriptionOptions {
  readonly topic: string;
  readonly join: Join;
  readonly environment: Environment;
  readonly timing: Timing;
  /** Whether a topic that the server closes is given up, as a room is, or joined again. */
  readonly closedIsFinal: boolean;
}

export interface SubscriptionEvents {
  joined(): void;
  /** Given up. */
  refused(reason: string): void;
  /** Not joined, or no longer; `due` follows after a random wait. */
  failed(reason: string): void;
  /** It is time for another {@link Subscription.start}, whenever it suits. */
  due(): void;
  event(event: string, payload: unknown): void;
}

/**
 * A topic that is to stay joined for as long as the connection lasts.
 *
 * idle → joining → joined; from joining or joined → waiting → idle when it failed, → refused when that is final. `leave`
 * ends it from anywhere. The wait is random and doubles at most up to the reconnect cap; it starts small again once the
 * topic stayed joined for as long as a connection takes to count as healthy, so a channel that crashes on each join slows
 * down.
 */
export class Subscription {
  readonly topic: string;
  #state: "idle" | "joining" | "joined" | "waiting" | "refused" | "left" = "idle";
  readonly #options: SubscriptionOptions;
  readonly #events: SubscriptionEvents;
  #retries = 0;
  #joinedAtMs: number | undefined;
  /** Undoes what is under way: leaves the channel, or cancels the wait. */
  #undo: () => void = () => {};

  constructor(options: SubscriptionOptions, events: SubscriptionEvents) {
    this.topic = options.topic;
    this.#options = options;
    this.#events = events;
  }

  get state(): "idle" | "joining" | "joined" | "waiting" | "refused" | "left" {
    return this.#state;
  }

  /** Sends a join. Does nothing unless idle. */
  start(): void {
    if (this.#state !== "idle") return;
    this.#state = "joining";
    this.#joinedAtMs = undefined;
    this.#undo = this.#options.join(this.topic, {
      joined: () => {
        this.#state = "joined";
        this.#joinedAtMs = this.#options.environment.monotonicMs();
        this.#events.joined();
      },
      refused: (reason) => this.#refuse(reason),
      failed: (reason) => this.#wait(reason),
      closed: () => (this.#options.closedIsFinal ? this.#refuse("closed") : this.#wait("closed by the server")),
      event: (event, payload) => this.#events.event(event, payload),
    });
  }

  /** Ends in `refused` without having asked. Does nothing unless idle. */
  giveUp(reason: string): void {
    if (this.#state === "idle") this.#refuse(reason);
  }

  leave(): void {
    this.#state = "left";
    this.#undo();
    this.#undo = () => {};
  }

  /** Ends without a word to the server, for when the connection is over. */
  stop(): void {
    if (this.#state === "waiting") this.#undo(); // a channel dies with its connection, a timer doesn't
    this.#state = "left";
    this.#undo = () => {};
  }

  #refuse(reason: string): void {
    this.#state = "refused";
    this.#undo = () => {};
    this.#events.refused(reason);
  }

  #wait(reason: string): void {
    const { environment, timing } = this.#options;
    const now = environment.monotonicMs();
    if (this.#joinedAtMs !== undefined && now - this.#joinedAtMs >= timing.healthyAfterMs) this.#retries = 0;
    const delayMs = fullJitterMs(environment, this.#retries, {
      baseMs: timing.reconnectBaseMs,
      capMs: timing.reconnectCapMs,
    });
    this.#retries += 1;
    this.#state = "waiting";
    this.#undo = environment.schedule(delayMs, () => {
      this.#state = "idle";
      this.#undo = () => {};
      this.#events.due();
    });
    this.#events.failed(reason);
  }
}
