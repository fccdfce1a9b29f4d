import type { Delivery, Message } from "../world/model.ts";
import type { News } from "../world/news.ts";
import { shortName, showMentions } from "./mentions-in-text.ts";
import { entityOf, type PictureSources, pictureOf, waitingFor } from "./picture.ts";
import type { Roster } from "./roster.ts";
import { type Patience, type Said, Speaker } from "./speaker.ts";
import { until } from "./until.ts";

/** Someone speaking in one room. */
export interface RoomSpeaker {
  /** Posts a text; whom it mentions is read from it. */
  say(text: string): Promise<Said>;
  /** Posts a text and waits for the answer's text. */
  ask(text: string, patience?: Patience): Promise<string>;
}

/** An item of a room, without ids and times: what was said, or what an agent reported. */
export type TimelineItem =
  | { readonly from: string; readonly type: "text"; readonly text: string }
  | { readonly from: string; readonly type: Exclude<Message["type"], "text">; readonly content: string };

/** Where a text stands for an agent; `"waiting"` before it was pushed to a live socket. */
export type DeliveryStatus = Delivery["status"] | "waiting";

/** A text meant for an agent, with how it was tried. */
export interface DeliveryRecord {
  readonly messageId: string;
  readonly text: string;
  readonly status: DeliveryStatus;
  readonly attempts: Delivery["attempts"];
}

/** A room of the sandbox, as a test handles it: speak in it, change who is there, see what it shows. */
export class RoomHandle {
  readonly id: string;
  readonly #sources: PictureSources;
  readonly #roster: Roster;
  readonly #signal: AbortSignal;

  constructor(
    id: string,
    context: { readonly sources: PictureSources; readonly roster: Roster; readonly signal: AbortSignal },
  ) {
    this.id = id;
    this.#sources = context.sources;
    this.#roster = context.roster;
    this.#signal = context.signal;
  }

  as(user: string): RoomSpeaker {
    const speaker = new Speaker(this.#roster.user(user), this.#sources, this.#signal);
    return {
      say: (text) => speaker.say(this.id, text),
      ask: (text, patience) => speaker.ask(this.id, text, patience),
    };
  }

  /** The texts of the room, oldest first, mentions by short name: `["@weather will it rain?", "@ada No."]`. */
  said(): string[] {
    return this.#messages.filter(({ type }) => type === "text").map(({ content }) => this.#shown(content));
  }

  /** Texts and events, oldest first, without ids and times. */
  timeline(): TimelineItem[] {
    return this.#messages.map(({ type, sender, content }) => {
      const from = shortName(sender);
      return type === "text" ? { from, type, text: this.#shown(content) } : { from, type, content };
    });
  }

  /** Where the latest text for that agent stands, or that message; undefined when there is none for it. */
  delivery(agent: string, messageId?: string): DeliveryStatus | undefined {
    const records = this.deliveries(agent);
    const record = messageId === undefined ? records.at(-1) : records.find((each) => each.messageId === messageId);
    return record?.status;
  }

  /** Every text meant for that agent, oldest first. */
  deliveries(agent: string): DeliveryRecord[] {
    const { id } = this.#roster.agent(agent);
    const isForIt = ({ type, sender, mentions, deliveries }: Message): boolean =>
      type === "text" &&
      (id in deliveries ||
        (sender.id !== id && mentions.some((mention) => mention.id === id && mention.kind === "mention")));
    return this.#messages.filter(isForIt).map((message) => {
      const delivery = message.deliveries[id];
      return {
        messageId: message.id,
        text: this.#shown(message.content),
        status: delivery?.status ?? "waiting",
        attempts: delivery?.attempts ?? [],
      };
    });
  }

  /** Handles of the agents that were told to stop here. */
  stopped(): string[] {
    const { world } = this.#sources;
    return world.participants
      .of(this.id)
      .flatMap(({ entity }) => (world.control.isStopped(entity.id, this.id) ? [entity.handle] : []));
  }

  /** Adds an agent or user; one that does not exist yet must be an agent, and is registered. */
  async add(name: string): Promise<void> {
    this.#sources.world.participants.add(undefined, { roomId: this.id, entityId: this.#known(name).id });
  }

  async remove(name: string): Promise<void> {
    this.#sources.world.removeParticipant(undefined, { roomId: this.id, entityId: this.#roster.entity(name).id });
  }

  async delete(): Promise<void> {
    this.#sources.world.deleteRoom(this.id);
  }

  /** Takes a text or event out of the room, as the platform's own pages do: no REST call for it is known. */
  async deleteMessage(messageId: string): Promise<void> {
    const message = this.#sources.world.messages.message(messageId);
    if (message?.roomId !== this.id) throw new Error(`No message ${messageId} in this room`);
    this.#sources.world.messages.delete(message);
  }

  /** Sends the frame of a text once more to everyone who listens, as a platform does that repeats itself. */
  async repeat(messageId: string): Promise<void> {
    const message = this.#sources.world.messages.message(messageId);
    if (message?.roomId !== this.id) throw new Error(`No message ${messageId} in this room`);
    this.#sources.world.repeat({ type: "message_created", message });
  }

  /** Waits until no text of the room waits for any agent. Throws with a picture of what hung when that takes too long. */
  async settled({ timeoutMs }: Patience = {}): Promise<void> {
    const { world } = this.#sources;
    const waiting = new Set<string>();
    const see = (message: Message): void => {
      if (waitingFor(message, world).length > 0) waiting.add(message.id);
      else waiting.delete(message.id);
    };
    const isSettled = (news?: News): true | undefined => {
      if (news === undefined || isShorter(news.type)) {
        waiting.clear();
        for (const message of this.#messages) see(message);
      } else if ("message" in news && news.message.roomId === this.id) see(news.message);
      return waiting.size === 0 ? true : undefined;
    };
    await until(world, isSettled, {
      signal: this.#signal,
      ...(timeoutMs !== undefined && { timeoutMs }),
      giveUp: (why) => new Error(`The room did not settle: ${why}.\n${this.picture()}`),
    });
  }

  /** The room for a person who debugs: who is in it, what was said, whom each text waits for, the last requests. */
  picture(): string {
    return pictureOf(this.id, this.#sources);
  }

  get #messages(): readonly Message[] {
    return this.#sources.world.messages.of(this.id);
  }

  #shown(content: string): string {
    return showMentions(content, entityOf(this.#sources.world));
  }

  #known(name: string) {
    const { world } = this.#sources;
    const known = world.accounts.byHandle(name);
    return known ?? this.#roster.agentOrNew(name);
  }
}

/** News after which fewer texts may be waited for. */
function isShorter(type: News["type"]): boolean {
  return type === "participant_removed" || type === "room_deleted" || type === "message_deleted";
}
