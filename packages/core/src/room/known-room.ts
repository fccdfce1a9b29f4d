import type { StoredItem } from "../model/stored-item.ts";
import { eventBody } from "../outbox/event-body.ts";
import { Outbox } from "../outbox/outbox.ts";
import type { Posted } from "../outbox/voice.ts";
import type { Session } from "../rest/session.ts";
import { storedText } from "../wire/mention-text.ts";
import { Answers } from "./answers.ts";
import { History } from "./history.ts";
import { People } from "./people.ts";

/** What this process knows of a room it has worked in: who is here, what was said, and what is still to be said. */
export class KnownRoom {
  readonly id: string;
  readonly session: Session;
  readonly people: People;
  readonly history: History;
  readonly outbox: Outbox;
  /** Who is waiting for whose answer here. */
  readonly answers: Answers;
  title: string | undefined;
  #isFollowed = false;

  /** @param giveBack Called when a message was kept as a possible answer and was none. */
  constructor(
    session: Session,
    room: { readonly id: string; readonly title: string | undefined },
    giveBack: () => void = () => undefined,
  ) {
    this.id = room.id;
    this.title = room.title;
    this.session = session;
    this.people = new People(session, room.id);
    this.history = new History(session, room.id);
    this.outbox = new Outbox(session, room.id, this.people);
    this.answers = new Answers(giveBack);
  }

  /** A stored item came by: a frame, or the queue's head. */
  saw(item: StoredItem): void {
    this.outbox.saw(item);
    this.history.add(item);
  }

  /**
   * Something of ours was taken; it joins the history as the platform keeps it, under the time of the newest item seen
   * until that is read anew: the platform doesn't tell its own, and the clock of this machine may be another.
   */
  posted(posted: Posted): void {
    const { identity, environment } = this.session;
    const insertedAt = this.outbox.newestSeen || new Date(environment.wallClockMs()).toISOString().replace("Z", "000Z");
    const own = {
      id: posted.id,
      roomId: this.id,
      senderId: identity.id,
      senderKind: "agent",
      senderName: identity.name,
    } as const;
    const base = { ...own, deliveries: {}, insertedAt, updatedAt: insertedAt };
    if (posted.kind === "text") {
      const { mentioned } = posted.text;
      const content = storedText(posted.text.content, mentioned);
      const mentions = mentioned.map(({ id, handle, name }) => ({ id, handle, name, kind: "mention" as const }));
      this.history.add({ ...base, type: "text", content, mentions, metadata: {} });
      return;
    }
    const body = eventBody(posted.input);
    this.history.add({ ...base, type: body.type, content: body.content, mentions: [], metadata: body.metadata ?? {} });
  }

  /** From now on every frame of this room arrives, so that what is known of it stays true. */
  follow(): void {
    this.forgetNews();
    this.#isFollowed = true;
  }

  /** Frames may have been missed, or will be. */
  forgetNews(): void {
    this.#isFollowed = false;
    this.people.forget();
    this.history.forget();
  }

  /** The newest `limit` items, oldest first; asked anew in a room that is not followed. */
  async tail(limit: number, signal?: AbortSignal): Promise<readonly StoredItem[]> {
    if (!this.#isFollowed) this.forgetNews();
    const [items] = await Promise.all([this.history.tail(limit, signal), this.people.list()]);
    return items;
  }
}
