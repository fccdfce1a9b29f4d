import { arrivedText, type Turn } from "@thenvoi/core";

/** What the SDK's `experimental_createSteering` makes, as far as it is used here. */
export interface Steering {
  steer(message: string, options?: { readonly id?: string }): Promise<{ readonly type: string }>;
}

/** Between two looks for messages that have arrived, besides those after each step. */
const lookEveryMs = 50;

/**
 * Hands messages that arrive during a run over to it, under `whileBusy: "steer"`.
 *
 * What the SDK could not deliver any more has a turn of its own. Ends when disposed of.
 */
export class Helm implements Disposable {
  readonly #turn: Turn;
  readonly #steering: Steering;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #delivered = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(turn: Turn, steering: Steering) {
    this.#turn = turn;
    this.#steering = steering;
    this.#timer = setInterval(() => this.look(), lookEveryMs);
    this.look();
  }

  /** Senders of what was delivered: the answer is for them too. */
  get senders(): readonly string[] {
    return [...this.#delivered];
  }

  look(): void {
    for (const message of this.#turn.incoming()) {
      const handed = this.#hand(message).finally(() => this.#underWay.delete(handed));
      this.#underWay.add(handed);
    }
  }

  /** Ends when it is known of each message whether it was delivered. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #hand(message: Turn["message"]): Promise<void> {
    try {
      const outcome = await this.#steering.steer(arrivedText(message), { id: message.id });
      if (outcome.type === "delivered") this.#delivered.add(message.sender.id);
      else this.#turn.defer(message.id);
    } catch {
      this.#turn.defer(message.id);
    }
  }
}
