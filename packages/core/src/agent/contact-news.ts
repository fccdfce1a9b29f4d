import type { ContactEvent, ContactRequest } from "../model/contact.ts";
import { listContactRequests } from "../rest/contacts.ts";
import { isolated } from "../socket/isolated.ts";
import { hubPrompt } from "./hub-prompt.ts";
import type { Presence } from "./presence.ts";
import { promptMessage } from "./prompt.ts";
import type { RoomClient } from "./room-client.ts";
import type { Workshop } from "./workshop.ts";

const keptAtMost = 1_000;

/**
 * Told of what happens to contacts, with a client of the agent to answer by.
 *
 * A request that is pending when the agent connects is told then, so also once more after a restart.
 */
export type ContactListener = (event: ContactEvent, client: RoomClient) => unknown;

/** What becomes of news of contacts: nothing, a function of yours, or a room in which the agent is woken to deal with it. */
export type ContactsOption = "ignore" | ContactListener | { readonly hubRoom: string };

/**
 * Brings news of contacts to those it is for, each once, in the order in which it came.
 *
 * It goes beside the messages: whatever a listener does, throws or waits for, no room notices. What was told of while
 * there was no connection is not replayed, so the requests that are pending are read on each one.
 */
export class ContactNews {
  readonly #shop: Workshop;
  readonly #presence: Presence;
  readonly #option: ContactsOption;
  readonly #client: RoomClient;
  readonly #told = new Set<string>();
  /** Requests made to this agent: what follows from them it knows already. */
  readonly #received = new Map<string, ContactRequest>();

  constructor(
    shop: Workshop,
    presence: Presence,
    to: { readonly option: ContactsOption; readonly client: RoomClient },
  ) {
    this.#shop = shop;
    this.#presence = presence;
    this.#option = to.option;
    this.#client = to.client;
  }

  /** A frame, or the list of what is pending, has brought this. */
  heard(event: ContactEvent): void {
    const { session, closing } = this.#shop;
    if (closing.aborted || this.#wasTold(event)) return;
    session.notify(event);
    const option = this.#option;
    if (option === "ignore") return;
    if (typeof option === "function")
      isolated(session.logger, "The listener for contacts", () => option(event, this.#client));
    else this.#wake(option.hubRoom, event);
  }

  /** Reads what is pending: it may have come while nobody listened. */
  async catchUp(): Promise<void> {
    if (this.#option === "ignore") return;
    const { session, ended } = this.#shop;
    try {
      for await (const request of listContactRequests(session.client, {}, { signal: ended })) {
        if (request.direction === "received") this.heard({ type: "contact.requested", request });
      }
    } catch (error) {
      if (!ended.aborted)
        session.logger.warn(`Contact requests could not be read, those that wait are not told: ${error}`);
    }
  }

  #wasTold(event: ContactEvent): boolean {
    const key = `${event.type} ${subjectOf(event)}`;
    if (this.#told.has(key)) return true;
    this.#told.add(key);
    const [oldest] = this.#told;
    if (this.#told.size > keptAtMost && oldest !== undefined) this.#told.delete(oldest);
    return false;
  }

  #wake(roomId: string, event: ContactEvent): void {
    if (this.#isConsequence(event)) return;
    const { session } = this.#shop;
    const message = promptMessage(session, { roomId, text: hubPrompt(event, session.toolPrefix) });
    const woken = this.#presence.worker(roomId).prompt({ message, mentions: [session.identity.ownerId] });
    isolated(session.logger, `News of contacts in room ${roomId}`, () => woken);
  }

  /** What becomes of a request that was told here before: the agent has just done it, or need not act on it. */
  #isConsequence(event: ContactEvent): boolean {
    if (event.type === "contact.request-closed") return this.#received.has(event.requestId);
    if (event.type === "contact.added")
      return [...this.#received.values()].some(({ handle }) => handle === event.contact.handle);
    if (event.type !== "contact.requested") return false;
    this.#received.set(event.request.id, event.request);
    const [oldest] = this.#received.keys();
    if (this.#received.size > keptAtMost && oldest !== undefined) this.#received.delete(oldest);
    return false;
  }
}

function subjectOf(event: ContactEvent): string {
  switch (event.type) {
    case "contact.requested":
      return event.request.id;
    case "contact.request-closed":
      return event.requestId;
    case "contact.added":
      return event.contact.id;
    case "contact.removed":
      return event.contactId;
    default:
      return event satisfies never;
  }
}
