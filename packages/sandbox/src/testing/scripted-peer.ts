import type { Agent, Message } from "../world/model.ts";
import { Refusal } from "../world/refusal.ts";
import type { World } from "../world/world.ts";
import { findMentions, showMentions } from "./mentions-in-text.ts";
import { entityOf, waitingFor } from "./picture.ts";

/** What a scripted agent says: the next of a list, or what a function makes of the text; undefined is silence. */
export type ScriptedAnswers = readonly string[] | ((text: string) => string | undefined | Promise<string | undefined>);

/**
 * An agent without a process: it lives in the sandbox, answers what mentions it, oldest first in each room, and marks it processed.
 *
 * The text it is asked has mentions by short name and its own in front left out. An answer that mentions somebody is posted as it is,
 * any other mentions the asker. A list that has run out is silence; an answer that throws marks the message failed. Ends when disposed.
 */
export class ScriptedPeer implements Disposable {
  readonly #world: World;
  readonly #agent: Agent;
  readonly #answers: ScriptedAnswers;
  readonly #unsubscribe: () => void;
  readonly #busyRooms = new Set<string>();
  readonly #failed = new Set<string>();
  #answered = 0;
  #ended = false;

  constructor(world: World, agent: Agent, answers: ScriptedAnswers) {
    this.#world = world;
    this.#agent = agent;
    this.#answers = answers;
    this.#unsubscribe = world.subscribe((news) => {
      if (news.type === "message_created") this.#look(news.message.roomId);
      else if (news.type === "room_added" && news.to.id === agent.id) this.#look(news.room.id);
      else if (news.type === "agent_control" && news.control.agentId === agent.id) this.#lookEverywhere();
    });
    this.#lookEverywhere();
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#unsubscribe();
  }

  #lookEverywhere(): void {
    for (const room of this.#world.rooms.of(this.#agent.id)) this.#look(room.id);
  }

  #look(roomId: string): void {
    if (this.#busyRooms.has(roomId) || !this.#world.participants.isIn(roomId, this.#agent.id)) return;
    this.#busyRooms.add(roomId);
    setImmediate(() => void this.#drain(roomId));
  }

  async #drain(roomId: string): Promise<void> {
    try {
      for (let next = this.#next(roomId); next && !this.#ended; next = this.#next(roomId)) {
        if (!(await this.#take(next))) return;
      }
    } catch (error) {
      if (!(error instanceof Refusal) && !this.#ended) throw error; // refused: removed from the room while it answered
    } finally {
      this.#busyRooms.delete(roomId);
    }
  }

  #next(roomId: string): Message | undefined {
    const oldest = this.#world.messages.next(this.#agent, roomId);
    if (!oldest || !this.#failed.has(oldest.id)) return oldest;
    // The platform serves a failed message for ever; this agent has given it up.
    return this.#world.messages
      .of(roomId)
      .find((message) => !this.#failed.has(message.id) && waitingFor(message, this.#world).includes(this.#agent.id));
  }

  /** False when the agent is stopped, and the message waits until it may go on. */
  async #take(message: Message): Promise<boolean> {
    const about = { roomId: message.roomId, messageId: message.id };
    if (!this.#world.messages.mark(this.#agent, { ...about, as: "processing" })) return false;
    try {
      const answer = await this.#answer(message);
      if (this.#ended) return false;
      if (answer !== undefined) this.#say(message, answer);
      return this.#world.messages.mark(this.#agent, { ...about, as: "processed" }) !== undefined;
    } catch (error) {
      this.#failed.add(message.id);
      this.#world.messages.mark(this.#agent, { ...about, as: "failed", error: String(error) });
      return true;
    }
  }

  async #answer(message: Message): Promise<string | undefined> {
    if (typeof this.#answers !== "function") return this.#answers[this.#answered++];
    const shown = showMentions(message.content, entityOf(this.#world));
    const ownMention = `@${this.#agent.slug} `;
    return this.#answers(shown.startsWith(ownMention) ? shown.slice(ownMention.length) : shown);
  }

  #say(message: Message, answer: string): void {
    const { roomId, sender } = message;
    const others = this.#world.participants
      .of(roomId)
      .flatMap(({ entity }) => (entity.id === this.#agent.id ? [] : [entity]));
    const { content, mentions } = findMentions(answer, others);
    this.#world.messages.say(this.#agent, {
      roomId,
      content,
      mentions: mentions.length > 0 ? mentions : [{ id: sender.id }],
    });
  }
}
