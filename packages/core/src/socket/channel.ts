import type { Channel, Socket } from "phoenix";
import * as z from "zod";
import type { Environment } from "../internal/environment.ts";

/** What becomes of one join. After `refused`, `failed` and `closed` nothing more comes. */
export interface ChannelEvents {
  joined(): void;
  /** The server said no and will not change its mind on this connection. */
  refused(reason: string): void;
  /** Not joined, or no longer; another join may work. */
  failed(reason: string): void;
  /** The server ended a channel that was joined, in good order. */
  closed(): void;
  event(event: string, payload: unknown): void;
}

/** What the channels of one connection share. */
export interface ChannelHost {
  readonly socket: Socket;
  readonly environment: Environment;
  readonly joinTimeoutMs: number;
  /** Those without a reply, each of which holds a timer here and one inside the Phoenix client. */
  readonly unanswered: Set<TopicChannel>;
  /** The connection is on its way out: of joins nothing more is told. */
  isClosing: boolean;
}

/** Join errors that another try would only repeat. @see PROTOCOL.md, "joins" */
const finalReasons = ["unauthorized", "unmatched topic", "too many channels joined"];

const refusal = z.looseObject({ reason: z.string() });

/**
 * A topic that is joined once, until it is left.
 *
 * Joining → joined → over, or joining → over. Each join has a channel object of its own, so the Phoenix client drops what
 * is meant for an earlier one, and all trying again is done in one place ({@link Subscription}), not by the client, which
 * would retry refusals for ever. Leaving is local: the server's reply may never come and is not waited for.
 *
 * There is one for each room, so it is an object that tells another rather than a nest of functions: it keeps the five that
 * the Phoenix client has to be given, and no timer once the join is answered.
 */
export class TopicChannel {
  readonly #host: ChannelHost;
  readonly #events: ChannelEvents;
  readonly #channel: Channel;
  #cancelDeadline: (() => void) | undefined;
  #isOver = false;

  /** Sends the join. */
  constructor(host: ChannelHost, topic: string, events: ChannelEvents) {
    this.#host = host;
    this.#events = events;
    this.#channel = host.socket.channel(topic);
    host.unanswered.add(this);
    this.#startDeadline();
    this.#channel.onMessage = (event, payload) => {
      if (!isPhoenixEvent(event)) this.#events.event(event, payload);
      return payload;
    };
    this.#channel.onError(() => {
      // When the connection breaks, every channel is told so; that is dealt with once, by whoever holds the connection.
      if (this.#host.socket.isConnected()) this.#fail("the channel crashed");
    });
    this.#channel.onClose(() => {
      if (this.#end()) this.#events.closed();
    });
    this.#channel
      .join()
      .receive("ok", () => {
        this.#answered();
        if (!this.#isOver && !this.#host.isClosing) this.#events.joined();
      })
      .receive("error", (response) => this.#refuse(response));
  }

  leave(): void {
    this.#end();
  }

  #refuse(response: unknown): void {
    const reason = refusal.safeParse(response).data?.reason ?? "no reason given";
    if (!finalReasons.includes(reason)) this.#fail(reason);
    else if (this.#end()) this.#events.refused(reason);
  }

  #fail(reason: string): void {
    if (this.#end()) this.#events.failed(reason);
  }

  /** Leaves, if that was not done before. Whether it is to be told. */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#answered();
    this.#channel.leave();
    return !this.#host.isClosing;
  }

  #startDeadline(): void {
    const { environment, joinTimeoutMs } = this.#host;
    this.#cancelDeadline = environment.schedule(joinTimeoutMs, () => this.#fail(`no reply within ${joinTimeoutMs} ms`));
  }

  #answered(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
    this.#host.unanswered.delete(this);
  }
}

function isPhoenixEvent(event: string): boolean {
  return event.startsWith("phx_") || event.startsWith("chan_reply_");
}
