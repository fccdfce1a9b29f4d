import { ApiError, ThenvoiError } from "../errors.ts";
import { fullJitterMs, jitteredMs } from "../internal/backoff.ts";
import type { Message } from "../model/message.ts";
import type { TurnOutcome } from "../model/notice.ts";
import type { StoredItem } from "../model/stored-item.ts";
import type { MentionInput } from "../outbox/mentions.ts";
import { nextMessage } from "../rest/messages.ts";
import { Inbox } from "../room/inbox.ts";
import { KnownRoom } from "../room/known-room.ts";
import type { Cut } from "../turn/ending.ts";
import type { Settlement } from "../turn/settle.ts";
import { Rest } from "./rest.ts";
import { RoomTurn, type Waiting } from "./room-turn.ts";
import { Settlements } from "./settlements.ts";
import type { Workshop } from "./workshop.ts";

interface Prompt {
  readonly message: Message;
  readonly mentions: readonly MentionInput[];
  readonly outcome: PromiseWithResolvers<TurnOutcome>;
}

const settledRoundsAtMost = 5;
const settledRestMs = 30_000;

/**
 * One room at work: for each message in its inbox, oldest first, a turn. Never two at once.
 *
 * Nothing of it runs while there is nothing to do, so that an idle room costs a record and no more: what only a room at work
 * needs is made when it first does. What goes wrong stays in this room: it backs off and looks again.
 */
export class RoomWorker {
  readonly id: string;
  readonly #shop: Workshop;
  readonly #inbox: Inbox;
  #title: string | undefined;
  #known: KnownRoom | undefined;
  #busy: Promise<void> | undefined;
  #turn: RoomTurn | undefined;
  #rest: Rest | undefined;
  #prompts: Prompt[] | undefined;
  #settlements: Settlements | undefined;
  #isGone = false;
  /** Tells those who wait in this room that it is gone. */
  #gone: AbortController | undefined;
  #parked = false;
  /** False until this agent is live here: what waits is then somebody else's to take, `drain()` for one. */
  #attends = false;
  #follows = false;
  /** How often something has said that the room may be worked on: a stop that was asked for before counts for nothing after. */
  #freed = 0;
  #failedRounds = 0;
  #settledRounds = 0;
  /** Whether this agent lives in the room; in others it only speaks, from outside a turn. */
  isResident = false;
  /** When the patrol last looked here or first came by, on the monotonic clock in whole milliseconds; undefined before. */
  lookedAtMs: number | undefined;
  /** When the message that is being taken was said, by the platform's clock. */
  takingFrom: string | undefined;
  /** When something last happened here, on the monotonic clock; 0 for never. */
  lastActiveMs = 0;

  constructor(shop: Workshop, room: { readonly id: string; readonly title: string | undefined }) {
    this.id = room.id;
    this.#title = room.title;
    this.#shop = shop;
    this.#inbox = new Inbox(shop.ledger);
  }

