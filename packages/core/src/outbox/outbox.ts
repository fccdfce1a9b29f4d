import type { StoredItem } from "../model/stored-item.ts";
import { contextTail } from "../rest/context.ts";
import type { Session } from "../rest/session.ts";
import type { Directory } from "./directory.ts";
import { EventLane } from "./event-lane.ts";
import { Latency } from "./latency.ts";

const matchedAtMost = 1_000;

/**
 * What this agent says in one room: texts and events, each in the order they were said.
 *
 * Two lanes, one post in flight in each: texts never wait behind thoughts, and at most a second for the tool events
 * queued before them. Turns and voices from outside a turn share the lanes, so a room has one order.
 */
export class Outbox {
  readonly session: Session;
  readonly roomId: string;
  readonly directory: Directory;
  readonly events: EventLane;
  readonly latency = new Latency();
  /** Own posts accounted for, newest last. */
  readonly matched = new Set<string>();
  /** The newest insertion time this process has seen in the room; what is not newer can't be a post made since. */
  newestSeen = "";
  #waitingTexts = 0;
  #texts: Promise<unknown> = Promise.resolve();
  #hasLookedBack = false;

  constructor(session: Session, roomId: string, directory: Directory) {
    this.session = session;
    this.roomId = roomId;
    this.directory = directory;
    this.events = new EventLane(session, roomId);
  }

  /** How many texts and events were said and are neither taken by the room nor given up. */
  get waiting(): number {
    return this.#waitingTexts + this.events.waiting;
  }

  /** Runs one task after every text that was queued before. */
  queueText<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#texts.then(task);
    this.#waitingTexts += 1;
    this.#texts = result
      .then(
        () => this.#forgetOldMatches(),
        () => undefined,
      )
      .finally(() => {
        this.#waitingTexts -= 1;
      });
    return result;
  }

  /**
   * Looks, once, at what the room has. Without a message whose claim tells the time, what another process posted before
   * could not be told from what this one posts.
   */
  async lookBack(signal: AbortSignal): Promise<void> {
    if (this.#hasLookedBack) return;
    const [newest] = await contextTail(this.session.client, { roomId: this.roomId, limit: 1 }, { signal });
    if (newest !== undefined) this.saw(newest);
    this.#hasLookedBack = true;
  }

  /** Notes that a stored item was seen. */
  saw(item: Pick<StoredItem, "insertedAt">): void {
    if (item.insertedAt > this.newestSeen) this.newestSeen = item.insertedAt;
  }

  #forgetOldMatches(): void {
    for (const id of this.matched) {
      if (this.matched.size <= matchedAtMost) return;
      this.matched.delete(id);
    }
  }
}
