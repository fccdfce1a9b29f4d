import type { Participant } from "../model/participant.ts";
import { listParticipants } from "../rest/participants.ts";
import type { Session } from "../rest/session.ts";

const freshForMs = 60_000;

/**
 * Who is in a room.
 *
 * Asked once, then kept by events. A list older than a minute is asked again, because an event can be lost, and so is
 * one after a reconnect.
 */
export class People {
  readonly #session: Session;
  readonly #roomId: string;
  #list: readonly Participant[] = [];
  #askedAtMs: number | undefined;
  #asking: Promise<readonly Participant[]> | undefined;

  constructor(session: Session, roomId: string) {
    this.#session = session;
    this.#roomId = roomId;
  }

  /** As last known; empty before the first {@link list}. */
  get known(): readonly Participant[] {
    return this.#list;
  }

  async list(): Promise<readonly Participant[]> {
    const ageMs = this.#askedAtMs === undefined ? undefined : this.#session.environment.monotonicMs() - this.#askedAtMs;
    return ageMs !== undefined && ageMs < freshForMs ? this.#list : this.refresh();
  }

  /** Asks anew. Calls made at the same time share one request, which ends only by itself. */
  refresh(): Promise<readonly Participant[]> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  add(participant: Participant): void {
    this.#list = [...this.#list.filter((other) => other.id !== participant.id), participant];
  }

  remove(participantId: string): void {
    this.#list = this.#list.filter((other) => other.id !== participantId);
  }

  /** Events may have been missed. */
  forget(): void {
    this.#askedAtMs = undefined;
  }

  async #ask(): Promise<readonly Participant[]> {
    this.#list = await listParticipants(this.#session.client, { roomId: this.#roomId });
    this.#askedAtMs = this.#session.environment.monotonicMs();
    return this.#list;
  }
}
