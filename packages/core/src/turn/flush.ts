import { waitAtMost } from "../internal/patience.ts";
import type { Voice } from "../outbox/voice.ts";
import type { Session } from "../rest/session.ts";

/**
 * Waits until a voice has nothing left to say: for its texts as long as it takes, for its events `eventsFlushMs` at most, less
 * what was spent on them before. Tells what has been spent on events by now.
 */
export async function flushWithin(session: Session, voice: Voice, spentMs = 0): Promise<number> {
  await voice.flushTexts();
  if (!voice.hasEvents) return spentMs;
  const { environment, timing } = session;
  const startedMs = environment.monotonicMs();
  await waitAtMost(environment, Math.max(0, timing.eventsFlushMs - spentMs), voice.flush());
  return spentMs + environment.monotonicMs() - startedMs;
}
