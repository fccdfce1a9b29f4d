import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { RefusalFault } from "../faults/fault.ts";

/** Why a socket is not opened, as the platform puts it: a status and an error code. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

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

/** The error envelope for a status that a test scripted. */
export function errorBody(status: number, retryAfterSeconds?: number): object {
  const message = STATUS_CODES[status] ?? "Error";
  return envelope({
    status,
    code: codes[status] ?? "error",
    message,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** Answers an upgrade with plain HTTP: status, JSON body, `Retry-After` where there is one, and the end of the connection. */
export function refuseUpgrade(socket: Duplex, refusal: UpgradeRefusal): void {
  const { status, retryAfterSeconds } = refusal;
  answerUpgrade(socket, {
    status,
    body: envelope(refusal),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** Answers an upgrade with what a test scripted. */
export function answerUpgrade(socket: Duplex, fault: RefusalFault): void {
  const body = fault.body ?? errorBody(fault.status, fault.retryAfterSeconds);
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers: Record<string, string> = {
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(text)),
    "cache-control": "max-age=0, private, must-revalidate",
    connection: "close",
    ...(fault.retryAfterSeconds !== undefined && { "retry-after": String(fault.retryAfterSeconds) }),
    ...fault.headers,
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status] ?? "Error"}\r\n${head.join("")}\r\n${text}`);
}

function envelope({ code, message, retryAfterSeconds }: UpgradeRefusal): object {
  const retry = retryAfterSeconds === undefined ? {} : { retry_after: retryAfterSeconds };
  return { error: { code, message, ...retry, request_id: randomUUID() } };
}
