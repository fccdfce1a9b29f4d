import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";

/** How one run ended. */
export type RunEnd =
  | { readonly kind: "ended"; readonly result: unknown }
  | { readonly kind: "aborted" }
  | { readonly kind: "threw"; readonly error: unknown };

/** How long a run may take to end by itself after it was aborted. */
const graceMs = 100;

/**
 * Runs an agent, and leaves it behind shortly after `signal` aborts: a bare model, and a tool that ignores its signal, would
 * go on.
 *
 * Whatever run this is called in, nothing is taken over from it: no callbacks, tags, `configurable` or limits of another room.
 */
export async function driveRun(invoke: () => unknown, signal: AbortSignal): Promise<RunEnd> {
  if (signal.aborted) return { kind: "aborted" };
  const left = Promise.withResolvers<RunEnd>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onAbort = () => {
    timer = setTimeout(() => left.resolve({ kind: "aborted" }), graceMs);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const running = AsyncLocalStorageProviderSingleton.getInstance().run(undefined, () => settled(invoke));
    const end = await Promise.race([running, left.promise]);
    return signal.aborted ? { kind: "aborted" } : end;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

async function settled(invoke: () => unknown): Promise<RunEnd> {
  try {
    return { kind: "ended", result: await invoke() };
  } catch (error) {
    return { kind: "threw", error };
  }
}
