import { ApiError, ThenvoiError } from "../errors.ts";
import { sleep } from "../internal/environment.ts";
import type { TurnOutcome } from "../model/notice.ts";
import { deliveryFor, type StoredItem } from "../model/stored-item.ts";
import type { Session } from "../rest/session.ts";
import { retryWaitMs } from "../turn/attempts.ts";
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
  /** Rooms worked through at once: as many as there are turns, so that none waits for its turn after it was promised time. */
  readonly roomsAtOnce: number;
  /** On the monotonic clock. */
  readonly endsAtMs: number;
}

/** The limits of a pass that is under way. */
interface Pass extends Limits {
  /** Aborts when the time of the pass is up. */
  readonly over: AbortSignal;
}

/**
 * Works each room through, and starts no turn that would outlast the limits. Ends with its time, whatever the platform does:
 * a mark that could not be made by then is made by the next pass of this process, and else the message is taken again.
 */
export async function drainRooms(workers: readonly RoomWorker[], limits: Limits): Promise<DrainResult> {
  const { environment } = limits.session;
  const left = [...workers];
  const results: DrainResult[] = [];
  const time = new AbortController();
  const cancel = environment.schedule(limits.endsAtMs - environment.monotonicMs(), () => time.abort());
  const lane = async () => {
    for (let worker = left.shift(); worker !== undefined; worker = left.shift())
      results.push(await drainRoom(worker, { ...limits, over: time.signal }));
  };
  await Promise.all(Array.from({ length: limits.roomsAtOnce }, lane));
  cancel();
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

async function drainRoom(worker: RoomWorker, pass: Pass): Promise<DrainResult> {
  const done = { answered: 0, failed: 0, skipped: 0, waiting: 0 };
  const late = new Promise<DrainResult>((resolve) => {
    const end = () => resolve({ ...done, waiting: 1 });
    if (pass.over.aborted) end();
    pass.over.addEventListener("abort", end, { once: true });
  });
  return Promise.race([workThrough(worker, pass, done), late]);
}

async function workThrough(
  worker: RoomWorker,
  pass: Pass,
  done: { answered: number; failed: number; skipped: number; waiting: number },
): Promise<DrainResult> {
  const { logger } = pass.session;
  try {
    for (;;) {
      const outcome = await worker.alone(() => takeHead(worker, pass));
      if (outcome === "empty" || outcome === "gone") return done;
      if (outcome === "taken") return { ...done, skipped: done.skipped + 1 };
      if (outcome === "failed") return { ...done, failed: done.failed + 1, waiting: 1 };
      if (outcome === "late" || outcome === "stopped" || outcome === "shut-down") return { ...done, waiting: 1 };
      if (outcome === "processed" || outcome === "interrupted") done.answered += 1;
      if (outcome === "dead-lettered") done.failed += 1;
    }
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return done;
    if (pass.over.aborted) return { ...done, waiting: 1 };
    if (!ThenvoiError.is(error)) throw error;
    logger.warn(`Room ${worker.id} could not be worked through: ${error.message}`);
    return { ...done, waiting: 1 };
  }
}

/** One message of a room: how its turn ended, or why there was none. */
async function takeHead(worker: RoomWorker, pass: Pass): Promise<TurnOutcome | "older" | "empty" | "taken" | "late"> {
  await worker.settleLeft(pass.over);
  const item = await worker.look();
  if (item === undefined) return "empty";
  if (isTaken(item, pass)) return "taken";
  const leftMs = pass.endsAtMs - pass.session.environment.monotonicMs() - reserveMs;
  if (leftMs <= 0) return "late";
  return worker.take({ item, from: "queue" }, { timeoutMs: Math.min(pass.turnTimeoutMs, leftMs), signal: pass.over });
}

/** Works a room from its head until the message is settled, waiting between the tries of one that fails. */
export async function workUntil(worker: RoomWorker, messageId: string, session: Session): Promise<TurnOutcome> {
  for (let failures = 0; ; ) {
    const turn = await worker.alone(async () => {
      await worker.settleLeft();
      const head = await worker.look();
      return head && { messageId: head.id, outcome: await worker.take({ item: head, from: "queue" }) };
    });
    if (turn === undefined) return "settled";
    const { outcome } = turn;
    if (outcome === "older") continue;
    if (outcome === "stopped" || outcome === "gone" || outcome === "shut-down") return outcome;
    if (outcome === "failed") {
      await sleep(session.environment, retryWaitMs(failures + 1, session.timing.handlerRetryMs));
      failures += 1;
    } else if (turn.messageId === messageId) {
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
