import type { ChatTransport, UIMessageChunk } from "ai";
import type { RoomPerson, RoomRequest } from "./entry.ts";
import { type FeedState, readFeed, sleep } from "./feed.ts";
import type { RoomUIMessage } from "./messages.ts";
import { RoomView } from "./view.ts";

/** An answer that never begins is not waited for longer than this. */
const unclaimedMs = 10_000;
const triesAtMost = 4;
const firstRetryMs = 250;

export interface RoomChatTransportOptions {
  /** Where the app serves this room: `/api/rooms/<id>`. */
  readonly api: string;
  /** More for each request, such as a token; cookies travel by themselves. */
  readonly headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

/** What of a chat shows the room: of `useChat()` its own `setMessages`. */
export interface RoomFollower {
  readonly setMessages: (update: (messages: RoomUIMessage[]) => RoomUIMessage[]) => void;
  /** Told who is in the room, at first and when that changes. */
  readonly onPeople?: (people: readonly RoomPerson[]) => void;
  /** Told how the stream fares; after `refused` and `gone` nothing comes any more. */
  readonly onState?: (state: FeedState | "gone") => void;
}

type Options = Parameters<ChatTransport<RoomUIMessage>["sendMessages"]>[0];

/**
 * A room as the transport of a `useChat()`: the chat's messages are the room's, and what is sent is said there.
 *
 * `follow()` keeps the messages in step with the room, whoever spoke: one stream brings every entry, and goes on where it broke.
 * The stream that `sendMessages()` answers with carries nothing; it is open for as long as the agents that were asked are at
 * work, so `status` and `stop()` mean what they say. Browser-safe: needs `fetch` and web streams.
 */
export class RoomChatTransport implements ChatTransport<RoomUIMessage> {
  readonly #options: RoomChatTransportOptions;
  readonly #view = new RoomView();
  readonly #followers = new Set<RoomFollower>();
  /** The room's ids of messages that this page made, by the ids the page gave them. */
  readonly #said = new Map<string, string>();
  readonly #changed = new Set<() => void>();
  #sending = 0;
  #users = 0;
  #feed: AbortController | undefined;
  #refused = false;

  constructor(options: RoomChatTransportOptions) {
    this.#options = options;
  }

