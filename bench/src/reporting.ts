import { answer } from "./child.ts";
import { nowMs } from "./clock.ts";

/** What a program tells of itself. */
export interface ProgramReport {
  /** When everything was imported and the program began its own work. */
  readonly beganMs: number;
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

/** What a program notes for its reports. */
export interface Notes {
  /** Everything is imported, and the program's own work begins. */
  began(): void;
  /** Work on a message begins. */
  started(messageId: string): void;
}

/** Answers the runner's questions in a program. */
export function reporting(): Notes {
  let beganMs = 0;
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
      beganMs,
      started: noted,
      cpuMs: (cpu.user + cpu.system) / 1_000,
      heapBytes: heapUsed,
      residentBytes: rss,
      handles: process.getActiveResourcesInfo().length,
    };
  });
  return {
    began: () => {
      beganMs = nowMs();
    },
    started: (messageId) => started.push([messageId, nowMs()]),
  };
}
