import { answer } from "./child.ts";
import { nowMs } from "./clock.ts";

/** What a program tells of itself. */
export interface ProgramReport {
  /** Ids of messages, and when work on each began. */
  readonly started: readonly (readonly [id: string, atMs: number])[];
  /** Time of the processor, user and system, since the last report. */
  readonly cpuMs: number;
  /** After a collection where the program was started with `--expose-gc`. */
  readonly heapBytes: number;
  readonly residentBytes: number;
  /** What keeps the process busy: sockets, timers and the like. */
  readonly handles: number;
}

/** Answers the runner's questions in a program. The result notes that work on a message begins. */
export function reporting(): (messageId: string) => void {
  let started: [string, number][] = [];
  let used = process.cpuUsage();
  answer<"report", ProgramReport>(() => {
    const cpu = process.cpuUsage(used);
    used = process.cpuUsage();
    const noted = started;
    started = [];
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    return {
      started: noted,
      cpuMs: (cpu.user + cpu.system) / 1_000,
      heapBytes: heapUsed,
      residentBytes: rss,
      handles: process.getActiveResourcesInfo().length,
    };
  });
  return (messageId) => started.push([messageId, nowMs()]);
}
