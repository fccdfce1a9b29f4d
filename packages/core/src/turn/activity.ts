import { reportActivity } from "../rest/activity.ts";
import type { Session } from "../rest/session.ts";

/**
 * Shows people that the agent works in a room: after a second, then every three, until it is disposed.
 *
 * Best effort: a short deadline, no retries, failures swallowed. @see PROTOCOL.md, "activity"
 */
export class Activity implements Disposable {
  readonly #session: Session;
  readonly #roomId: string;
  #cancel: () => void;
  #shown = false;

  constructor(session: Session, roomId: string) {
    this.#session = session;
    this.#roomId = roomId;
    this.#cancel = session.environment.schedule(session.timing.activityAfterMs, () => this.#pulse());
  }

  [Symbol.dispose](): void {
    this.#cancel();
    if (this.#shown) void this.#tell(false);
  }

  #pulse(): void {
    this.#shown = true;
    void this.#tell(true);
    this.#cancel = this.#session.environment.schedule(this.#session.timing.activityEveryMs, () => this.#pulse());
  }

  async #tell(working: boolean): Promise<void> {
    try {
      await reportActivity(this.#session.client, { roomId: this.#roomId, working });
    } catch (error) {
      this.#session.logger.debug(`Activity in room ${this.#roomId} was not taken: ${String(error)}`);
    }
  }
}
