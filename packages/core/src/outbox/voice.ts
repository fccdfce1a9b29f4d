import { MentionError, ThenvoiError, TurnClosedError } from "../errors.ts";
import { waitAtMost } from "../internal/patience.ts";
import type { SentMessage } from "../model/message.ts";
import type { Participant } from "../model/participant.ts";
import type { RoomEventInput } from "../model/room-event.ts";
import { deliveryFor, type StoredItem } from "../model/stored-item.ts";
import { CallBook, type OpenCall } from "./call-book.ts";
import { messageParts } from "./long-text.ts";
import { type MentionInput, resolveMentions } from "./mentions.ts";
import type { Outbox } from "./outbox.ts";
import { isSame, type OutgoingText, postText } from "./post-text.ts";

/** What makes a voice one turn's: a message it may be read back from, and what earlier attempts said. */
export interface VoiceOf {
  readonly trigger?: StoredItem;
  readonly alreadySaid?: readonly StoredItem[];
  /** Asked when a post is forbidden; throws when that ends the turn. */
  onForbidden?(error: unknown): Promise<void>;
  /** Told of each text and event the platform has taken. */
  onPosted?(posted: Posted): void;
}

/** Something this agent said and the platform has. */
export type Posted =
  | { readonly kind: "text"; readonly id: string; readonly text: OutgoingText }
  | { readonly kind: "event"; readonly id: string; readonly input: RoomEventInput };

/**
 * The right to speak in a room, for as long as it is open.
 *
 * A turn has one, and `room(id)` gives one that is not a turn's. Once closed, nothing it was still to say goes out:
 * queued texts reject with {@link TurnClosedError}, queued events are dropped, a post in flight is not repeated.
 */
export class Voice {
  readonly #outbox: Outbox;
  readonly #of: VoiceOf;
  readonly #closed = new AbortController();
  readonly #calls: CallBook;
  readonly #texts = new Set<Promise<unknown>>();
  readonly #events = new Set<Promise<unknown>>();
  readonly #adoptable: StoredItem[];
  readonly #addressed = new Set<string>();
  readonly #asked = new Set<string>();
  #undelivered: unknown;
  #textsPosted = 0;

  constructor(outbox: Outbox, of: VoiceOf = {}) {
    this.#outbox = outbox;
    this.#of = of;
    this.#calls = new CallBook(of.alreadySaid ?? []);
    this.#adoptable = (of.alreadySaid ?? []).filter((item) => item.type === "text");
  }

  /** Aborts, with a {@link TurnClosedError}, when the voice is taken away. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** How many texts of this voice the room has. */
  get textsPosted(): number {
    return this.#textsPosted;
  }

  /** The first text that could not be delivered, if any: the turn can't count as done then. */
  get undelivered(): unknown {
    return this.#undelivered;
  }

  /** Tool calls without a result yet, those of earlier attempts first. */
  get openCalls(): readonly OpenCall[] {
    return this.#calls.open;
  }

  /** Whether something was said to that participant that was not a question to wait on. */
  hasAddressed(participantId: string): boolean {
    return this.#addressed.has(participantId);
  }

  /** Whether something was said to anyone that was not a question to wait on. */
  get hasAddressedAnyone(): boolean {
    return this.#addressed.size > 0;
  }

  send(message: { readonly content: string; readonly mentions: readonly MentionInput[] }): Promise<SentMessage> {
    const sending = this.ask(message).then((sent) => {
      for (const { id } of sent.recipients) this.#addressed.add(id);
      return sent;
    });
    return ignorable(sending);
  }

  /**
   * A text that an earlier attempt of this turn put to that peer alone: a question that need not be asked again. It is
   * the one with these words; else, for the first question to a peer, the newest, because a model words it anew.
   */
  takeQuestion(question: {
    readonly to: Participant;
    readonly content: string;
    readonly sameWords: boolean;
  }): StoredItem | undefined {
    const { to, content, sameWords } = question;
    const isToPeer = ({ mentions }: StoredItem) => mentions.length === 1 && mentions[0]?.id === to.id;
    const isFirst = !this.#asked.has(to.id);
    this.#asked.add(to.id);
    const same = this.#adoptable.findIndex((item) => isSame(item, { content, mentioned: [to] }));
    const index = same < 0 && isFirst && !sameWords ? this.#adoptable.findLastIndex(isToPeer) : same;
    const [item] = index < 0 ? [] : this.#adoptable.splice(index, 1);
    if (item !== undefined) this.#outbox.matched.add(item.id);
    return item;
  }

