import { ApiError, ThenvoiError } from "../errors.ts";
import { sleep } from "../internal/environment.ts";
import type { TurnOutcome } from "../model/notice.ts";
import { deliveryFor, type StoredItem } from "../model/stored-item.ts";
import type { Session } from "../rest/session.ts";
import type { RoomWorker } from "./worker.ts";

/** What one pass over the rooms did, in messages; `waiting` counts rooms in which something still waits. */
export interface DrainResult {
  readonly answered: number;
  readonly failed: number;
  /** Left alone because another run probably has them. */
  readonly skipped: number;
  readonly waiting: number;
}

/** How long before the end of its time a pass starts no further turn. */
const reserveMs = 1_000;

interface Limits {
  readonly session: Session;
  readonly turnTimeoutMs: number;
  /** On the monotonic clock. */
  readonly endsAtMs: number;
}

/** Works each room through, as many at once as there are slots, and starts no turn that would outlast the limits. */
export async function drainRooms(workers: readonly RoomWorker[], limits: Limits): Promise<DrainResult> {
  const results = await Promise.all(workers.map((worker) => drainRoom(worker, limits)));
  return results.reduce(
    (sum, result) => ({
      answered: sum.answered + result.answered,
      failed: sum.failed + result.failed,
      skipped: sum.skipped + result.skipped,
      waiting: sum.waiting + result.waiting,
    }),
    { answered: 0, failed: 0, skipped: 0, waiting: 0 },
  );
}

async function drainRoom(worker: RoomWorker, limits: Limits): Promise<DrainResult> {
  const done = { answered: 0, failed: 0, skipped: 0, waiting: 0 };
  const { environment, logger } = limits.session;
  try {
    for (let item = await worker.look(); item !== undefined; item = await worker.look()) {
      if (isTaken(item, limits)) return { ...done, skipped: done.skipped + 1 };
      const leftMs = limits.endsAtMs - environment.monotonicMs() - reserveMs;
      if (leftMs <= 0) return { ...done, waiting: 1 };
      const outcome = await worker.take({ item, from: "queue" }, { timeoutMs: Math.min(limits.turnTimeoutMs, leftMs) });
      if (outcome === "processed" || outcome === "interrupted") done.answered += 1;
      else if (outcome === "failed") return { ...done, failed: done.failed + 1, waiting: 1 };
      else if (outcome === "dead-lettered") done.failed += 1;
      else if (outcome === "stopped" || outcome === "shut-down") return { ...done, waiting: 1 };
      else if (outcome === "gone") return done;
    }
    return done;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return done;
    if (!ThenvoiError.is(error)) throw error;
    logger.warn(`Room ${worker.id} could not be worked through: ${error.message}`);
    return { ...done, waiting: 1 };
  }
}

/** Works a room from its head until the message is settled, waiting between the tries of one that fails. */
export async function workUntil(worker: RoomWorker, messageId: string, session: Session): Promise<TurnOutcome> {
  for (let failures = 0; ; ) {
    const item = await worker.look();
    if (item === undefined) return "settled";
    const outcome = await worker.take({ item, from: "queue" });
    if (outcome === "stopped" || outcome === "gone" || outcome === "shut-down") return outcome;
    if (outcome === "failed") {
      const waitsMs = session.timing.handlerRetryMs;
      await sleep(session.environment, waitsMs[Math.min(failures, waitsMs.length - 1)] ?? 0);
      failures += 1;
    } else if (item.id === messageId && outcome !== "older") {
      return outcome;
    } else {
      failures = 0;
    }
  }
}

/** Whether another run probably works on this message: its newest attempt is open and younger than a turn may take. */
function isTaken(item: StoredItem, limits: Limits): boolean {
  const newest = deliveryFor(item, limits.session.identity.id).attempts.at(-1);
  if (newest?.status !== "processing" || newest.startedAt === undefined) return false;
  return limits.session.environment.wallClockMs() - Date.parse(newest.startedAt) < limits.turnTimeoutMs;
}
