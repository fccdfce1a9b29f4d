import { BaseListChatMessageHistory } from "@langchain/core/chat_history";
import type { BaseMessage } from "@langchain/core/messages";
import type { TranscriptOptions, Turn } from "@thenvoi/core";
import { messagesIn } from "./message-parts.ts";
import { toBaseMessages } from "./messages.ts";

/**
 * A room as the history of a `RunnableWithMessageHistory`: what was said before the message of a turn.
 *
 * It is only read. What people say is in the room already, and what the agent answers gets there by being said; to write
 * either back would say it twice.
 */
export class RoomChatMessageHistory extends BaseListChatMessageHistory {
  override readonly lc_namespace = ["thenvoi", "langchain"];
  readonly #turn: Turn;
  readonly #options: TranscriptOptions | undefined;

  constructor(turn: Turn, options?: TranscriptOptions) {
    super();
    this.#turn = turn;
    this.#options = options;
  }

  override async getMessages(): Promise<BaseMessage[]> {
    const { entries } = await this.#turn.transcript(this.#options);
    return [...(messagesIn(toBaseMessages({ entries: entries.slice(0, -1) })) ?? [])];
  }

  override async addMessage(): Promise<void> {
    // what was said is in the room already
  }
}