  /** Shows the room in a chat until the answer is called. As a React effect: `useEffect(() => transport.follow({ setMessages }), …)`. */
  follow(follower: RoomFollower): () => void {
    this.#followers.add(follower);
    const release = this.#use();
    if (this.#view.isRead) {
      this.#show(follower);
      follower.onPeople?.(this.#view.people);
    }
    return () => {
      this.#followers.delete(follower);
      release();
    };
  }

  /** Says the last message. Throws when there is nothing to say in it, and when the server or the room refuses it. */
  async sendMessages({ messages, messageId, trigger, abortSignal }: Options): Promise<ReadableStream<UIMessageChunk>> {
    const message =
      trigger === "regenerate-message" ? messages.findLast(({ role }) => role === "user") : messages.at(-1);
    const isNew = message?.role === "user" && message.metadata === undefined && !this.#said.has(message.id);
    if (message === undefined || !isNew || (messageId !== undefined && trigger === "submit-message"))
      throw new Error("What was said in a room stays as it is; say something new instead.");
    const text = message.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
    if (text.trim() === "") throw new Error("There is no text in this message; a room takes nothing else.");

    const release = this.#use();
    this.#sending += 1;
    try {
      const { id } = await this.#post({ action: "say", text, key: message.id });
      this.#said.set(message.id, id);
      return this.#openWhileAtWork(id, abortSignal, release);
    } catch (error) {
      release();
      throw error;
    } finally {
      this.#sending -= 1;
      this.#showAll();
    }
  }

  /** After a reload: a stream for as long as an agent is at work on something this person said; null when none is. */
  async reconnectToStream(options: {
    readonly chatId: string;
    readonly abortSignal?: AbortSignal | undefined;
  }): Promise<ReadableStream<UIMessageChunk> | null> {
    const release = this.#use();
    const signal = options.abortSignal;
    while (!this.#view.isRead && !this.#refused && signal?.aborted !== true) await this.#nextChange(signal);
    const own = this.#view.own.findLast(({ deliveries }) => Object.values(deliveries).includes("processing"));
    if (own !== undefined && signal?.aborted !== true) return this.#openWhileAtWork(own.id, signal, release);
    release();
    return null;
  }

  /**
   * Interrupts the agents at work on what this person said. The chat's own `stop()` does so too, but after a reload only where
   * `ai` tells its transport of it: 6.0.0 and 7.0.0 do not.
   */
  async stop(): Promise<void> {
    await this.#post({ action: "stop" });
  }

  /** Ends the stream of the room, whoever follows. */
  close(): void {
    this.#followers.clear();
    this.#users = 0;
    this.#feed?.abort();
    this.#feed = undefined;
  }

  #openWhileAtWork(
    entryId: string,
    signal: AbortSignal | undefined,
    release: () => void,
  ): ReadableStream<UIMessageChunk> {
    const cancelled = new AbortController();
    let gone = false;
    const stop = () => {
      cancelled.abort();
      void this.stop().catch(() => undefined); // the page has moved on; the agent's end shows in the room
    };
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    return new ReadableStream<UIMessageChunk>({
      start: async (controller) => {
        const patience = new AbortController();
        void sleep(unclaimedMs, cancelled.signal).then(() => patience.abort());
        while (!cancelled.signal.aborted && this.#isAtWork(entryId, patience.signal.aborted)) {
          const patient = patience.signal.aborted ? [] : [patience.signal];
          await this.#nextChange(AbortSignal.any([cancelled.signal, ...patient]));
        }
        signal?.removeEventListener("abort", stop);
        if (!gone) controller.close();
        cancelled.abort();
        release();
      },
      cancel: () => {
        gone = true;
        cancelled.abort();
      },
    });
  }

  /** Whether an agent still has this text to finish; one that has not begun counts only as long as there is patience. */
  #isAtWork(entryId: string, impatient: boolean): boolean {
    if (this.#refused || this.#view.isGone) return false;
    const entry = this.#view.entry(entryId);
    if (entry?.type !== "text") return !impatient;
    const atWork = impatient ? ["processing"] : ["new", "delivered", "processing"];
    return Object.values(entry.deliveries).some((status) => atWork.includes(status));
  }

  #nextChange(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#changed.delete(done);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      this.#changed.add(done);
      signal?.addEventListener("abort", done);
      if (signal?.aborted) done();
    });
  }

  /** Keeps the stream open until the answer is called. */
  #use(): () => void {
    this.#users += 1;
    this.#feed ??= this.#open();
    const feed = this.#feed;
    let used = true;
    return () => {
      if (!used || feed !== this.#feed) return;
      used = false;
      this.#users -= 1;
      if (this.#users === 0) this.close();
    };
  }

  #open(): AbortController {
    const feed = new AbortController();
    const { api, fetch = (input, init) => globalThis.fetch(input, init) } = this.#options;
    const url = (after: string) =>
      after === "" ? api : `${api}${api.includes("?") ? "&" : "?"}after=${encodeURIComponent(after)}`;
    const options = { url, fetch, headers: () => this.#headers(), newest: () => this.#view.newest };
    void readFeed(
      {
        ...options,
        take: (events) => {
          for (const event of events) this.#view.apply(event);
          if (events.some(({ type }) => type === "people"))
            for (const { onPeople } of this.#followers) onPeople?.(this.#view.people);
          this.#showAll();
          if (this.#view.isGone) for (const { onState } of this.#followers) onState?.("gone");
          return this.#view.isGone;
        },
        onState: (state) => {
          this.#refused = state === "refused";
          for (const { onState } of this.#followers) onState?.(state);
          if (this.#refused) this.#wake();
        },
      },
      feed.signal,
    );
    return feed;
  }

  #showAll(): void {
    for (const follower of this.#followers) this.#show(follower);
    this.#wake();
  }

  #wake(): void {
    for (const done of [...this.#changed]) done();
  }

  /**
   * The room's messages, and after them what this page has not yet said.
   *
   * While something is being sent, what the room has new from this person is held back: until the answer has come nobody can
   * tell whether it is the very message the page shows already.
   */
  #show({ setMessages }: RoomFollower): void {
    if (!this.#view.isRead) return;
    setMessages((before) => {
      const shown = new Set(before.map(({ id }) => id));
      const isHeldBack = ({ id, metadata }: RoomUIMessage) =>
        this.#sending > 0 && metadata?.sender.id === this.#view.me && !shown.has(id);
      const messages = this.#view.messages.filter((message) => !isHeldBack(message));
      const there = new Set(messages.map(({ id }) => id));
      const unsaid = before.filter(({ id, metadata, role }) => {
        if (metadata !== undefined || role !== "user") return false;
        const said = this.#said.get(id);
        return said === undefined || !there.has(said);
      });
      return [...messages, ...unsaid];
    });
  }

  #headers(): Readonly<Record<string, string>> {
    const { headers = {} } = this.#options;
    return typeof headers === "function" ? headers() : headers;
  }

  /** Asks the server for something, again when no answer came: the key keeps it from being done twice. */
  async #post(request: RoomRequest): Promise<{ readonly id: string }> {
    const { api, fetch = globalThis.fetch } = this.#options;
    const headers = new Headers(this.#headers());
    headers.set("content-type", "application/json");
    for (let attempt = 1; ; attempt += 1) {
      const sent = fetch(api, { method: "POST", headers, body: JSON.stringify(request), keepalive: true });
      const response = await sent.catch((error: unknown) =>
        attempt < triesAtMost ? undefined : Promise.reject(error),
      );
      if (response?.ok) return idOf(await response.json());
      const isPassing = response === undefined || response.status >= 500 || response.status === 429;
      if (!isPassing || attempt >= triesAtMost) throw new Error(await reasonOf(response));
      await sleep(Math.random() * firstRetryMs * 2 ** attempt, new AbortController().signal);
    }
  }
}

/** What was made; a stop makes nothing. */
function idOf(body: unknown): { readonly id: string } {
  const id = typeof body === "object" && body !== null && "id" in body ? body.id : "";
  return { id: typeof id === "string" ? id : "" };
}

async function reasonOf(response: Response | undefined): Promise<string> {
  const body: unknown = await response?.json().catch(() => undefined);
  const error = typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
  const said = typeof error === "object" && error !== null && "message" in error ? error.message : undefined;
  return typeof said === "string" ? said : `The server answered ${response?.status ?? "nothing"}.`;
}
