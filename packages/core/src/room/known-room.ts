import type { StoredItem } from "../model/stored-item.ts";
import { eventBody } from "../outbox/event-body.ts";
import { Outbox } from "../outbox/outbox.ts";
import type { Posted } from "../outbox/voice.ts";
import type { Session } from "../rest/session.ts";
import { History } from "./history.ts";
import { People } from "./people.ts";

/** What this process knows of a room it has worked in: who is here, what was said, and what is still to be said. */
export class KnownRoom {
  readonly id: string;
  readonly session: Session;
  readonly people: People;
  readonly history: History;
  readonly outbox: Outbox;
  title: string | undefined;

  constructor(session: Session, room: { readonly id: string; readonly title: string | undefined }) {
    this.id = room.id;
    this.title = room.title;
    this.session = session;
    this.people = new People(session, room.id);
    this.history = new History(session, room.id);
    this.outbox = new Outbox(session, room.id, this.people);
  }

  /** A stored item came by: a frame, or the queue's head. */
  saw(item: StoredItem): void {
    this.outbox.saw(item);
    this.history.add(item);
  }

  /** Something of ours was taken; it joins the history under the time of this machine, until that is read anew. */
  posted(posted: Posted): void {
    const { identity, environment } = this.session;
    const now = new Date(environment.wallClockMs()).toISOString().replace("Z", "000Z");
    const own = {
      id: posted.id,
      roomId: this.id,
      senderId: identity.id,
      senderKind: "agent",
      senderName: identity.name,
    } as const;
    const base = { ...own, deliveries: {}, insertedAt: later(now, this.outbox.newestSeen) };
    if (posted.kind === "text") {
      const { content, mentioned } = posted.text;
      const mentions = mentioned.map(({ id, handle, name }) => ({ id, handle, name, kind: "mention" as const }));
      this.history.add({ ...base, type: "text", content, mentions, metadata: {} });
      return;
    }
    const body = eventBody(posted.input);
    this.history.add({ ...base, type: body.type, content: body.content, mentions: [], metadata: body.metadata ?? {} });
  }

  /** Frames may have been missed. */
  forgetNews(): void {
    this.people.forget();
    this.history.forget();
  }
}

/** The later of two timestamps; they sort as text. */
function later(one: string, other: string): string {
  return [one, other].sort().at(-1) ?? one;
}
