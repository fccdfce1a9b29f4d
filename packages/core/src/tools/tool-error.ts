import * as z from "zod";
import { ApiError, AskError, MentionError, NetworkError, ThenvoiError, TurnClosedError } from "../errors.ts";

/** The result of a tool that failed: what happened, and what can be tried. Never a key, never a stack. */
export type ToolFailure = {
  readonly error: {
    /** Stable: safe to switch on. */
    readonly code: string;
    readonly message: string;
    /** Who could have been meant, as `@handle`. */
    readonly candidates?: readonly string[];
  };
};

/** Whether a tool's result says that it failed. */
export function isToolFailure(result: unknown): result is ToolFailure {
  return typeof result === "object" && result !== null && "error" in result;
}

/** What went wrong, for a model. */
export function toolError(error: unknown, about: { readonly tool: string }): ToolFailure {
  if (error instanceof z.ZodError) return failure("invalid_input", `${about.tool}: ${z.prettifyError(error)}`);
  if (error instanceof MentionError) {
    const { code, message, candidates } = error;
    return { error: { code, message, ...(candidates.length > 0 && { candidates }) } };
  }
  if (error instanceof AskError) return failure(error.code, error.message);
  if (error instanceof TurnClosedError)
    return failure(error.code, `${error.message} Nothing was sent or changed; end your work.`);
  if (error instanceof ApiError) return failure(error.reason === "" ? error.code : error.reason, apiText(error));
  if (error instanceof NetworkError)
    return failure(error.code, "The platform gave no answer. Go on without it, or try once more.");
  if (ThenvoiError.is(error)) return failure(error.code, error.message);
  return failure("failed", `${about.tool} failed.`);
}

function apiText(error: ApiError): string {
  const said = error.platformText;
  switch (error.status) {
    case 403:
      return error.reason === "limit_reached" ? `${said} This can't be done now.` : `Not allowed: ${said}`;
    case 404:
      return "Not found, or not visible from this room.";
    case 409:
      return `Already so: ${said}`;
    case 422:
      return `Not accepted: ${said}`;
    case 429:
      return "The platform asks to slow down. Try again later, or go on without it.";
    default:
      return error.retryable ? "The platform is not available now. Go on without it, or try once more." : said;
  }
}

function failure(code: string, message: string): ToolFailure {
  return { error: { code, message } };
}
