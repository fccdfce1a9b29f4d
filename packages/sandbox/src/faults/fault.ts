/** An answer in place of the platform's. `body` defaults to the platform's error envelope for that status; a text is sent as it is. */
export interface RefusalFault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** What is wrong with a body: a page of HTML, JSON that breaks off, nothing, JSON of another form. */
export const spoils = ["html", "invalid json", "empty", "wrong envelope"] as const;
export type Spoil = (typeof spoils)[number];

/**
 * What happens to a request.
 *
 * - `status`: refused with that answer, with no effect; with `after: true` the effect happens and this answer hides it.
 * - `quota`: refused with 403 `limit_reached`, as when the owner's plan holds no more of that resource (`"messages"`).
 * - `redirect`: sent elsewhere, with no effect; `as` is the status, default 307.
 * - `delayMs`, `delayAnswerMs`: served late; served in time and answered late.
 * - `cut`: the connection is destroyed before the effect, or after it, so that the answer is lost.
 * - `hang`: no effect and no answer, until the client gives up.
 * - `lateCommitMs`: the client sees no answer (its connection is cut, or hangs), and the effect happens that much later.
 * - `unseenMs`: the effect and the answer are as always, and reads don't show it for so long: a new message or event is in no list, a
 *   message that was marked is offered by `messages/next` as it was before.
 * - `spoil`: the effect happens and the answer keeps its status, with a body that can't be read.
 * - `dripMs`: the effect happens and the body of the answer comes one byte at a time, so far apart.
 * - `hugeBytes`: the effect happens and the body of the answer is followed by spaces up to that size; with `gzip` small on the wire.
 * - `endless`: the effect happens and the body of the answer never ends.
 *
 * For `UPGRADE` there is no after: refuse, `quota`, `redirect`, `delayMs`, `cut` and `hang` apply.
 */
export type RequestFault =
  | (RefusalFault & { readonly after?: boolean })
  | { readonly quota: string }
  | { readonly redirect: string; readonly as?: 301 | 302 | 303 | 307 | 308 }
  | { readonly delayMs?: number; readonly delayAnswerMs?: number }
  | { readonly cut: "before" | "after" }
  | { readonly hang: true }
  | { readonly lateCommitMs: number; readonly client?: "cut" | "hang" }
  | { readonly unseenMs: number }
  | AnswerFault;

/** What happens to an answer that is otherwise as it should be. */
export type AnswerFault =
  | { readonly spoil: Spoil }
  | { readonly dripMs: number }
  | { readonly hugeBytes: number; readonly gzip?: boolean }
  | { readonly endless: true };

/**
 * What happens to a frame on its way to a client: lost, sent twice, held back until the next one of its connection has gone, late
 * (others overtake it; a pair of numbers is a range to choose from), replaced by a text that may be no frame at all, with another
 * payload, or with so much in its payload that it has that many bytes.
 */
export type FrameFault =
  | "drop"
  | "duplicate"
  | "reorder"
  | { readonly delayMs: number | readonly [least: number, most: number] }
  | { readonly replace: string }
  | { readonly payload: unknown }
  | { readonly padToBytes: number };

/**
 * What happens to a join: refused with a reason, answered late (until then the server reads and sends nothing on that socket, as a Phoenix
 * server with a slow join does), or never answered.
 */
export type JoinFault = { readonly refuse: string } | { readonly delayMs: number } | "ignore";
