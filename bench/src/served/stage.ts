import { answer } from "../child.ts";

/** How many agents hear each message that is said to all of them. */
export const listeners = 20;

/** A room with a person and agents in it, and where it is. */
export interface Stage {
  readonly url: string;
  readonly roomId: string;
  readonly personKey: string;
  readonly agents: readonly { readonly id: string; readonly apiKey: string }[];
}

/** What a process that serves tells whenever it is asked. */
export interface Told {
  readonly stage: Stage;
  /** Time of the processor, user and system, since its start. */
  readonly cpuMs: number;
  /** After a collection, where the process was started with `--expose-gc`. */
  readonly residentBytes: number;
}

/** Tells the runner of the stage, and what serving it has cost so far. */
export function show(stage: Stage): void {
  answer<"tell", Told>(() => {
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    return { stage, cpuMs: (user + system) / 1_000, residentBytes: process.memoryUsage.rss() };
  });
}
