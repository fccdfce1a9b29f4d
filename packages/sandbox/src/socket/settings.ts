/**
 * How the socket behaves. Phoenix servers differ by version, web server and configuration, and which of it the platform runs is not
 * published: so each difference is a setting. Two profiles give the defaults.
 *
 * | setting | `platform` | `phoenix` |
 * |---|---|---|
 * | `phoenixVersion` | 1.8 | 1.8 |
 * | `webServer` | bandit | bandit |
 * | `channelLimit` | none | 100 |
 * | `idleTimeoutMs` | 45,000 | 60,000 |
 * | `idleCloseCode` | 1000 | 1002, with cowboy 1000 |
 * | `disconnectCode` | 1000 | 1001, with 1.7 1000 |
 * | `crashPayload` | `{ reason: "channel_crash" }`, with 1.7 `{}` | the same |
 * | `staleJoinRef` | drop, with 1.7 answer | the same |
 * | `leaveRace` | answered | overtaken |
 * | `maxFrameBytes` | 10,000,000 | 10,000,000 |
 * | `compress` | false | false |
 */
export interface SocketOptions {
  /**
   * `platform`, the default: as the platform is. No `vsn` closes with 1011, pushes carry the channel's join_ref, an agent has one
   * connection, refusals are JSON.
   *
   * `phoenix`: a Phoenix server with the channels that its recordings were made with. Frames of V1 too, join_ref null in what goes to
   * all of a topic, any number of connections, refusals without a body. Its channels answer the recorded events, and topics of rooms
   * that don't exist may be joined.
   */
  readonly profile?: "platform" | "phoenix";
  /** 1.7 answers pushes with a stale join_ref, ignores a leave without one, and says nothing in `phx_error`. */
  readonly phoenixVersion?: "1.7" | "1.8";
  /** Bandit answers every closing frame with 1000, Cowboy with the code it got; a stop closes idle sockets with 1000, or just ends. */
  readonly webServer?: "bandit" | "cowboy";
  /** Channels one socket may have joined at a time; the next join is refused with `too many channels joined`. */
  readonly channelLimit?: number;
  /** A socket that sends nothing for so many milliseconds is closed. */
  readonly idleTimeoutMs?: number;
  /** The code it is closed with. */
  readonly idleCloseCode?: number;
  /** The code a socket is closed with when the server ends it: `faults.closeSockets()`, an agent that is deleted. */
  readonly disconnectCode?: number;
  /** What a `phx_error` carries: the reason `channel_crash`, or nothing. */
  readonly crashPayload?: "reason" | "empty";
  /** What becomes of an event whose join_ref is not that of its channel. */
  readonly staleJoinRef?: "drop" | "answer";
  /**
   * Leave and join of one topic sent together. `answered`: each in its turn. `overtaken`, as real servers mostly do: the reply to the
   * join, `phx_close` of the old channel, and no reply to the leave.
   */
  readonly leaveRace?: "answered" | "overtaken";
  /** The largest frame a client may send, in bytes; more closes the socket with 1009. */
  readonly maxFrameBytes?: number;
  /** Whether `permessage-deflate` is accepted when a client offers it. */
  readonly compress?: boolean;
}

/** {@link SocketOptions} with every default filled in. */
export type SocketSettings = Required<SocketOptions>;

/** What the options and the profile come to. */
export function settingsOf(options: SocketOptions = {}): SocketSettings {
  const { profile = "platform", phoenixVersion = "1.8", webServer = "bandit" } = options;
  const isOld = phoenixVersion === "1.7";
  const ofVersion = { crashPayload: isOld ? "empty" : "reason", staleJoinRef: isOld ? "answer" : "drop" } as const;
  const ofProfile = profile === "platform" ? ofPlatform : ofPhoenix({ isOld, isCowboy: webServer === "cowboy" });
  const always = { profile, phoenixVersion, webServer, maxFrameBytes: 10_000_000, compress: false };
  return { ...always, ...ofVersion, ...ofProfile, ...options };
}

const ofPlatform = {
  channelLimit: Number.POSITIVE_INFINITY,
  idleTimeoutMs: 45_000,
  idleCloseCode: 1000,
  disconnectCode: 1000,
  leaveRace: "answered",
} as const;

function ofPhoenix(server: { readonly isOld: boolean; readonly isCowboy: boolean }) {
  return {
    channelLimit: 100,
    idleTimeoutMs: 60_000,
    idleCloseCode: server.isCowboy ? 1000 : 1002,
    disconnectCode: server.isOld ? 1000 : 1001,
    leaveRace: "overtaken",
  } as const;
}
