import type * as z from "zod/mini";
import { wire } from "./wire.ts";

/** A request that was refused or got no answer; the message is for the person at the page. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly code: string;

  constructor(answer: { readonly status: number; readonly code: string; readonly message: string }) {
    super(answer.message);
    this.status = answer.status;
    this.code = answer.code;
  }
}

/** One request to the sandbox and its answer in the form of `schema`. Throws a {@link RequestError}. */
export async function request<Schema extends z.ZodMiniType>(
  method: "GET" | "POST" | "DELETE",
  path: string,
  options: { readonly schema: Schema; readonly body?: unknown; readonly apiKey?: string },
): Promise<z.output<Schema>> {
  const { schema, body, apiKey } = options;
  const response = await fetch(path, {
    method,
    headers: {
      ...(apiKey !== undefined && { "x-api-key": apiKey }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (!response) throw new RequestError({ status: 0, code: "no_answer", message: "The sandbox did not answer." });
  const text = await response.text();
  const answer = text === "" ? undefined : parse(text);
  if (!response.ok) throw refused(response.status, answer);
  return schema.parse(answer);
}

function refused(status: number, answer: unknown): RequestError {
  const told = wire.error.safeParse(answer);
  if (!told.success) return new RequestError({ status, code: "refused", message: `The sandbox answered ${status}.` });
  const { code, message, details } = told.data.error;
  const why = details === undefined ? "" : ` (${JSON.stringify(details)})`;
  return new RequestError({ status, code, message: `${message}${why}` });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
