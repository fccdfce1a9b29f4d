import { type Channel, Socket } from "phoenix";

/** A joined topic. */
export interface Topic {
  leave(): void;
}

/**
 * One person's socket to the platform, by the official client: it connects anew when cut, and joins its topics again.
 *
 * The platform replays nothing, so each join, first or repeated, says `joined`: read over REST what may have been missed.
 */
export class Live {
  readonly #socket: Socket;

  constructor(apiKey: string, onState: (state: "live" | "lost") => void) {
    const soon = (tries: number): number => Math.min(250 * 2 ** (tries - 1), 4_000) * (0.5 + Math.random() / 2);
    this.#socket = new Socket("/api/v1/socket", {
      params: { api_key: apiKey },
      reconnectAfterMs: soon,
      rejoinAfterMs: soon,
    });
    this.#socket.onOpen(() => onState("live"));
    this.#socket.onClose(() => onState("lost"));
    this.#socket.connect();
  }

  join(
    name: string,
    topic: {
      readonly joined: () => void;
      readonly events: Readonly<Record<string, (payload: unknown) => void>>;
      /** The platform does not let this person in, and asking again is no use. */
      readonly refused?: () => void;
    },
  ): Topic {
    const channel: Channel = this.#socket.channel(name);
    for (const [event, hear] of Object.entries(topic.events)) channel.on(event, hear);
    channel
      .join()
      .receive("ok", topic.joined)
      .receive("error", () => {
        channel.leave();
        topic.refused?.();
      });
    return { leave: () => void channel.leave() };
  }

  close(): void {
    this.#socket.disconnect();
  }
}
