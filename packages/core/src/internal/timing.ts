/** Every wait of this package, in milliseconds. Tests shorten them; nothing else should need to. */
export interface Timing {
  /** How long a WebSocket handshake may take. */
  readonly handshakeTimeoutMs: number;
  /** How long a join may wait for its reply. */
  readonly joinTimeoutMs: number;
  /** Between heartbeats, and also how long an answer to one may take. */
  readonly heartbeatMs: number;
  /** The first try to reconnect comes after a uniform wait up to this. */
  readonly firstReconnectMs: number;
  /** The same after close code 1012, when everyone was sent away at once. */
  readonly firstReconnectAfterRestartMs: number;
  readonly reconnectBaseMs: number;
  readonly reconnectCapMs: number;
  /** After this long of health the next loss starts the backoff anew. */
  readonly healthyAfterMs: number;
  /** Rooms that got no channel are read this often while they are at work. */
  readonly pollActiveMs: number;
  /** And this often while they are quiet. */
  readonly pollIdleMs: number;
  /** Every room is looked at once in a while, one room each time this passes; 0 turns it off. */
  readonly auditMs: number;
  readonly requestTimeoutMs: {
    readonly read: number;
    readonly mark: number;
    readonly post: number;
    readonly event: number;
  };
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
  /** At least this long is waited before a post without an answer is looked up. */
  readonly readBackMs: number;
  /** Waits before a message whose handler failed is tried again, the last one repeated; changed by up to a fifth. */
  readonly handlerRetryMs: readonly number[];
  /** A turn shows that it works after this. */
  readonly activityAfterMs: number;
  readonly activityEveryMs: number;
  readonly activityTimeoutMs: number;
  /** How long a handler may take to end after its turn was cut, before it is left behind. */
  readonly abortGraceMs: number;
  /** How long events may hold up the settling of a turn. */
  readonly eventsFlushMs: number;
  /** A single room is not audited more often than this. */
  readonly auditRoomMs: number;
  /** How often the answer to a question is looked for, besides what frames bring. */
  readonly askCheckMs: number;
  /** The same without a live connection. */
  readonly askPollMs: number;
  /** How long a person's connection stays open with no room followed, for whoever comes right back. */
  readonly lingerMs: number;
  /** How long a text waits for tool events queued before it. */
  readonly textWaitsForEventsMs: number;
}

/** What is used unless told otherwise. The reasons stand in docs/decisions/timings.md. */
export const defaultTiming: Timing = {
  handshakeTimeoutMs: 10_000,
  joinTimeoutMs: 10_000,
  heartbeatMs: 12_000,
  firstReconnectMs: 1_000,
  firstReconnectAfterRestartMs: 5_000,
  reconnectBaseMs: 1_000,
  reconnectCapMs: 30_000,
  healthyAfterMs: 30_000,
  pollActiveMs: 5_000,
  pollIdleMs: 60_000,
  auditMs: 1_000,
  requestTimeoutMs: { read: 15_000, mark: 10_000, post: 30_000, event: 10_000 },
  retryBaseMs: 250,
  retryCapMs: 8_000,
  readBackMs: 5_000,
  handlerRetryMs: [2_000, 10_000, 60_000],
  activityAfterMs: 1_000,
  activityEveryMs: 3_000,
  activityTimeoutMs: 2_000,
  abortGraceMs: 5_000,
  eventsFlushMs: 30_000,
  auditRoomMs: 300_000,
  askCheckMs: 10_000,
  askPollMs: 1_000,
  lingerMs: 10_000,
  textWaitsForEventsMs: 1_000,
};
