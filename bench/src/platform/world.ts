import { nowMs } from "../clock.ts";
import type { SaidMessage } from "./command.ts";
import { message, messageId, numberOf } from "./wire.ts";

interface Waiting {
  readonly said: SaidMessage;
  readonly body: string;
}

/** Rooms, and in each the messages that the agent has not settled, oldest first. */
export class World {
  readonly rooms: number;
  readonly #waiting: Waiting[][];
  readonly #unsettled = new Set<string>();
  #said: SaidMessage[] = [];
  #numbers = 0;
  #posts = 0;
  #onSettled: () => void = () => undefined;

  constructor(rooms: number) {
    this.rooms = rooms;
    this.#waiting = Array.from({ length: rooms }, () => []);
  }

  /** Puts a message into a room; the result is its body. */
  say(room: number): string {
    this.#numbers += 1;
    const id = messageId(this.#numbers);
    const body = message(this.#numbers, room);
    const said: SaidMessage = { id, room, saidMs: nowMs(), repliedMs: 0, settledMs: 0 };
    this.#waiting[room]?.push({ said, body });
    this.#unsettled.add(id);
    this.#said.push(said);
    return body;
  }

  /** A message that nobody has said. */
  sample(): string {
    return message(0, 0);
  }

  /** The oldest message of a room that is not settled. */
  next(room: number): string | undefined {
    return this.#waiting[room]?.[0]?.body;
  }

  /** The agent said something in a room: it answers the oldest. */
  reply(room: number): number {
    const oldest = this.#waiting[room]?.[0];
    if (oldest !== undefined && oldest.said.repliedMs === 0) oldest.said.repliedMs = nowMs();
    this.#posts += 1;
    return this.#posts;
  }

  /** The agent reported something in a room; what becomes of it nobody asks. */
  report(): number {
    this.#posts += 1;
    return this.#posts;
  }

  settle(room: number, id: string): void {
    const waiting = this.#waiting[room];
    const index = waiting?.findIndex(({ said }) => said.id === id) ?? -1;
    const [settled] = index < 0 ? [] : (waiting?.splice(index, 1) ?? []);
    if (settled === undefined) return;
    settled.said.settledMs = nowMs();
    this.#unsettled.delete(id);
    if (this.#unsettled.size === 0) this.#onSettled();
  }

  /** Ends when everything said is settled. Rejects after a minute in which it was not. */
  async settled(): Promise<void> {
    while (this.#unsettled.size > 0) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#onSettled = resolve;
      const [first = ""] = this.#unsettled;
      const givingUp = setTimeout(
        () => reject(new Error(`${this.#unsettled.size} messages are not settled, the first is ${numberOf(first)}`)),
        60_000,
      );
      await promise.finally(() => clearTimeout(givingUp));
    }
  }

  /** What became of what was said since this was last asked. */
  takeSaid(): readonly SaidMessage[] {
    const said = this.#said;
    this.#said = [];
    return said;
  }
}
