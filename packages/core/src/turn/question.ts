import { AskError } from "../errors.ts";
import { sleep } from "../internal/environment.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { Voice } from "../outbox/voice.ts";
import { contextTail } from "../rest/context.ts";
import { listMessages } from "../rest/messages.ts";
import type { Wait } from "../room/answers.ts";
import type { KnownRoom } from "../room/known-room.ts";
import type { Answer, AskOptions } from "../tools/answer.ts";
import type { FoundPeer } from "../tools/toolbox.ts";
import type { Asking } from "./ask.ts";
import { CallForAttention } from "./attention.ts";
import { handOver } from "./hand-over.ts";
import { questionGivenUp } from "./late-answer.ts";

const idleMs = 2_000;
const lookedAt = 100;

/** How long an answer may take: of a person; else in a turn that a person, or an agent, started. */
const defaultTimeoutsMs = { person: 900_000, user: 60_000, agent: 30_000 } as const;

/** A question the room has. */
interface Posted {
  readonly id: string;
  /** By the platform's clock; undefined until that is known. */
  askedAt: string | undefined;
  /** An earlier attempt asked it: the answer may be there already, and even be settled. */
  readonly adopted: boolean;
}

/** What is asked of whom, in which room. */
export interface Asked {
  readonly room: KnownRoom;
  readonly peer: FoundPeer;
  readonly text: string;
  readonly options: AskOptions;
  /** Aborts when nobody waits for the answer any more. */
  readonly over: AbortSignal;
}

/** One question, from being put to being answered or given up. */
export class Question {
  readonly #asking: Asking;
  readonly #asked: Asked;
  readonly #room: KnownRoom;
  readonly #voice: Voice;

  constructor(asking: Asking, asked: Asked) {
    const { room } = asked;
    this.#asking = asking;
    this.#asked = asked;
    this.#room = room;
    this.#voice =
      room === asking.room ? asking.voice : new Voice(room.outbox, { onPosted: (posted) => room.posted(posted) });
  }

