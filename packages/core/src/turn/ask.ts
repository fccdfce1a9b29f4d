import { ApiError, AskError } from "../errors.ts";
import { sleep } from "../internal/environment.ts";
import type { ParticipantKind } from "../model/participant.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { Voice } from "../outbox/voice.ts";
import { contextTail } from "../rest/context.ts";
import { claim } from "../rest/marks.ts";
import { addParticipant } from "../rest/participants.ts";
import type { Wait } from "../room/answers.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { readableMessage } from "../room/readable.ts";
import type { Answer, AskOptions } from "../tools/answer.ts";
import type { FoundPeer } from "../tools/toolbox.ts";
import type { TurnDeadline } from "./deadline.ts";
import type { TurnEnd } from "./ending.ts";
import { askTimedOut } from "./late-answer.ts";
import { settle } from "./settle.ts";
import type { RunRules } from "./speak.ts";
import { findPeer } from "./toolbox.ts";

const idleMs = 2_000;
const lookedAt = 100;

/** What asking needs of its turn. */
export interface Asking {
  readonly room: KnownRoom;
  readonly voice: Voice;
  readonly end: TurnEnd;
  readonly deadline: TurnDeadline;
  readonly startedBy: ParticipantKind;
  readonly rules: Pick<RunRules, "rest" | "openRoom" | "onAnswer" | "askCheckMs">;
}

/** How long an answer may take: of a person; else in a turn that a person, or an agent, started. */
const defaultTimeoutsMs = { person: 900_000, user: 60_000, agent: 30_000 } as const;

/**
 * Asks a peer or a person in the turn's room, waits, and gives the answer back.
 *
 * The answer is the first text of that peer that mentions this agent and was inserted after the question. It is claimed and
 * settled here and starts no turn. A re-run asks nothing twice: its first question to a peer is the newest one an earlier
 * attempt put to that peer. Ends in every case: with the answer, or with an {@link AskError} that says why there is none.
 */
export function createAsker(asking: Asking): (who: string, question: string, options?: AskOptions) => Promise<Answer> {
  const { room, rules } = asking;
  return async (who, question, options = {}) => {
    const peer = await findPeer(room, who);
    const where = options.where === "new-room" ? await rules.openRoom(titleOf(question)) : room;
    if (where !== room || !peer.isHere) await bring(where, peer);
    return where.answers.inTurn(peer.id, () => new Question(asking, where, peer, question, options).ask());
  };
}

/** One question, from being put to being answered. */
class Question {
  readonly #asking: Asking;
  readonly #room: KnownRoom;
  readonly #peer: FoundPeer;
  readonly #text: string;
  readonly #options: AskOptions;
  readonly #voice: Voice;

  constructor(asking: Asking, room: KnownRoom, peer: FoundPeer, text: string, options: AskOptions) {
    this.#asking = asking;
    this.#room = room;
    this.#peer = peer;
    this.#text = text;
    this.#options = options;
    this.#voice =
      room === asking.room ? asking.voice : new Voice(room.outbox, { onPosted: (posted) => room.posted(posted) });
  }

  async ask(): Promise<Answer> {
    const { environment } = this.#room.session;
    const { deadline, rules } = this.#asking;
    using wait = this.#room.answers.open(this.#peer.id);
    using _held = this.#peer.kind === "user" ? deadline.hold() : undefined;
    const earlier = this.#voice.takeQuestionTo(this.#peer.id);
    const attention = earlier === undefined && this.#peer.kind === "user" ? this.#callAttention() : undefined;
    const seenBefore = this.#room.outbox.newestSeen;
    const posted = earlier ?? (await this.#voice.ask({ content: this.#text, mentions: [{ id: this.#peer.id }] }));
    const startedMs = environment.monotonicMs();
    this.#options.onProgress?.(`waiting for ${this.#name}`);
    if (earlier !== undefined) wait.check();
    const resume = rules.rest();
    try {
      const answers = await this.#await(wait, { id: posted.id, insertedAt: earlier?.insertedAt, seenBefore });
      void this.#resolveAttention(attention);
      const waitedMs = environment.monotonicMs() - startedMs;
      return this.#answer(answers, waitedMs);
    } finally {
      await resume();
    }
  }

  get #name(): string {
    return this.#peer.handle === undefined ? this.#peer.name : `@${this.#peer.handle}`;
  }

