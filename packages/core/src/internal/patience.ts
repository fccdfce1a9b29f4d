import type { Environment } from "./environment.ts";

/** Ends when the task does, however it ends, or after `limitMs`. Never rejects; holds nothing once it has ended. */
export function waitAtMost(
  environment: Environment,
  limitMs: number,
  task: Promise<unknown>,
): Promise<"ended" | "out of time"> {
  return new Promise((resolve) => {
    const cancel = environment.schedule(limitMs, () => resolve("out of time"));
    const end = () => {
      cancel();
      resolve("ended");
    };
    task.then(end, end);
  });
}
