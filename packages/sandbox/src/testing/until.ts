import type { News } from "../world/news.ts";
import type { World } from "../world/world.ts";

/** How long a test waits for the room to do something, in milliseconds, unless it says otherwise. */
const defaultTimeoutMs = 10_000;

/**
 * Waits until `read` gives something else than undefined: asked once at the start, then again with each piece of news.
 *
 * Throws what `giveUp` makes after `timeoutMs`, or when `signal` aborts.
 */
export function until<T>(
  world: World,
  read: (news?: News) => T | undefined,
  options: { readonly timeoutMs?: number; readonly signal: AbortSignal; readonly giveUp: (why: string) => Error },
): Promise<T> {
  const { timeoutMs = defaultTimeoutMs, signal, giveUp } = options;
  return new Promise<T>((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      unsubscribe();
      signal.removeEventListener("abort", onAbort);
    };
    const look = (news?: News): void => {
      let found: T | undefined;
      try {
        found = read(news);
      } catch (error) {
        end();
        reject(error);
        return;
      }
      if (found === undefined) return;
      end();
      resolve(found);
    };
    const fail = (why: string): void => {
      end();
      reject(giveUp(why));
    };
    const onAbort = (): void => fail("the sandbox stopped");
    const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
    const unsubscribe = world.subscribe(look);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) return onAbort();
    look();
  });
}
