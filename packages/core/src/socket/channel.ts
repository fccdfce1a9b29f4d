import type { Socket } from "phoenix";
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

/** Join errors that another try would only repeat. @see PROTOCOL.md, "joins" */
const finalReasons = ["unauthorized", "unmatched topic", "too many channels joined"];

const refusal = z.looseObject({ reason: z.string() });

/**
 * Joins a topic once; the answer leaves it.
 *
 * Joining → joined → over, or joining → over. Each join has a channel object of its own, so the Phoenix client drops what
 * is meant for an earlier one, and all trying again is done in one place ({@link Subscription}), not by the client, which
 * would retry refusals for ever. Leaving is local: the server's reply may never come and is not waited for.
 */
export function joinChannel(
  options: {
    readonly socket: Socket;
    readonly topic: string;
    readonly environment: Environment;
    readonly joinTimeoutMs: number;
  },
  events: ChannelEvents,
): () => void {
  const { socket, topic, environment, joinTimeoutMs } = options;
  const channel = socket.channel(topic);
  let over = false;
  const end = (report: () => void) => {
    if (over) return;
    over = true;
    cancelDeadline();
    channel.leave();
    report();
  };
  const cancelDeadline = environment.schedule(joinTimeoutMs, () => {
    end(() => events.failed(`no reply within ${joinTimeoutMs} ms`));
  });

  channel.onMessage = (event, payload) => {
    if (!isPhoenixEvent(event)) events.event(event, payload);
    return payload;
  };
  channel.onError(() => {
    // When the connection breaks, every channel is told so; that is dealt with once, by whoever holds the connection.
    if (socket.isConnected()) end(() => events.failed("the channel crashed"));
  });
  channel.onClose(() => {
    end(() => events.closed());
  });
  channel
    .join()
    .receive("ok", () => {
      cancelDeadline();
      if (!over) events.joined();
    })
    .receive("error", (response) => {
      const reason = refusal.safeParse(response).data?.reason ?? "no reason given";
      end(() => (finalReasons.includes(reason) ? events.refused(reason) : events.failed(reason)));
    });
  return () => {
    end(() => {});
  };
}

function isPhoenixEvent(event: string): boolean {
  return event.startsWith("phx_") || event.startsWith("chan_reply_");
}
