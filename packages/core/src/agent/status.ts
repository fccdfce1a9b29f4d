import type { Identity } from "../model/participant.ts";
import type { Notices } from "./notices.ts";
import type { Platform } from "./platform.ts";
import type { StopReason } from "./stop-reason.ts";

/** How a room agent stands at one moment. */
export interface AgentStatus {
  /** `offline` until the first connection, and between two of them; `live` while the platform's news arrives. */
  readonly state: "offline" | "live" | "stopping" | "stopped";
  readonly identity: Identity | undefined;
  /** Rooms the agent is in. */
  readonly rooms: number;
  /** Rooms whose news arrives as it happens. */
  readonly joinedRooms: number;
  /** Rooms without a channel of their own, which are read every 5 s at work and every 60 s when quiet. */
  readonly polledRooms: number;
  /** Turns that run now. */
  readonly runningTurns: number;
  /** Turns that wait because `concurrency` others run. */
  readonly waitingTurns: number;
  /** The age in milliseconds, by this machine's clock, of the oldest message that has or waits for its turn; 0 when there is none. */
  readonly oldestMessageMs: number;
  /** Texts and events that were said and that no room has yet. */
  readonly outbox: number;
  /** How often a room or a mark had to be tried again, since the agent was created. */
  readonly retries: number;
  /** Messages that were given up, since the agent was created. */
  readonly deadLetters: number;
  /** How often the connection was lost and had again. */
  readonly reconnects: number;
  readonly stopReason: StopReason | undefined;
}

export function statusOf(
  platform: Platform | undefined,
  notices: Notices,
  end: { readonly stopped: StopReason | undefined; readonly stopping: boolean; readonly isOver: boolean },
): AgentStatus {
  const live = platform?.live;
  const workers = [...(platform?.presence.workers.values() ?? [])];
  const nowMs = platform?.session.environment.wallClockMs() ?? 0;
  const ages = workers.flatMap(({ takingFrom }) => (takingFrom === undefined ? [] : [nowMs - Date.parse(takingFrom)]));
  const connected = live?.isConnected === true ? "live" : "offline";
  return {
    state: end.isOver ? "stopped" : end.stopping ? "stopping" : connected,
    identity: platform?.session.identity,
    rooms: platform?.presence.residents.length ?? 0,
    joinedRooms: live?.joinedRooms ?? 0,
    polledRooms: live?.polled.size ?? 0,
    runningTurns: platform?.shop.turns.taken ?? 0,
    waitingTurns: platform?.shop.turns.waiting ?? 0,
    oldestMessageMs: Math.max(0, ...ages),
    outbox: workers.reduce((sum, { known }) => sum + (known?.outbox.waiting ?? 0), 0),
    retries: notices.count("retry"),
    deadLetters: notices.count("dead-letter"),
    reconnects: live?.reconnects ?? 0,
    stopReason: end.stopped,
  };
}
