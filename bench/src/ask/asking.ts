import { answer } from "../child.ts";

/** Whom the asker asks, and how long the peer thinks about it. */
export const peer = "ada/weather";
export const question = "How will it be on Sunday?";
export const thinkingMs = 200;

/** Where a peer is asked: in the room, brought into it, or in a room of its own. */
export type Where = "here" | "brought" | "new-room";

/** Where this process is to ask. */
export const where = process.argv[2];

/** Answers the runner, in a process that asks, with what its asks took since it was last asked, less the thinking. The result notes one. */
export function noting(): (tookMs: number) => void {
  let took: number[] = [];
  answer<"took", readonly number[]>(() => {
    const noted = took;
    took = [];
    return noted;
  });
  return (tookMs) => took.push(tookMs - thinkingMs);
}
