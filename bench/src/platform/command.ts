/** What the runner asks of the platform's process. */
export type Command =
  /** Where it listens. */
  | { readonly do: "address" }
  /** Waits until the agent has joined all rooms, and for `quietMs` without a request. */
  | { readonly do: "settle-in"; readonly quietMs: number }
  /** From now on every request, answer and frame takes that long. */
  | { readonly do: "latency"; readonly ms: number }
  /** From now on the answer to every event takes that much longer. */
  | { readonly do: "slow-events"; readonly ms: number }
  /** Says messages to the agent and waits until they are settled. */
  | ({ readonly do: "say" } & Say)
  /** Puts messages into the queues of so many rooms, one each, and waits for nothing: of every so many-th from a first one on. */
  | { readonly do: "queue"; readonly rooms: number; readonly from: number; readonly every: number }
  /** Waits until everything said is settled. */
  | { readonly do: "finish" }
  /** Ends all sockets, without a word. */
  | { readonly do: "cut" }
  /** Sends news that no agent has a use for, all at once, to one room after another; waits until they have been read. */
  | { readonly do: "flood"; readonly frames: number }
  /** What was asked for since the last count, by kind. */
  | { readonly do: "count" };

/** Messages for the agent: `perRoom` in each of the first `rooms` rooms, all at once; when they are settled, once more. */
export interface Say {
  readonly rooms: number;
  readonly perRoom: number;
  readonly rounds: number;
  /** Between the last answer of a round, as the agent gets it, and the next round. */
  readonly pauseMs: number;
}

/** What became of one message. Times are on the clock of `nowMs()`; 0 for not yet. */
export interface SaidMessage {
  readonly id: string;
  readonly room: number;
  /** Its frame set out, or it was put into the queue of a room that nobody had joined. */
  readonly saidMs: number;
  repliedMs: number;
  settledMs: number;
}

/** What the platform answers; each command its part of it. */
export interface Told {
  readonly baseUrl?: string;
  /** When the last room was joined, and when the connection was opened on which it was. */
  readonly joinedMs?: number;
  readonly openedMs?: number;
  readonly cutMs?: number;
  readonly messages?: readonly SaidMessage[];
  /** How long the rounds took, without the pauses between them. */
  readonly elapsedMs?: number;
  /** Time of the platform's processor meanwhile. */
  readonly cpuMs?: number;
  readonly counts?: Readonly<Record<string, number>>;
}
