import type { Message } from "./model.ts";
import type { Parameter } from "./row.ts";

/** What a list leaves out, in SQL. */
export interface LeftOut {
  readonly condition: string;
  readonly parameters: readonly Parameter[];
}

/**
 * What was written and is not seen in reads yet, as on a platform whose reads come from a replica that lags. Nothing, unless a fault
 * says so. Not kept in the data file.
 */
export class Unseen {
  readonly #hidden = new Map<string, number>();
  readonly #asBefore: { readonly agentId: string; readonly message: Message; readonly untilMs: number }[] = [];

  hide(messageId: string, forMs: number): void {
    this.#hidden.set(messageId, performance.now() + forMs);
  }

  offerAsBefore(input: { readonly agentId: string; readonly message: Message; readonly forMs: number }): void {
    const { agentId, message, forMs } = input;
    this.#asBefore.push({ agentId, message, untilMs: performance.now() + forMs });
  }

  /** The oldest message that an agent has marked in a room and is still offered as it was before. */
  offered(agentId: string, roomId: string): Message | undefined {
    if (this.#asBefore.length === 0) return undefined;
    const now = performance.now();
    const lagging = this.#asBefore.filter((each) => each.untilMs > now);
    this.#asBefore.splice(0, Number.POSITIVE_INFINITY, ...lagging);
    return lagging
      .filter((each) => each.agentId === agentId && each.message.roomId === roomId)
      .map(({ message }) => message)
      .toSorted((one, other) => (one.insertedAt < other.insertedAt ? -1 : 1))[0];
  }

  /** Keeps what is hidden out of a list whose rows have the message's id in `column`. */
  leftOut(column: string): LeftOut {
    if (this.#hidden.size === 0) return { condition: "", parameters: [] };
    const now = performance.now();
    for (const [id, untilMs] of this.#hidden) if (untilMs <= now) this.#hidden.delete(id);
    const ids = JSON.stringify([...this.#hidden.keys()]);
    return { condition: `AND ${column} NOT IN (SELECT value FROM json_each(?))`, parameters: [ids] };
  }
}
