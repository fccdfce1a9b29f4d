import { setTimeout as pause } from "node:timers/promises";
import { answer } from "../child.ts";

/** What a program holds, after collections. */
export interface Holding {
  readonly heapBytes: number;
  readonly residentBytes: number;
  /** The most it has had resident so far. */
  readonly mostResidentBytes: number;
  /** Time of the processor, user and system, since the program began. */
  readonly cpuMs: number;
}

/** Answers the runner's questions in a program that holds rooms: what it holds, and what is left once it has let them go. */
export function holding(letGo: () => Promise<void>): void {
  answer<"holding" | "let-go", Holding>(async (question) => {
    const { user, system } = process.cpuUsage();
    if (question === "let-go") await letGo();
    const mostResidentBytes = process.resourceUsage().maxRSS * 1024;
    for (let round = 0; round < 4; round += 1) {
      globalThis.gc?.();
      await pause(50); // finalizers and closing sockets take their turn
    }
    const { heapUsed, rss } = process.memoryUsage();
    return { heapBytes: heapUsed, residentBytes: rss, mostResidentBytes, cpuMs: (user + system) / 1_000 };
  });
}
