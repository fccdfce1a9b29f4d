import { ApiError } from "../errors.ts";
import { sleep } from "../internal/environment.ts";
import type { RoomEventInput } from "../model/room-event.ts";
import { outcomeUnknown } from "../rest/client.ts";
import { contextTail } from "../rest/context.ts";
import { postEvent } from "../rest/events.ts";
import type { Session } from "../rest/session.ts";
import { type EventBody, eventBody } from "./event-body.ts";

const queuedAtMost = 200;
const sendsAtMost = 20;
const lookUpsAtMost = 2;
const lookedAt = 100;
const rememberedAtMost = 500;

interface QueuedEvent {
  readonly input: RoomEventInput;
  readonly owner: object;
  readonly accepted: (id: string) => void;
  readonly done: PromiseWithResolvers<void>;
  /** Aborts when it is no longer wanted: a try that is under way is heard out, and is the last. */
  readonly dropped: AbortController;
}

/**
 * The events of one room, posted one after another in the order they were reported.
 *
 * When it is unknown whether the room has one, it is looked for before it is sent again, as a text is: a call has one
 * result. Only a 429 throttles. Then, and when more than 200 wait, thoughts are dropped first, a tool call only together with
 * its result. An event that the platform refuses is logged and let go: reporting never stops a turn.
 */
export class EventLane {
  readonly #session: Session;
  readonly #roomId: string;
  /** Ids of those the room has, newest last, so that what is looked for is not taken for another. */
  readonly #taken = new Set<string>();
  #queue: QueuedEvent[] = [];
  #pumping = false;

  constructor(session: Session, roomId: string) {
    this.#session = session;
    this.#roomId = roomId;
  }

  /** How many are queued, the one that is being sent included. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Queues an event; the answer ends when it was posted, refused or dropped, and never rejects. */
  add(owner: object, input: RoomEventInput, accepted: (id: string) => void): Promise<void> {
    const entry = { input, owner, accepted, done: Promise.withResolvers<void>(), dropped: new AbortController() };
    this.#queue.push(entry);
    if (this.#queue.length > queuedAtMost) this.#shed();
    if (!this.#pumping) void this.#pump();
    return entry.done.promise;
  }

  /** Ends when every event but the thoughts that is queued now is out. */
  async settledToolEvents(): Promise<void> {
    await Promise.all(this.#queue.filter((entry) => entry.input.type !== "thought").map((entry) => entry.done.promise));
  }

  /** Drops what this owner has waiting, or the part of it that `which` names. */
  drop(owner: object, which: (input: RoomEventInput) => boolean = () => true): void {
    this.#remove((entry) => entry.owner === owner && which(entry.input));
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    for (let entry = this.#queue[0]; entry !== undefined; entry = this.#queue[0]) {
      await this.#post(entry);
      this.#queue = this.#queue.filter((other) => other !== entry);
      entry.done.resolve();
    }
    this.#pumping = false;
  }

  async #post(entry: QueuedEvent): Promise<void> {
    const { client, environment, timing, logger } = this.#session;
    const body = eventBody(entry.input);
    let lookUps = 0;
    for (let send = 1; send <= sendsAtMost && this.#queue.includes(entry); send += 1) {
      try {
        const posted = await postEvent(client, { roomId: this.#roomId, ...body }, { lastTry: entry.dropped.signal });
        return this.#accept(entry, posted.id);
      } catch (error) {
        if (entry.dropped.signal.aborted) return;
        if (outcomeUnknown(error) && lookUps < lookUpsAtMost) {
          lookUps += 1;
          const askedMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
          await sleep(environment, Math.max(timing.readBackMs, askedMs));
          const found = await this.#find(body);
          if (found !== undefined) return this.#accept(entry, found);
          continue;
        }
        if (!(error instanceof ApiError) || error.status !== 429) {
          logger.warn(
            `An event in room ${this.#roomId} was not taken: ${error instanceof Error ? error.message : String(error)}`,
          );
          return;
        }
        this.#remove((other) => other !== entry && other.input.type === "thought");
        await sleep(environment, error.retryAfterMs ?? timing.retryBaseMs * 2 ** Math.min(send, 5));
      }
    }
  }

  #accept(entry: QueuedEvent, id: string): void {
    this.#taken.add(id);
    const [oldest] = this.#taken;
    if (this.#taken.size > rememberedAtMost && oldest !== undefined) this.#taken.delete(oldest);
    entry.accepted(id);
  }

  /** The event that this one became, if the room has one that is not accounted for. A room that can't be read has none. */
  async #find(body: EventBody): Promise<string | undefined> {
    const { client, identity } = this.#session;
    const context = await contextTail(client, { roomId: this.#roomId, limit: lookedAt }).catch(() => []);
    const found = context.findLast(
      ({ id, senderId, type, content }) =>
        senderId === identity.id && type === body.type && content === body.content && !this.#taken.has(id),
    );
    return found?.id;
  }

  #shed(): void {
    const [sending] = this.#queue;
    const thought = this.#queue.find((entry) => entry !== sending && entry.input.type === "thought");
    if (thought !== undefined) return this.#remove((entry) => entry === thought);
    const results = new Map(
      this.#queue.flatMap((entry) => (entry.input.type === "tool_result" ? [[entry.input.toolCallId, entry]] : [])),
    );
    const call = this.#queue.find(
      (entry) => entry !== sending && entry.input.type === "tool_call" && results.has(entry.input.toolCallId),
    );
    if (call?.input.type !== "tool_call") return;
    const result = results.get(call.input.toolCallId);
    this.#remove((entry) => entry === call || entry === result);
  }

  #remove(which: (entry: QueuedEvent) => boolean): void {
    for (const entry of this.#queue.filter(which)) {
      entry.dropped.abort();
      entry.done.resolve();
    }
    this.#queue = this.#queue.filter((entry) => !which(entry));
  }
}
