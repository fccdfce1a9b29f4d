import { NetworkError } from "../errors.ts";
import type { Redaction } from "../internal/redaction.ts";

/** Codes of faults that come before a request can leave: no address, nobody listening, a certificate that does not convince. */
const beforeSending = /^(ECONNREFUSED|ENOTFOUND|EAI_[A-Z]+|UND_ERR_CONNECT_TIMEOUT|[A-Z_]*CERT[A-Z_]*|SELF_SIGNED.*)$/u;

/**
 * What a failed `fetch` stands for: whether the request surely never left, and which words help.
 *
 * The thrown error itself becomes the cause only where it can't repeat a secret.
 */
export function unanswered(request: string, thrown: unknown, redaction: Redaction): NetworkError {
  const faults = chain(thrown);
  const words = faults.at(-1)?.message ?? String(thrown);
  const unreachable = faults.some(isBeforeSending);
  const text = redaction.text(`${request}: ${unreachable ? "no connection" : "the answer was cut off"}, ${words}`);
  return new NetworkError(
    unreachable ? "network.unreachable" : "network.no-answer",
    text,
    safeCause(thrown, redaction),
  );
}

/** Whether `fetch` refused to follow a redirect. */
export function wasRedirected(thrown: unknown): boolean {
  return chain(thrown).some((fault) => /unexpected redirect/iu.test(fault.message));
}

function safeCause(thrown: unknown, redaction: Redaction): ErrorOptions {
  const texts = chain(thrown).map((fault) => `${fault.message}${fault.stack ?? ""}`);
  return texts.some((text) => redaction.text(text) !== text) ? {} : { cause: thrown };
}

/** An error and its causes, outermost first; of an aggregate, everything that it gathers. */
function chain(thrown: unknown): Error[] {
  const found: Error[] = [];
  for (let fault = thrown; fault instanceof Error && found.length < 8; fault = fault.cause) {
    found.push(fault);
    if (fault instanceof AggregateError) {
      found.push(...fault.errors.filter((inner): inner is Error => inner instanceof Error));
    }
  }
  return found;
}

function isBeforeSending(fault: Error): boolean {
  if ("syscall" in fault && (fault.syscall === "connect" || fault.syscall === "getaddrinfo")) return true;
  return "code" in fault && typeof fault.code === "string" && beforeSending.test(fault.code);
}
