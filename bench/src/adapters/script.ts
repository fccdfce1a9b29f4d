import type { Handler } from "@thenvoi/core";

/** What a model does when it is asked, step by step: it thinks and calls a tool, and in the end it answers. */
export interface Script {
  /** How many of its steps call the tool. */
  readonly steps: number;
  /** In how many pieces its answer comes. */
  readonly pieces: number;
  /** How long it takes to answer, and the tool to work. */
  readonly modelMs: number;
  readonly toolMs: number;
}

/** An agent made with a framework over a scripted model, as it is and as a handler of rooms. */
export interface ScriptedAgent {
  /** Runs it to its end, as someone does who uses the framework alone. */
  alone(): Promise<void>;
  /** The same agent, in rooms; `events`: whether what it does is reported there. */
  handler(options: { readonly events: boolean }): Handler;
}

/** Waits, or does not even yield. */
export async function paced(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
