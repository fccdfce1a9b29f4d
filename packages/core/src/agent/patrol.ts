import type { Session } from "../rest/session.ts";
import type { RoomWorker } from "./worker.ts";

const activeForMs = 120_000;

/**
 * Looks at rooms that no frame would bring up: those without a channel of their own, often; all others once in a while,
 * one at a time, to repair frames that the platform never sent.
 */
export class Patrol implements Disposable {
  readonly #session: Session;
  readonly #rooms: () => Iterable<RoomWorker>;
  readonly #polled: ReadonlySet<string>;
  #cancel = () => {};

  constructor(session: Session, rooms: () => Iterable<RoomWorker>, polled: ReadonlySet<string>) {
    this.#session = session;
    this.#rooms = rooms;
    this.#polled = polled;
  }

  start(): void {
    const { auditMs, pollActiveMs } = this.#session.timing;
    const everyMs = auditMs > 0 ? Math.min(auditMs, pollActiveMs) : pollActiveMs;
    this.#cancel = this.#session.environment.schedule(everyMs, () => {
      this.#round();
      this.start();
    });
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #round(): void {
    const { environment, timing } = this.#session;
    const nowMs = Math.floor(environment.monotonicMs());
    let longest: { readonly worker: RoomWorker; readonly restedMs: number } | undefined;
    for (const worker of this.#rooms()) {
      if (worker.running) continue;
      const restedMs = nowMs - this.#lookedAt(worker, nowMs);
      if (this.#polled.has(worker.id)) {
        const isActive = worker.lastActiveMs > 0 && nowMs - worker.lastActiveMs < activeForMs;
        if (restedMs >= (isActive ? timing.pollActiveMs : timing.pollIdleMs)) this.#look(worker, nowMs);
      } else if (restedMs >= timing.auditRoomMs && restedMs > (longest?.restedMs ?? -1)) {
        longest = { worker, restedMs };
      }
    }
    // Who waited longest comes first, or the rooms at the end would never be looked at where there are many.
    if (timing.auditMs > 0 && longest !== undefined) this.#look(longest.worker, nowMs);
  }

  #lookedAt(worker: RoomWorker, nowMs: number): number {
    worker.lookedAtMs ??= nowMs;
    return worker.lookedAtMs;
  }

  #look(worker: RoomWorker, nowMs: number): void {
    worker.lookedAtMs = nowMs;
    worker.nudge();
  }
}