  /** The room with what this process knows of it. */
  get room(): KnownRoom {
    if (this.#known === undefined) {
      this.#known = new KnownRoom(this.#shop.session, { id: this.id, title: this.#title }, () => this.#mark());
      if (this.#follows) this.#known.follow();
    }
    return this.#known;
  }

  /** The same, if this process has had to do with it. */
  get known(): KnownRoom | undefined {
    return this.#known;
  }

  /** True once the room, or our place in it, is gone; such a worker does nothing more. */
  get closed(): boolean {
    return this.#isGone;
  }

  get running(): boolean {
    return this.#busy !== undefined;
  }

  retitle(title: string | undefined): void {
    this.#title = title;
    if (this.#known !== undefined) this.#known.title = title;
  }

  /** Look again: something may have been missed, or is allowed again. */
  nudge(): void {
    this.#free();
    this.#attends = true;
    this.#known?.answers.check();
    this.#mark();
  }

  /** A frame brought news of this message. */
  offer(item: StoredItem): void {
    this.#free();
    this.#known?.saw(item);
    if (this.#shop.ledger.state(item.id) === undefined && this.#known?.answers.take(item) === true) return;
    this.#turn?.offer(item);
    this.#inbox.offer(item);
    this.#wake();
  }

  /** Someone is no longer in the room. */
  left(participantId: string): void {
    this.#known?.people.remove(participantId);
    this.#known?.answers.left(participantId);
  }

  /** From now on every frame of this room is heard; those before may have been lost. */
  followNews(): void {
    this.#follows = true;
    this.#known?.follow();
  }

  /** Frames of this room are no longer heard. */
  forgetNews(): void {
    this.#follows = false;
    this.#known?.forgetNews();
  }

  /** Ends the turn that runs, if any; after `stop` nothing is done until the next nudge. */
  cut(cut: Cut): void {
    this.#turn?.cut(cut);
    if (cut === "stop") this.#parked = true;
    if (cut !== "gone" && cut !== "ended") return;
    this.#known?.answers.gone();
    this.#close(cut);
  }

  /** Has the handler run for a prompt, in this room's order. */
  prompt(prompt: { readonly message: Message; readonly mentions: readonly MentionInput[] }): Promise<TurnOutcome> {
    const entry: Prompt = { ...prompt, outcome: Promise.withResolvers<TurnOutcome>() };
    this.#prompts ??= [];
    this.#prompts.push(entry);
    this.#free();
    this.#wake();
    return entry.outcome.promise;
  }

  /** Runs a task while nothing else goes on in this room; what came up meanwhile goes on afterwards. */
  async alone<Result>(task: () => Promise<Result>): Promise<Result> {
    while (this.#busy !== undefined) await this.#busy;
    const over = Promise.withResolvers<void>();
    this.#busy = over.promise;
    try {
      return await task();
    } finally {
      this.#busy = undefined;
      over.resolve();
      this.#wake();
    }
  }

  /** Ends when nothing is going on in this room. */
  async idle(): Promise<void> {
    while (this.#busy !== undefined) await this.#busy;
  }

  /** The oldest message that waits here, read from the platform; undefined when there is none. */
  async look(): Promise<StoredItem | undefined> {
    const slot = await this.#shop.looks.acquire();
    try {
      return await nextMessage(this.#shop.session.client, { roomId: this.id });
    } finally {
      slot.release();
    }
  }

  /** Takes one message through its turn and settles it. Rejects when the platform can't be had. */
  async take(
    waiting: Waiting,
    limits: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<TurnOutcome | "older"> {
    const { ledger, session, closing } = this.#shop;
    const freed = this.#freed;
    this.lastActiveMs = session.environment.monotonicMs();
    this.takingFrom = waiting.item.insertedAt;
    try {
      this.#turn ??= new RoomTurn(this.#shop);
      const ended = await this.#turn.take(this.room, waiting, {
        look: () => this.look(),
        isOver: () => closing.aborted || this.#isGone,
        timeoutMs: limits.timeoutMs,
      });
      if (ended.restMs !== undefined) this.#restFor(jitteredMs(session.environment, ended.restMs, 0.2));
      this.#marks.add(ended.settlements);
      for (const settlement of ended.settlements) await this.#settle(settlement, limits.signal);
      if (ended.outcome === "stopped") this.#park(freed);
      if (ended.outcome === "gone") await this.#checkPlace();
      return ended.outcome;
    } finally {
      this.takingFrom = undefined;
      if (ledger.state(waiting.item.id) === "running") ledger.set(waiting.item.id, "waiting");
    }
  }

  /** Makes the marks that an earlier pass could not make: what they are for has been run. Rejects when the signal aborts. */
  async settleLeft(signal?: AbortSignal): Promise<void> {
    for (const settlement of [...(this.#settlements?.left ?? [])]) await this.#settle(settlement, signal);
  }

  get #marks(): Settlements {
    this.#settlements ??= new Settlements(this.#shop, this.id);
    return this.#settlements;
  }

  /** Has the queue looked at. */
  #mark(): void {
    this.#inbox.nudge();
    this.#wake();
  }

  #free(): void {
    this.#parked = false;
    this.#freed += 1;
  }

  /** Rests until the next nudge, unless one has come since `freed` was read: what said "stopped" may be older than it. */
  #park(freed: number): void {
    if (this.#freed === freed) this.#parked = true;
  }

  #wake(): void {
    if (this.#busy !== undefined || !this.#hasWork()) return;
    this.#busy = this.#work();
  }

  #hasWork(): boolean {
    if (this.#parked || this.#isGone || this.#shop.ended.aborted || this.#shop.closing.aborted) return false;
    if (this.#prompts !== undefined && this.#prompts.length > 0) return true;
    return this.#attends && (this.#inbox.waiting || (this.#settlements?.left.length ?? 0) > 0);
  }

  async #work(): Promise<void> {
    while (this.#hasWork()) {
      await this.#rest?.over(AbortSignal.any([...this.#goneOr(this.#shop.ended, this.#shop.closing)]));
      if (!this.#hasWork()) break;
      this.#rest = undefined;
      try {
        await this.#step();
        this.#failedRounds = 0;
      } catch (error) {
        this.#backOff(error);
      } finally {
        this.#inbox.done();
      }
    }
    this.#busy = undefined; // in the same instant as the last look at #hasWork, so no wake is lost
  }

  async #step(): Promise<void> {
    const unsettled = this.#settlements?.left[0];
    if (unsettled !== undefined && this.#attends) return this.#settle(unsettled);
    const prompt = this.#prompts?.shift();
    if (prompt !== undefined) return this.#runPrompt(prompt);
    if (!this.#attends) return;
    const work = this.#inbox.take();
    if (work?.kind === "frame") {
      const outcome = await this.take({ item: work.item, from: "frame" });
      if (outcome !== "processed" && outcome !== "settled") this.#inbox.nudge();
    }
    if (work?.kind === "look") await this.#takeHead();
  }

  /** Takes the head of the queue, and has the queue looked at again: it is read until it is empty. */
  async #takeHead(): Promise<void> {
    const { ledger, session } = this.#shop;
    const head = await this.look();
    if (head === undefined || this.#known?.answers.holdsUp(head) === true) return;
    this.#inbox.nudge();
    if (ledger.state(head.id) !== "settled") {
      await this.take({ item: head, from: "queue" });
      this.#settledRounds = 0;
      return;
    }
    // The platform still shows what it has acknowledged as settled: a replica that lags. Never a reason to run again.
    this.#settledRounds += 1;
    const again = { messageId: head.id, as: "processed" } as const;
    this.#marks.add([again]);
    await this.#settle(again);
    const cap =
      this.#settledRounds > settledRoundsAtMost ? settledRestMs : session.timing.retryBaseMs * 2 ** this.#settledRounds;
    this.#restFor(cap);
  }

  async #runPrompt(prompt: Prompt): Promise<void> {
    this.lastActiveMs = this.#shop.session.environment.monotonicMs();
    try {
      this.#turn ??= new RoomTurn(this.#shop);
      prompt.outcome.resolve(await this.#turn.prompt(this.room, prompt));
    } catch (error) {
      prompt.outcome.reject(error);
    }
  }

  async #settle(settlement: Settlement, until?: AbortSignal): Promise<void> {
    const freed = this.#freed;
    const ends = this.#goneOr(this.#shop.ended, ...(until === undefined ? [] : [until]));
    const outcome = await this.#marks.make(settlement, ends);
    if (outcome === "stopped") this.#park(freed);
  }

  /** A message or a room was not found: when the queue is not there either, it is the room. */
  async #checkPlace(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      if (error instanceof ApiError && (error.status === 404 || error.status === 403)) this.#close("gone");
      else throw error;
    }
  }

  #close(cut: Cut): void {
    this.#isGone = true;
    this.#gone?.abort(goneReason(cut));
    for (const prompt of this.#prompts?.splice(0) ?? []) prompt.outcome.resolve(cut === "gone" ? "gone" : "shut-down");
  }

  #goneOr(...others: AbortSignal[]): readonly AbortSignal[] {
    this.#gone ??= new AbortController();
    if (this.#isGone) this.#gone.abort(goneReason("gone"));
    return [this.#gone.signal, ...others];
  }

  #restFor(durationMs: number): void {
    this.#rest = new Rest(this.#shop.session.environment, durationMs);
  }

  #backOff(error: unknown): void {
    if (this.#isGone || this.#shop.ended.aborted) return;
    if (error instanceof ApiError && error.status === 404) return this.#close("gone");
    const { environment, timing, logger, notify } = this.#shop.session;
    const text = ThenvoiError.is(error) ? error.message : String(error);
    logger.warn(`Room ${this.id} rests and is looked at again: ${text}`);
    this.#failedRounds += 1;
    const waitMs =
      timing.retryBaseMs +
      fullJitterMs(environment, this.#failedRounds, { baseMs: timing.retryBaseMs, capMs: timing.retryCapMs });
    notify({ type: "retry", roomId: this.id, what: "room", waitMs });
    this.#restFor(waitMs);
    this.#inbox.nudge();
  }
}

function goneReason(cut: Cut): DOMException {
  return new DOMException(cut === "gone" ? "The room is gone." : "The agent has ended.", "AbortError");
}