  /** Waits until the answer is there, and takes care that there is always something that ends the wait. */
  async #await(
    wait: Wait,
    question: { readonly id: string; readonly insertedAt: string | undefined; readonly seenBefore: string },
  ): Promise<readonly [StoredItem, ...StoredItem[]]> {
    const { environment } = this.#room.session;
    const endsAtMs = environment.monotonicMs() + this.#timeoutMs;
    const { signal: callerSignal } = this.#options;
    const over = AbortSignal.any([this.#asking.end.signal, ...(callerSignal === undefined ? [] : [callerSignal])]);
    let askedAt = question.insertedAt;
    if (askedAt === undefined) {
      void this.#askedAt(question).then((time) => {
        askedAt = time;
        wait.wake();
      });
    }
    let nextCheckMs = environment.monotonicMs() + this.#asking.rules.askCheckMs();
    for (;;) {
      const news = wait.news; // before looking, so that nothing falls between
      this.#throwIfOver(over, wait);
      const isLate = environment.monotonicMs() >= endsAtMs;
      if (askedAt !== undefined) {
        const isDue = isLate || environment.monotonicMs() >= nextCheckMs;
        if (wait.takeCheck() || isDue) await this.#lookFor(wait, askedAt);
        if (isDue) nextCheckMs = environment.monotonicMs() + this.#asking.rules.askCheckMs();
        const [first, ...more] = wait.takeAfter(askedAt);
        if (first !== undefined)
          return this.#options.collect === "until-idle"
            ? this.#collect(wait, [first, ...more], askedAt, over)
            : [first];
      }
      if (isLate) return this.#giveUp(question.id);
      const patience = new AbortController();
      const wakeMs = Math.max(1, Math.min(endsAtMs, nextCheckMs) - environment.monotonicMs());
      await Promise.race([
        news,
        sleep(environment, wakeMs, AbortSignal.any([patience.signal, over])).catch(() => undefined),
      ]);
      patience.abort();
    }
  }

  /** When the question was inserted, by the platform's clock: the posting does not tell. Never rejects. */
  async #askedAt(question: { readonly id: string; readonly seenBefore: string }): Promise<string> {
    try {
      const context = await contextTail(this.#room.session.client, { roomId: this.#room.id, limit: lookedAt });
      return context.find((item) => item.id === question.id)?.insertedAt ?? question.seenBefore;
    } catch {
      return question.seenBefore; // what was seen before it was posted can't be an answer
    }
  }

  /** Reads the newest of the room for texts of the peer that no frame has brought, settled ones too. */
  async #lookFor(wait: Wait, askedAt: string): Promise<void> {
    const { client, logger } = this.#room.session;
    try {
      const context = await contextTail(client, { roomId: this.#room.id, limit: lookedAt });
      for (const item of context) {
        if (item.type === "text" && item.senderId === this.#peer.id && item.insertedAt > askedAt) wait.hear(item);
      }
    } catch (error) {
      logger.debug(`The answer of ${this.#name} could not be looked for: ${String(error)}`);
    }
  }

  /** Everything more that is said until the peer has been quiet for a while. */
  async #collect(
    wait: Wait,
    first: readonly [StoredItem, ...StoredItem[]],
    askedAt: string,
    over: AbortSignal,
  ): Promise<readonly [StoredItem, ...StoredItem[]]> {
    const [one, ...others] = first;
    for (;;) {
      const news = wait.news;
      const patience = new AbortController();
      const quiet = sleep(this.#room.session.environment, idleMs, AbortSignal.any([patience.signal, over])).then(
        () => true,
        () => true,
      );
      const isQuiet = await Promise.race([news.then(() => false), quiet]);
      patience.abort();
      others.push(...wait.takeAfter(askedAt));
      if (isQuiet) return [one, ...others];
    }
  }

  /** The answer is handed over; the messages it came in are claimed and settled without a turn. */
  #answer(items: readonly [StoredItem, ...StoredItem[]], waitedMs: number): Answer {
    const [first] = items;
    for (const item of items) {
      this.#room.answers.taken.add(item.id);
      this.#room.saw(item);
      this.#asking.rules.onAnswer(item.id, "running");
      this.#voice.holdFor(this.#settle(item));
    }
    const texts = items.map((item) => this.#spoken(item));
    const { id, name, handle, kind } = this.#peer;
    return { peer: { id, name, handle, kind }, answer: texts.join("\n\n"), messageId: first.id, waitedMs };
  }

  /** A text without the address it begins with: who asked knows that it is meant. */
  #spoken(item: StoredItem): string {
    const { text } = readableMessage(item, this.#room.people.known);
    const address = `@${this.#room.session.identity.handle}`;
    return text.startsWith(`${address} `) ? text.slice(address.length).trimStart() : text;
  }

  async #settle(item: StoredItem): Promise<void> {
    const { session, id: roomId } = this.#room;
    try {
      const claimed = await claim(session.client, { roomId, messageId: item.id });
      if (claimed.kind === "marked")
        await settle(session, roomId, { messageId: item.id, as: "processed" }, this.#asking.end.signal);
      this.#asking.rules.onAnswer(item.id, "settled");
    } catch (error) {
      session.logger.warn(`The answer ${item.id} in room ${roomId} could not be settled: ${String(error)}`);
    }
  }

  /** Leaves a note in the room, so that a late answer is known as one, also after a restart. */
  #giveUp(questionId: string): never {
    const seconds = Math.round(this.#timeoutMs / 1_000);
    this.#voice.report(askTimedOut({ questionId, peerId: this.#peer.id, peerName: this.#name, seconds }));
    throw new AskError(
      "ask.timed-out",
      `${this.#name} did not answer within ${seconds} s. It may be busy or offline, or have answered without mentioning this agent, which can't be seen. Go on without it, ask someone else, or ask again.`,
    );
  }

  #throwIfOver(over: AbortSignal, wait: Wait): void {
    if (over.aborted) throw new AskError("ask.ended", `The wait for ${this.#name} ended because the turn did.`);
    if (!wait.hasLeft) return;
    throw new AskError(
      "ask.peer-left",
      `${this.#name} is no longer in the room and can't answer. Ask someone else, or go on without it.`,
    );
  }

  get #timeoutMs(): number {
    return this.#options.timeoutMs ?? defaultTimeoutsMs[this.#peer.kind === "user" ? "person" : this.#asking.startedBy];
  }

  #callAttention(): Promise<string | undefined> {
    return this.#voice.announce({ type: "attention", attention: "question", blocking: true, text: this.#text });
  }

  async #resolveAttention(attention: Promise<string | undefined> | undefined): Promise<void> {
    const id = await attention;
    if (id === undefined) return;
    this.#voice.report({
      type: "attention",
      attention: "question",
      text: "Answered.",
      resolves: id,
      resolution: "answered",
    });
  }
}

/** Brings someone into a room. Who came meanwhile is welcome. */
async function bring(room: KnownRoom, peer: FoundPeer): Promise<void> {
  try {
    room.people.add(await addParticipant(room.session.client, { roomId: room.id, participantId: peer.id }));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    await room.people.refresh();
  }
}

/** A question as the title of a room: its first line, at most 120 characters. */
function titleOf(question: string): string {
  const line = question.replace(/\s+/gu, " ").trim();
  return line.length <= 120 ? line : `${line.slice(0, 119).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}
