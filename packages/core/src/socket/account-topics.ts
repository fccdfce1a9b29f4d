import type { TopicKind } from "../wire/topics.ts";
import type { Account } from "./account.ts";
import { Subscription, type SubscriptionOptions } from "./subscription.ts";

/** What goes on unheard when a topic is refused; undefined for the one that tells about rooms, which can't be done without. */
const topicsOf: Readonly<Record<Account["kind"], readonly { kind: TopicKind; unheard: string | undefined }[]>> = {
  agent: [
    { kind: "agent_control", unheard: "stop, play and interrupt are not heard" },
    { kind: "agent_rooms", unheard: undefined },
    { kind: "agent_contacts", unheard: "news of contacts is not heard" },
  ],
  user: [{ kind: "user_rooms", unheard: undefined }],
};

export type AccountTopicsOptions = Omit<SubscriptionOptions, "closedIsFinal"> & {
  readonly account: Account;
};

export interface AccountTopicsEvents {
  /** All have their answer, and news of rooms is heard. Again each time that topic was joined anew. */
  ready(): void;
  /** The topic that tells about rooms was refused: this key is not this account's. */
  refused(text: string): void;
  event(topic: string, event: string, payload: unknown): void;
  /** Something went wrong with a topic that the account can do without. */
  note(text: string): void;
}

/**
 * The topics of the account itself, joined in this order at the start of each connection: of an agent control, rooms and
 * contacts, of a person rooms.
 *
 * Control first, so that whoever takes over can say so. The joins are sent together, since a server serves those of a
 * socket in order; with control or contacts refused the agent goes on without them.
 */
export class AccountTopics {
  readonly #topics: readonly Subscription[];
  readonly #unanswered = new Set<Subscription>();
  #hearsOfRooms = false;
  #hearsControl = false;
  readonly #events: AccountTopicsEvents;

  constructor(options: AccountTopicsOptions, events: AccountTopicsEvents) {
    this.#events = events;
    this.#topics = topicsOf[options.account.kind].map(({ kind, unheard }) => this.#topic(options, kind, unheard));
  }

  /** Whether a take-over by another process would be told. A person may have any number of connections, so none is. */
  get hearsOfTakeOver(): boolean {
    return this.#hearsControl;
  }

  start(): void {
    for (const topic of this.#topics) {
      this.#unanswered.add(topic);
      topic.start();
    }
  }

  /** Forgets everything without a word to the server: the connection is over. */
  stop(): void {
    for (const topic of this.#topics) topic.stop();
  }

  #topic(options: AccountTopicsOptions, kind: TopicKind, unheard: string | undefined): Subscription {
    const tellsOfRooms = unheard === undefined;
    const topic = { kind, id: options.account.id };
    return new Subscription(
      topic,
      { ...options, closedIsFinal: false },
      {
        joined: (subscription) => {
          if (tellsOfRooms) this.#hearsOfRooms = true;
          if (kind === "agent_control") this.#hearsControl = true;
          this.#answered(subscription, tellsOfRooms);
        },
        refused: (subscription, reason) => {
          const text = `${subscription.topic} was refused (${reason})`;
          if (tellsOfRooms) this.#events.refused(text);
          else this.#events.note(`${text}: ${unheard}`);
          this.#answered(subscription, false);
        },
        failed: (subscription, reason) => {
          if (tellsOfRooms) this.#hearsOfRooms = false;
          if (kind === "agent_control") this.#hearsControl = false;
          this.#events.note(`${subscription.topic}: ${reason}; it is joined again shortly`);
          this.#answered(subscription, false);
        },
        due: (subscription) => subscription.start(),
        event: (subscription, event, payload) => this.#events.event(subscription.topic, event, payload),
      },
    );
  }

  /** Ready with the last first answer, and from then on with each join of the rooms' topic. */
  #answered(topic: Subscription, roomsJoined: boolean): void {
    const first = this.#unanswered.delete(topic);
    if (this.#unanswered.size === 0 && this.#hearsOfRooms && (first || roomsJoined)) this.#events.ready();
  }
}
