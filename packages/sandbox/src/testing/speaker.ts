import type { Message, User } from "../world/model.ts";
import { findMentions, shortName, showMentions } from "./mentions-in-text.ts";
import { entityOf, type PictureSources, pictureOf } from "./picture.ts";
import { until } from "./until.ts";

/** A text that was posted. */
export interface Said {
  readonly id: string;
  /** ISO-8601 UTC with microseconds. */
  readonly insertedAt: string;
}

/** How long to wait, in milliseconds; 10,000 unless given. */
export interface Patience {
  readonly timeoutMs?: number;
}

/**
 * A person of the sandbox, speaking.
 *
 * Whom a text mentions is read from the text: `@handle`, `@slug` of an agent, or `@name`. As on the platform, every text must mention
 * somebody else in the room.
 */
export class Speaker {
  readonly #user: User;
  readonly #sources: PictureSources;
  readonly #signal: AbortSignal;

  constructor(user: User, sources: PictureSources, signal: AbortSignal) {
    this.#user = user;
    this.#sources = sources;
    this.#signal = signal;
  }

  /** Posts a text. Throws when it mentions nobody in the room, or the platform refuses it. */
  async say(roomId: string, text: string): Promise<Said> {
    const { id, insertedAt } = this.#post(roomId, text);
    return { id, insertedAt };
  }

  /**
   * Posts a text and waits for the answer: the first text that one of those it mentions posts after it, mentioning the asker.
   *
   * Gives the answer's text with mentions by short name, without the asker's own in front of it. Throws with a picture of the room when
   * there is none in time.
   */
  async ask(roomId: string, text: string, { timeoutMs }: Patience = {}): Promise<string> {
    const { world } = this.#sources;
    const question = this.#post(roomId, text);
    const asked = new Set(question.mentions.map(({ id }) => id));
    const isAnswer = (message: Message): boolean =>
      message.roomId === roomId &&
      asked.has(message.sender.id) &&
      message.mentions.some(({ id }) => id === this.#user.id);
    // Nothing can be said between the question and the first look: both happen in the same turn of the event loop.
    const answer = await until(
      world,
      (news) => (news?.type === "message_created" && isAnswer(news.message) ? news.message : undefined),
      {
        signal: this.#signal,
        ...(timeoutMs !== undefined && { timeoutMs }),
        giveUp: (why) =>
          new Error(`No answer to ${JSON.stringify(text)}: ${why}.\n${pictureOf(roomId, this.#sources)}`),
      },
    );
    const shown = showMentions(answer.content, entityOf(world));
    const ownMention = `@${shortName(this.#user)}`;
    return shown.startsWith(`${ownMention} `) ? shown.slice(ownMention.length + 1) : shown;
  }

  #post(roomId: string, text: string): Message {
    const { world } = this.#sources;
    const others = world.participants.of(roomId).flatMap(({ entity }) => (entity.id === this.#user.id ? [] : [entity]));
    const found = findMentions(text, others);
    if (found.mentions.length === 0) {
      const names = others.map((entity) => `@${shortName(entity)}`).join(", ") || "nobody else yet";
      throw new Error(`${JSON.stringify(text)} mentions nobody in the room; in it: ${names}`);
    }
    return world.messages.say(this.#user, { roomId, ...found });
  }
}
