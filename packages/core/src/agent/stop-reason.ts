import { ConfigError, SocketError, ThenvoiError } from "../errors.ts";

/** Why a room agent is no longer at work. `exitCode` is what `run()` gives the process. */
export interface StopReason {
  /**
   * - `requested`: `stop()` was called. 0
   * - `signal`: SIGINT or SIGTERM. 0
   * - `superseded`: another process connected with this key. 75
   * - `conflict`: another process is connected, and `onConflict` is `"reject"`. 75
   * - `unauthorized`: the key was refused. 77
   * - `misconfigured`: something that you set is missing or wrong. 78
   * - `failed`: anything else that no further try can cure. 70
   */
  readonly kind: "requested" | "signal" | "superseded" | "conflict" | "unauthorized" | "misconfigured" | "failed";
  readonly exitCode: number;
  readonly error?: Error;
}

const exitCodes: Readonly<Record<StopReason["kind"], number>> = {
  requested: 0,
  signal: 0,
  superseded: 75,
  conflict: 75,
  unauthorized: 77,
  misconfigured: 78,
  failed: 70,
};

export function stopReason(kind: StopReason["kind"], error?: Error): StopReason {
  return error === undefined ? { kind, exitCode: exitCodes[kind] } : { kind, exitCode: exitCodes[kind], error };
}

/** The reason that an error amounts to. */
export function reasonFor(error: unknown): StopReason {
  if (error instanceof SocketError) {
    if (error.code === "socket.superseded") return stopReason("superseded", error);
    if (error.status === 409) return stopReason("conflict", error);
    if (error.status === 401 || error.status === 403) return stopReason("unauthorized", error);
  }
  if (error instanceof ConfigError)
    return stopReason(error.code === "config.refused" ? "unauthorized" : "misconfigured", error);
  if (ThenvoiError.is(error)) return stopReason("failed", error);
  return stopReason("failed", error instanceof Error ? error : new Error(String(error)));
}
