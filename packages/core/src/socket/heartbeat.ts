import type { Environment } from "../internal/environment.ts";

/**
 * Asks the other end for a sign of life every `everyMs`, and calls `lost` once when one is not answered within as long.
 *
 * Other traffic counts for nothing, in either direction: a server closes a client it hears no heartbeat from, and a peer
 * that still sends may no longer receive. A dead peer is noticed after twice `everyMs` at worst. The answer ends it.
 */
export function startHeartbeat(options: {
  readonly environment: Environment;
  readonly everyMs: number;
  readonly ping: (answered: () => void) => void;
  readonly lost: () => void;
}): () => void {
  const { environment, everyMs, ping, lost } = options;
  let cancel = environment.schedule(everyMs, beat);
  let stopped = false;

  function beat(): void {
    cancel = environment.schedule(everyMs, expire);
    ping(() => {
      if (stopped) return;
      cancel();
      cancel = environment.schedule(everyMs, beat);
    });
  }

  /** After a long stretch of other work this timer comes first, and the answer is already here but unread: read it. */
  function expire(): void {
    cancel = environment.schedule(0, lost);
  }

  return () => {
    stopped = true;
    cancel();
  };
}
