import { topicName } from "../wire/topics.ts";
import { Subscription, type SubscriptionOptions } from "./subscription.ts";

export type AgentTopicsOptions = Pick<SubscriptionOptions, "join" | "environment" | "timing"> & {
  readonly agentId: string;
};

export interface AgentTopicsEvents {
  /** All three have their answer, and news of rooms is heard. Again each time that topic was joined anew. */
  ready(): void;
  /** The topic that tells about rooms was refused: this key is not this agent's. */
  refused(text: string): void;
  event(topic: string, event: string, payload: unknown): void;
  /** Something went wrong with a topic that the agent can do without. */
  note(text: string): void;
}

/**
 * The topics of the agent itself: control, rooms, contacts, joined in this order at the start of each connection.
 *
 * Control first, so that whoever takes over can say so. The joins are sent together, since a server serves those of a
 * socket in order; with control or contacts refused the agent goes on without them.
 */
export class AgentTopics {
  readonly #topics: readonly Subscription[];
  readonly #unanswered = new Set<Subscription>();
  #hearsOfRooms = false;
  readonly #events: AgentTopicsEvents;

  constructor(options: AgentTopicsOptions, events: AgentTopicsEvents) {
    this.#events = events;
    this.#topics = [
      this.#topic(options, "agent_control", (text) => events.note(`${text}: stop, play and interrupt are not heard`)),
      this.#topic(options, "agent_rooms", (text) => events.refused(text)),
      this.#topic(options, "agent_contacts", (text) => events.note(`${text}: news of contacts is not heard`)),
    ];
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

  #topic(
    options: AgentTopicsOptions,
    kind: "agent_control" | "agent_rooms" | "agent_contacts",
    refused: (text: string) => void,
  ): Subscription {
    const name = topicName({ kind, id: options.agentId });
    const topic: Subscription = new Subscription(
      { ...options, topic: name, closedIsFinal: false },
      {
        joined: () => {
          if (kind === "agent_rooms") this.#hearsOfRooms = true;
          this.#answered(topic, kind === "agent_rooms");
        },
        refused: (reason) => {
          refused(`${name} was refused (${reason})`);
          this.#answered(topic, false);
        },
        failed: (reason) => {
          if (kind === "agent_rooms") this.#hearsOfRooms = false;
          this.#events.note(`${name}: ${reason}; it is joined again shortly`);
          this.#answered(topic, false);
        },
        due: () => topic.start(),
        event: (event, payload) => this.#events.event(name, event, payload),
      },
    );
    return topic;
  }

  /** Ready with the last first answer, and from then on with each join of the rooms' topic. */
  #answered(topic: Subscription, roomsJoined: boolean): void {
    const first = this.#unanswered.delete(topic);
    if (this.#unanswered.size === 0 && this.#hearsOfRooms && (first || roomsJoined)) this.#events.ready();
  }
}
