import * as z from "zod";
import { optionalText } from "./fields.ts";

/** What the platform says when it says no. */
export interface ErrorBody {
  /** Its code, such as `limit_reached`; empty when it sent none. */
  readonly reason: string;
  /** Its words; empty when it sent none. */
  readonly message: string;
  readonly requestId: string | undefined;
  /** Texts by JSON pointer into the request. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterMs: number | undefined;
}

const seconds = z.number().nonnegative().optional().catch(undefined);
const fault = z.looseObject({
  code: optionalText,
  message: optionalText,
  request_id: optionalText,
  details: z.record(z.string(), z.unknown()).catch({}),
  retry_after: seconds,
});
const nestedBody = z.looseObject({ error: fault });
/** An older form, still shown by one page of the platform's documentation. */
const flatBody = z.looseObject({ error: z.string(), message: optionalText, request_id: optionalText });

/** Reads an error body of either form; undefined when it is neither. Never throws. @see PROTOCOL.md, "errors" */
export function parseErrorBody(body: unknown): ErrorBody | undefined {
  const nested = nestedBody.safeParse(body);
  if (nested.success) {
    const { code, message, request_id, details, retry_after } = nested.data.error;
    return {
      reason: code ?? "",
      message: message ?? "",
      requestId: request_id,
      details,
      retryAfterMs: retry_after === undefined ? undefined : retry_after * 1_000,
    };
  }
  const flat = flatBody.safeParse(body);
  if (!flat.success) return undefined;
  const { error, message, request_id } = flat.data;
  return { reason: error, message: message ?? "", requestId: request_id, details: {}, retryAfterMs: undefined };
}
