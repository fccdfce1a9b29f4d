import type { Identity } from "../model/participant.ts";
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
  /** How often the connection was lost and had again. */
  readonly reconnects: number;
  readonly stopReason: StopReason | undefined;
}

export function statusOf(
  platform: Platform | undefined,
  end: { readonly stopped: StopReason | undefined; readonly stopping: boolean; readonly isOver: boolean },
): AgentStatus {
  const live = platform?.live;
  const connected = live?.isConnected === true ? "live" : "offline";
  return {
    state: end.isOver ? "stopped" : end.stopping ? "stopping" : connected,
    identity: platform?.session.identity,
    rooms: platform?.presence.residents.length ?? 0,
    joinedRooms: live?.joinedRooms ?? 0,
    polledRooms: live?.polled.size ?? 0,
    runningTurns: platform?.shop.turns.taken ?? 0,
    reconnects: live?.reconnects ?? 0,
    stopReason: end.stopped,
  };
}
