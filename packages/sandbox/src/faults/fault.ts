/** An answer in place of the platform's. `body` defaults to the platform's error envelope for that status. */
export interface RefusalFault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/**
 * What happens to a request.
 *
 * - `status`: refused with that answer, with no effect; with `after: true` the effect happens and this answer hides it.
 * - `delayMs`, `delayAnswerMs`: served late; served in time and answered late.
 * - `cut`: the connection is destroyed before the effect, or after it, so that the answer is lost.
 * - `hang`: no effect and no answer, until the client gives up.
 * - `lateCommitMs`: the client sees no answer (its connection is cut, or hangs), and the effect happens that much later.
 *
 * For `UPGRADE` there is no after: refuse, `delayMs`, `cut` and `hang` apply.
 */
export type RequestFault =
  | (RefusalFault & { readonly after?: boolean })
  | { readonly delayMs?: number; readonly delayAnswerMs?: number }
  | { readonly cut: "before" | "after" }
  | { readonly hang: true }
  | { readonly lateCommitMs: number; readonly client?: "cut" | "hang" };

/**
 * What happens to a frame on its way to a client: lost, sent twice, held back until the next one of its connection has gone, or late
 * (others overtake it).
 */
export type FrameFault = "drop" | "duplicate" | "reorder" | { readonly delayMs: number };

/**
 * What happens to a join: refused with a reason, answered late (until then the server reads and sends nothing on that socket, as a Phoenix
 * server with a slow join does), or never answered.
 */
export type JoinFault = { readonly refuse: string } | { readonly delayMs: number } | "ignore";
