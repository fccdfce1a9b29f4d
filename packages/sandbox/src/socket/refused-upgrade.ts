import { randomUUID } from "node:crypto";
import { type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { RefusalFault } from "../faults/fault.ts";

/** Why a socket is not opened, as the platform puts it: a status and an error code. */
interface PlatformRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Why a socket is not opened: in the platform's words, or, where Phoenix says so before the platform is asked, in a sentence or none. */
export type UpgradeRefusal = PlatformRefusal | { readonly status: number; readonly text: string };

const uncached = { "cache-control": "max-age=0, private, must-revalidate" };

/** The code the platform gives a refused upgrade of that status. */
const codes: Readonly<Record<number, string>> = {
  400: "bad_request",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "connection_conflict",
  429: "too_many_requests",
  503: "tracking_failed",
};

/** The error envelope for a status that a test scripted; the code and the words are those of the status unless given. */
export function errorBody(
  status: number,
  about: Partial<Pick<PlatformRefusal, "code" | "message" | "details" | "retryAfterSeconds">> = {},
): object {
  return envelope({ status, code: codes[status] ?? "error", message: STATUS_CODES[status] ?? "Error", ...about });
}

/** Answers an upgrade with plain HTTP: status, JSON body, `Retry-After` where there is one, and the end of the connection. */
export function refuseUpgrade(socket: Duplex, refusal: UpgradeRefusal): void {
  if ("text" in refusal) {
    write(socket, refusal.status, refusal.text, {});
    return;
  }
  const { status, retryAfterSeconds } = refusal;
  answerUpgrade(socket, {
    status,
    body: envelope(refusal),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** The same refusal of a request that is no upgrade. */
export function refusePlainRequest(response: ServerResponse, refusal: UpgradeRefusal): void {
  const isBare = "text" in refusal;
  const text = isBare ? refusal.text : JSON.stringify(envelope(refusal));
  const type = isBare ? {} : { "content-type": "application/json; charset=utf-8" };
  response.writeHead(refusal.status, { "content-length": Buffer.byteLength(text), ...uncached, ...type }).end(text);
}

/** Answers an upgrade with what a test scripted. */
export function answerUpgrade(socket: Duplex, fault: RefusalFault): void {
  const { retryAfterSeconds } = fault;
  const body = fault.body ?? errorBody(fault.status, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
  const text = typeof body === "string" ? body : JSON.stringify(body);
  write(socket, fault.status, text, {
    "content-type": "application/json; charset=utf-8",
    ...(fault.retryAfterSeconds !== undefined && { "retry-after": String(fault.retryAfterSeconds) }),
    ...fault.headers,
  });
}

function write(socket: Duplex, status: number, text: string, headers: Readonly<Record<string, string>>): void {
  const all = { "content-length": String(Buffer.byteLength(text)), ...uncached, connection: "close", ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}\r\n${head.join("")}\r\n${text}`);
}

function envelope({ code, message, retryAfterSeconds, details }: PlatformRefusal): object {
  const retry = retryAfterSeconds === undefined ? {} : { retry_after: retryAfterSeconds };
  return { error: { code, message, ...retry, request_id: randomUUID(), ...(details && { details }) } };
}
