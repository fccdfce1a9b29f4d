const watchedAtMost = 40;
const keptForMs = 60_000;

/**
 * The rooms whose comings and goings are heard: those that got to work last, forty at most.
 *
 * A place changes hands only once its room has not worked for a minute. Handed on with every message, each message would
 * cost a join and a leave; who is not watched has a list of participants that is asked anew after that minute.
 */
export class WatchedRooms {
  readonly #workedAtMs = new Map<string, number>();

  /** A room gets to work: whether it has a place now, and which room gave it up. */
  work(roomId: string, nowMs: number): { readonly isWatched: boolean; readonly givesWay: string | undefined } {
    const givesWay = this.#makePlace(roomId, nowMs);
    const isWatched = this.#workedAtMs.delete(roomId) || this.#workedAtMs.size < watchedAtMost;
    if (isWatched) this.#workedAtMs.set(roomId, nowMs);
    return { isWatched, givesWay };
  }

  remove(roomId: string): void {
    this.#workedAtMs.delete(roomId);
  }

  #makePlace(roomId: string, nowMs: number): string | undefined {
    const [oldest] = this.#workedAtMs;
    if (oldest === undefined || this.#workedAtMs.size < watchedAtMost || this.#workedAtMs.has(roomId)) return undefined;
    const [oldestId, workedAtMs] = oldest;
    if (nowMs - workedAtMs < keptForMs) return undefined;
    this.#workedAtMs.delete(oldestId);
    return oldestId;
  }
}