  /** Posts a text as {@link send} does, without counting it as an answer to anyone. */
  ask(message: { readonly content: string; readonly mentions: readonly MentionInput[] }): Promise<SentMessage> {
    if (this.#closed.signal.aborted) return ignorable(Promise.reject<never>(this.#closed.signal.reason));
    const { events, session } = this.#outbox;
    const toolEvents = events.waiting === 0 ? undefined : events.settledToolEvents();
    const sending = this.#outbox.queueText(async () => {
      const { environment, timing } = session;
      if (toolEvents !== undefined) await waitAtMost(environment, timing.textWaitsForEventsMs, toolEvents);
      return this.#post(message);
    });
    this.#watch(sending);
    return sending;
  }

  report(input: RoomEventInput): void {
    if (this.#closed.signal.aborted || !this.#calls.admit(input)) return;
    void this.#queueEvent(input);
  }

  /** Reports, and tells the event's id once the room has it; undefined when it was not taken. Never rejects. */
  async announce(input: RoomEventInput): Promise<string | undefined> {
    if (this.#closed.signal.aborted) return undefined;
    let taken: string | undefined;
    await this.#queueEvent(input, (id) => {
      taken = id;
    });
    return taken;
  }

  /** Has the turn wait for something before it is settled. It must not reject. */
  holdFor(task: Promise<unknown>): void {
    track(this.#events, task);
  }

  /** Whether events are still waiting to be posted. */
  get hasEvents(): boolean {
    return this.#events.size > 0;
  }

  /** Ends when the texts said so far are out, or are given up. Never rejects. */
  async flushTexts(): Promise<void> {
    while (this.#texts.size > 0) await Promise.allSettled([...this.#texts]);
  }

  /** The same for texts and events. */
  async flush(): Promise<void> {
    while (this.#texts.size + this.#events.size > 0) await Promise.allSettled([...this.#texts, ...this.#events]);
  }

  /**
   * Takes the voice away. With `results`, each tool call still open gets that text as its error result, and events
   * already queued still go out; otherwise nothing more does.
   */
  close(reason: string | TurnClosedError, options: { readonly results?: string } = {}): void {
    if (this.#closed.signal.aborted) return;
    if (options.results === undefined) this.#outbox.events.drop(this);
    else this.#closeCalls(options.results);
    this.#closed.abort(typeof reason === "string" ? new TurnClosedError(reason) : reason);
  }

  #closeCalls(output: string): void {
    for (const call of this.#calls.open) this.report({ type: "tool_result", ...call, output, isError: true });
  }

  #queueEvent(input: RoomEventInput, onTaken: (id: string) => void = () => undefined): Promise<void> {
    const queued = this.#outbox.events.add(this, input, (id) => {
      onTaken(id);
      this.#of.onPosted?.({ kind: "event", id, input });
    });
    track(this.#events, queued);
    return queued;
  }

  async #post(message: { readonly content: string; readonly mentions: readonly MentionInput[] }): Promise<SentMessage> {
    const mentioned = await this.#resolve(message.mentions);
    const agentMentioned = mentioned.some((person) => person.kind === "agent");
    let first: SentMessage | undefined;
    for (const content of messageParts(message.content, { agentMentioned })) {
      const sent = await this.#postPart({ roomId: this.#outbox.roomId, content, mentioned });
      first ??= sent;
    }
    if (first === undefined) throw new MentionError("mention.missing", "there was nothing to say", []);
    return first;
  }

  async #postPart(text: OutgoingText): Promise<SentMessage> {
    this.#closed.signal.throwIfAborted();
    const sent = this.#adopt(text) ?? (await this.#postNew(text));
    this.#textsPosted += 1;
    if (!sent.adopted) this.#of.onPosted?.({ kind: "text", id: sent.id, text });
    return sent;
  }

  async #postNew(text: OutgoingText): Promise<SentMessage> {
    const { trigger } = this.#of;
    if (trigger === undefined) await this.#outbox.lookBack(this.#closed.signal);
    const newestSeen = this.#outbox.newestSeen;
    const selfId = this.#outbox.session.identity.id;
    const memory = {
      latency: this.#outbox.latency,
      matched: this.#outbox.matched,
      tooOld: (item: StoredItem, context: readonly StoredItem[]) =>
        item.insertedAt <= newestBefore(trigger, context, selfId, newestSeen),
    };
    try {
      return await postText(this.#outbox.session, text, memory, this.#closed.signal);
    } catch (error) {
      await this.#of.onForbidden?.(error);
      throw error;
    }
  }

  /** A text that an earlier attempt of this message already said is not said again. */
  #adopt(text: OutgoingText): SentMessage | undefined {
    const index = this.#adoptable.findIndex((item) => isSame(item, text));
    const [item] = index < 0 ? [] : this.#adoptable.splice(index, 1);
    if (item === undefined) return undefined;
    this.#outbox.matched.add(item.id);
    const recipients = text.mentioned.map(({ id, handle, name }) => ({ id, handle, name }));
    return { id: item.id, recipients, adopted: true };
  }

  /** People come and go: who is not found is looked for once more in a fresh list. */
  async #resolve(mentions: readonly MentionInput[]): Promise<readonly Participant[]> {
    const selfId = this.#outbox.session.identity.id;
    try {
      return resolveMentions(mentions, await this.#outbox.directory.list(), selfId);
    } catch (error) {
      if (!(error instanceof MentionError)) throw error;
      return resolveMentions(mentions, await this.#outbox.directory.refresh(), selfId);
    }
  }

  /** A text that its caller doesn't wait for must not fail in silence. */
  #watch(sending: Promise<SentMessage>): void {
    const known = sending.then(
      () => undefined,
      (error: unknown) => {
        if (this.#closed.signal.aborted) return;
        if (ThenvoiError.is(error) && !error.retryable) this.#outbox.session.logger.warn(`Not said: ${error.message}`);
        else this.#undelivered ??= error;
      },
    );
    track(this.#texts, known);
  }
}

/** The same promise: a rejection of it that nobody waits for must not end the process. */
function ignorable<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}

/** Keeps a promise in the set until it ends. */
function track(set: Set<Promise<unknown>>, promise: Promise<unknown>): void {
  set.add(promise);
  void promise.then(() => set.delete(promise));
}

/** A time, by the platform's clock, that every post of this voice comes after. */
function newestBefore(
  trigger: StoredItem | undefined,
  context: readonly StoredItem[],
  selfId: string,
  newestSeen: string,
): string {
  if (trigger === undefined) return newestSeen;
  const stored = context.find((item) => item.id === trigger.id);
  const startedAt = stored === undefined ? undefined : deliveryFor(stored, selfId).attempts.at(-1)?.startedAt;
  return startedAt ?? trigger.insertedAt;
}
