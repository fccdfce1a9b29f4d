import type { TurnOutcome } from "../model/notice.ts";

/** Why a turn was cut off. Each has its own way to end: what is still said, and how the message is settled. */
export type Cut =
  /** A person cancelled the run: calls are closed, the message is settled as processed. */
  | "interrupt"
  /** A person stopped the agent: nothing more is said, the message stays for `play`. */
  | "stop"
  /** The handler took longer than `turnTimeoutMs`: calls are closed, the attempt failed. */
  | "timeout"
  /** This process ends: calls are closed, the message is left for the next one. */
  | "shutdown"
  /** The room, or our place in it, is gone: nothing more is said or settled. */
  | "gone"
  /** Another process holds the key, or the key no longer works: nothing more is said or settled. */
  | "ended";

const texts: Readonly<Record<Cut, string>> = {
  interrupt: "The run was interrupted by a person.",
  stop: "The agent was stopped in this room.",
  timeout: "The turn took too long.",
  shutdown: "The agent is shutting down.",
  gone: "The agent is no longer in this room.",
  ended: "The agent's connection was ended for good.",
};

/**
 * The power to end a turn from outside. It exists before the message is claimed, so that a word that comes between claim
 * and run is not lost. The first cut counts.
 */
export class TurnEnd {
  readonly #controller = new AbortController();
  #cut: Cut | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get cut(): Cut | undefined {
    return this.#cut;
  }

  end(cut: Cut): void {
    if (this.#cut !== undefined) return;
    this.#cut = cut;
    this.#controller.abort(new DOMException(texts[cut], "AbortError"));
  }
}

/** What is said of a cut, to people and in errors. */
export function cutText(cut: Cut): string {
  return texts[cut];
}

/** Whether open tool calls still get their closing results when a turn is cut so. */
export function closesCalls(cut: Cut): boolean {
  return cut === "interrupt" || cut === "timeout" || cut === "shutdown";
}

/** How a turn that was cut so has ended. */
export function outcomeOf(cut: Cut): TurnOutcome {
  switch (cut) {
    case "interrupt":
      return "interrupted";
    case "stop":
      return "stopped";
    case "gone":
      return "gone";
    case "shutdown":
    case "ended":
      return "shut-down";
    case "timeout":
      return "failed";
    default:
      return cut satisfies never;
  }
}
