import { sleep } from "../internal/environment.ts";
import type { Voice } from "../outbox/voice.ts";
import type { Session } from "../rest/session.ts";

/** Waits until a voice has nothing left to say: for its texts as long as it takes, for its events `eventsFlushMs` at most. */
export async function flushWithin(session: Session, voice: Voice): Promise<void> {
  await voice.flushTexts();
  const patience = new AbortController();
  await Promise.race([
    voice.flush(),
    sleep(session.environment, session.timing.eventsFlushMs, patience.signal).catch(() => undefined),
  ]);
  patience.abort();
}
