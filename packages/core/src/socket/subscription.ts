import { fullJitterMs } from "../internal/backoff.ts";
import type { Environment } from "../internal/environment.ts";
import type { Timing } from "../internal/timing.ts";
import { type Topic, topicName } from "../wire/topics.ts";
import type { ChannelEvents } from "./channel.ts";

/** Joins a topic once, telling `events`; undefined where nothing can be joined any more. */
export type Join = (topic: string, events: ChannelEvents) => { leave(): void } | undefined;

/** What subscriptions of one kind share. */
export interface SubscriptionOptions {
  readonly join: Join;
  readonly environment: Environment;
  readonly timing: Timing;
  /** Whether a topic that the server closes is given up, as a room is, or joined again. */
  readonly closedIsFinal: boolean;
}

/** Who is told what becomes of subscriptions: one listener for many of them. */
export interface SubscriptionListener {
  joined(subscription: Subscription): void;
  /** Given up. */
  refused(subscription: Subscription, reason: string): void;
  /** Not joined, or no longer; `due` follows after a random wait. */
  failed(subscription: Subscription, reason: string): void;
  /** It is time for another {@link Subscription.start}, whenever it suits. */
  due(subscription: Subscription): void;
  event(subscription: Subscription, event: string, payload: unknown): void;
}

/**
 * A topic that is to stay joined for as long as the connection lasts.
 *
 * idle → joining → joined; from joining or joined → waiting → idle when it failed, → refused when that is final. `leave`
 * ends it from anywhere. The wait is random and doubles at most up to the reconnect cap; it starts small again once the
 * topic stayed joined for as long as a connection takes to count as healthy, so a channel that crashes on each join slows
 * down.
 */
export class Subscription implements ChannelEvents {
  /** Whose topic it is: a room's id, or an account's. */
  readonly id: string;
  readonly topic: string;
  #state: "idle" | "joining" | "joined" | "waiting" | "refused" | "left" = "idle";
  readonly #options: SubscriptionOptions;
  readonly #listener: SubscriptionListener;
  #retries = 0;
  /** In whole milliseconds, which take no room of their own. */
  #joinedAtMs: number | undefined;
  #channel: { leave(): void } | undefined;
  #cancelWait: (() => void) | undefined;

  constructor(topic: Topic, options: SubscriptionOptions, listener: SubscriptionListener) {
    this.id = topic.id;
    this.topic = topicName(topic);
    this.#options = options;
    this.#listener = listener;
  }

  get state(): "idle" | "joining" | "joined" | "waiting" | "refused" | "left" {
    return this.#state;
  }

  /** Sends a join. Does nothing unless idle. */
  start(): void {
    if (this.#state !== "idle") return;
    this.#state = "joining";
    this.#joinedAtMs = undefined;
    this.#channel = this.#options.join(this.topic, this);
  }

  /** Ends in `refused` without having asked. Does nothing unless idle. */
  giveUp(reason: string): void {
    if (this.#state === "idle") this.refused(reason);
  }

  leave(): void {
    const channel = this.#channel;
    this.stop();
    channel?.leave();
  }

  /** Ends without a word to the server, for when the connection is over. */
  stop(): void {
    this.#state = "left";
    this.#channel = undefined; // it dies with its connection
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  /** Told by the channel, as are the four below. */
  joined(): void {
    this.#state = "joined";
    this.#joinedAtMs = Math.floor(this.#options.environment.monotonicMs());
    this.#listener.joined(this);
  }

  refused(reason: string): void {
    this.#state = "refused";
    this.#channel = undefined;
    this.#listener.refused(this, reason);
  }

  failed(reason: string): void {
    const { environment, timing } = this.#options;
    const now = environment.monotonicMs();
    if (this.#joinedAtMs !== undefined && now - this.#joinedAtMs >= timing.healthyAfterMs) this.#retries = 0;
    const delayMs = fullJitterMs(environment, this.#retries, {
      baseMs: timing.reconnectBaseMs,
      capMs: timing.reconnectCapMs,
    });
    this.#retries += 1;
    this.#state = "waiting";
    this.#channel = undefined;
    this.#cancelWait = environment.schedule(delayMs, () => {
      this.#state = "idle";
      this.#cancelWait = undefined;
      this.#listener.due(this);
    });
    this.#listener.failed(this, reason);
  }

  closed(): void {
    if (this.#options.closedIsFinal) this.refused("closed");
    else this.failed("closed by the server");
  }

  event(event: string, payload: unknown): void {
    this.#listener.event(this, event, payload);
  }
}