  async ask(): Promise<Answer> {
    const { environment } = this.#room.session;
    const { over, peer, options } = this.#asked;
    over.throwIfAborted();
    using wait = this.#room.answers.open(peer.id);
    using _held = peer.kind === "user" ? this.#asking.deadline.hold() : undefined;
    const earlier = this.#voice.takeQuestion({
      to: { ...peer, role: "member" },
      content: this.#asked.text,
      sameWords: options.sameWords === true,
    });
    const attention = peer.kind === "user" ? this.#callAttention(earlier) : undefined;
    try {
      const posted = await this.#post(earlier);
      const startedMs = environment.monotonicMs();
      tell(options, `waiting for ${this.#name}`);
      const items = await this.#untilAnswered(wait, posted);
      attention?.resolve("answered");
      const waitedMs = environment.monotonicMs() - startedMs;
      return handOver(this.#asking, { room: this.#room, peer, items, waitedMs });
    } catch (error) {
      attention?.resolve("unanswered");
      throw error;
    }
  }

  /** Waits without holding up other turns, and without leaving the question behind unnoted when the wait is ended. */
  async #untilAnswered(wait: Wait, posted: Posted): Promise<readonly [StoredItem, ...StoredItem[]]> {
    const { over } = this.#asked;
    const abandon = () => this.#noteGivenUp(posted, `The question to ${this.#name} was given up.`);
    if (over.aborted) abandon();
    over.addEventListener("abort", abandon, { once: true });
    const resume = this.#asking.rules.rest();
    try {
      return await this.#await(wait, posted);
    } finally {
      over.removeEventListener("abort", abandon);
      await resume();
    }
  }

  get #name(): string {
    const { handle, name } = this.#asked.peer;
    return handle === undefined ? name : `@${handle}`;
  }

  get #timeoutMs(): number {
    const { options, peer } = this.#asked;
    return options.timeoutMs ?? defaultTimeoutsMs[peer.kind === "user" ? "person" : this.#asking.startedBy];
  }

  #callAttention(earlier: StoredItem | undefined): CallForAttention {
    return earlier === undefined
      ? CallForAttention.make(this.#voice, this.#asked.text)
      : CallForAttention.adopt(this.#voice, this.#asking.alreadySaid, earlier);
  }

  async #post(earlier: StoredItem | undefined): Promise<Posted> {
    if (earlier !== undefined) return { id: earlier.id, askedAt: earlier.insertedAt, adopted: true };
    const { text, peer } = this.#asked;
    const seenBefore = this.#room.outbox.newestSeen;
    const { id } = await this.#voice.ask({ content: text, mentions: [{ id: peer.id }] });
    const posted: Posted = { id, askedAt: undefined, adopted: false };
    void this.#learnTime(posted, seenBefore);
    return posted;
  }

  /** Learns when the question was inserted while the peer thinks, because posting does not tell. Never rejects. */
  async #learnTime(posted: Posted, seenBefore: string): Promise<void> {
    let found: StoredItem | undefined;
    try {
      const context = await contextTail(this.#room.session.client, { roomId: this.#room.id, limit: lookedAt });
      found = context.find((item) => item.id === posted.id);
    } catch (error) {
      this.#room.session.logger.debug(`The time of question ${posted.id} is not known: ${String(error)}`);
    }
    posted.askedAt = found?.insertedAt ?? seenBefore; // what was seen before it was posted can't be an answer
    this.#room.answers.wakeFor(this.#asked.peer.id);
  }

  /** Waits until the answer is there, and takes care that there is always something that ends the wait. */
  async #await(wait: Wait, posted: Posted): Promise<readonly [StoredItem, ...StoredItem[]]> {
    const { environment } = this.#room.session;
    const { over, options } = this.#asked;
    const { askCheckMs } = this.#asking.rules;
    const endsAtMs = environment.monotonicMs() + this.#timeoutMs;
    let nextCheckMs = environment.monotonicMs() + askCheckMs();
    if (posted.adopted) wait.check();
    for (;;) {
      const { news } = wait; // before looking, so that nothing falls between
      over.throwIfAborted();
      const nowMs = environment.monotonicMs();
      const isLate = nowMs >= endsAtMs;
      if (posted.askedAt !== undefined) {
        const isDue = isLate || nowMs >= nextCheckMs;
        if (isDue) wait.check();
        while (wait.takeCheck()) await this.#lookFor(wait, posted.adopted);
        over.throwIfAborted();
        if (isDue) nextCheckMs = environment.monotonicMs() + askCheckMs();
        const first = wait.takeFirst(posted.askedAt);
        if (first !== undefined) {
          if (options.collect !== "until-idle") return [first];
          return [first, ...(await this.#collect(wait, posted.askedAt, endsAtMs))];
        }
        if (wait.left !== undefined) throw this.#nobodyLeft(wait.left);
      }
      if (isLate) throw this.#giveUp(posted);
      await this.#untilNews(news, Math.min(endsAtMs, nextCheckMs));
    }
  }

  /** True when there was news, false when it is time. */
  async #untilNews(news: Promise<void>, wakeAtMs: number): Promise<boolean> {
    const { environment } = this.#room.session;
    const patience = new AbortController();
    const waitMs = Math.max(1, wakeAtMs - environment.monotonicMs());
    const time = sleep(environment, waitMs, AbortSignal.any([patience.signal, this.#asked.over]));
    const isNews = await Promise.race([
      news.then(() => true),
      time.then(
        () => false,
        () => false,
      ),
    ]);
    patience.abort();
    return isNews;
  }

  /** Reads the room for texts of the peer that no frame has brought, and whether the peer is still there. */
  async #lookFor(wait: Wait, settledToo: boolean): Promise<void> {
    const { client, logger } = this.#room.session;
    const { peer } = this.#asked;
    const ref = { roomId: this.#room.id };
    try {
      const items = settledToo
        ? await contextTail(client, { ...ref, limit: lookedAt })
        : await Array.fromAsync(listMessages(client, ref));
      for (const item of items) if (item.type === "text" && item.senderId === peer.id) wait.hear(item);
      const here = await this.#room.people.list();
      if (!here.some(({ id }) => id === peer.id)) wait.leave("peer");
    } catch (error) {
      logger.debug(`The answer of ${this.#name} could not be looked for: ${String(error)}`);
    }
  }

  /** Everything more that is said until the peer has been quiet for a while, or its time is up. */
  async #collect(wait: Wait, askedAt: string, endsAtMs: number): Promise<readonly StoredItem[]> {
    const { environment } = this.#room.session;
    const more: StoredItem[] = [];
    for (;;) {
      const { news } = wait;
      for (let next = wait.takeFirst(askedAt); next !== undefined; next = wait.takeFirst(askedAt)) more.push(next);
      const nowMs = environment.monotonicMs();
      const isOver = nowMs >= endsAtMs || !(await this.#untilNews(news, Math.min(nowMs + idleMs, endsAtMs)));
      if (this.#asked.over.aborted) for (const item of more) wait.hear(item); // nobody has got them
      this.#asked.over.throwIfAborted();
      if (isOver) return more;
    }
  }

  #giveUp(posted: Posted): AskError {
    const seconds = Math.round(this.#timeoutMs / 100) / 10;
    this.#noteGivenUp(posted, `${this.#name} did not answer within ${seconds} s.`);
    return new AskError(
      "ask.timed-out",
      `${this.#name} did not answer within ${seconds} s. It may be busy or offline, or have answered without mentioning this agent, which can't be seen. Go on without it, ask someone else, or ask again.`,
    );
  }

  /** Leaves a note in the room, so that a late answer is known as one, also after a restart. */
  #noteGivenUp(posted: Posted, text: string): void {
    const { id: questionId, askedAt } = posted;
    this.#voice.report(questionGivenUp({ questionId, askedAt, peerId: this.#asked.peer.id, text }));
    if (this.#voice !== this.#asking.voice) this.#asking.voice.holdFor(this.#voice.flush());
  }

  #nobodyLeft(what: "peer" | "room"): AskError {
    const text =
      what === "peer"
        ? `${this.#name} is no longer in the room and can't answer.`
        : `The room in which ${this.#name} was asked is gone.`;
    return new AskError("ask.peer-left", `${text} Ask someone else, or go on without it.`);
  }
}

/** A listener that throws must not end the wait. */
function tell(options: AskOptions, text: string): void {
  try {
    options.onProgress?.(text);
  } catch {
    // its own affair
  }
}
