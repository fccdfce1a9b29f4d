import type { RoomEventInput } from "../model/room-event.ts";
import type { Turn } from "../turn/turn.ts";
import { jsonSafe } from "./json-safe.ts";
import type { AdapterOptions, EventOptions } from "./options.ts";

/** Reports what a run does, as far as it may be shown. Never waits and never throws. */
export type Reporter = (event: RoomEventInput) => void;

/** The one way by which an adapter's events leave: selected, as plain JSON, and redacted. Errors are always reported. */
export function createReporter(turn: Pick<Turn, "report">, events: AdapterOptions["events"]): Reporter {
  const chosen: EventOptions = events === false ? { thoughts: false, toolCalls: false } : (events ?? {});
  const { thoughts = true, toolCalls = true, redact } = chosen;
  return (event) => {
    if (event.type === "thought" && (!thoughts || event.text.trim() === "")) return;
    if ((event.type === "tool_call" || event.type === "tool_result") && !toolCalls) return;
    const shown = redacted(plain(event), redact);
    if (shown !== undefined) turn.report(shown);
  };
}

function plain(event: RoomEventInput): RoomEventInput {
  if (event.type === "tool_call") return { ...event, input: jsonSafe(event.input) };
  if (event.type === "tool_result") return { ...event, output: jsonSafe(event.output) };
  return event;
}

function redacted(
  event: RoomEventInput,
  redact: ((event: RoomEventInput) => RoomEventInput | undefined) | undefined,
): RoomEventInput | undefined {
  if (redact === undefined) return event;
  try {
    return redact(event);
  } catch {
    return undefined; // what could not be looked at is not shown
  }
}
