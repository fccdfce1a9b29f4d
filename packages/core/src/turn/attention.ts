import type { StoredItem } from "../model/stored-item.ts";
import type { Voice } from "../outbox/voice.ts";

/** A question to a person, shown as a call for attention from when it is asked until it is resolved. */
export class CallForAttention {
  readonly #voice: Voice;
  readonly #id: Promise<string | undefined>;

  private constructor(voice: Voice, id: Promise<string | undefined>) {
    this.#voice = voice;
    this.#id = id;
  }

  static make(voice: Voice, text: string): CallForAttention {
    const id = voice.announce({ type: "attention", attention: "question", blocking: true, text });
    return new CallForAttention(voice, id);
  }

  /** The one that an earlier attempt made for a question, if it is still unresolved. */
  static adopt(voice: Voice, alreadySaid: readonly StoredItem[], question: StoredItem): CallForAttention {
    const calls = alreadySaid.filter(({ type }) => type === "attention");
    const resolved = new Set(calls.map(({ metadata }) => metadata.resolves));
    const call = calls.findLast(
      ({ id, metadata, insertedAt }) =>
        metadata.kind === "question" && insertedAt < question.insertedAt && !resolved.has(id) && !metadata.resolves,
    );
    return new CallForAttention(voice, Promise.resolve(call?.id));
  }

  /** Says that attention is no longer needed. Nothing waits for it but the end of the turn. */
  resolve(resolution: "answered" | "unanswered"): void {
    this.#voice.holdFor(this.#resolve(resolution));
  }

  async #resolve(resolution: "answered" | "unanswered"): Promise<void> {
    const id = await this.#id;
    if (id === undefined) return;
    const text = resolution === "answered" ? "Answered." : "Not answered.";
    this.#voice.report({ type: "attention", attention: "question", text, resolves: id, resolution });
  }
}
