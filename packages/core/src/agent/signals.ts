const signals = ["SIGINT", "SIGTERM"] as const;
const stops = new Set<(signal: NodeJS.Signals) => void>();
let asked = false;

/**
 * Calls `stop` at the first SIGINT or SIGTERM; a second one ends the process at once. The answer takes it back.
 *
 * All agents of a process share one pair of handlers, which is there only while one of them runs.
 */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void): () => void {
  if (stops.size === 0) {
    asked = false;
    for (const signal of signals) process.on(signal, handle);
  }
  stops.add(stop);
  return () => {
    stops.delete(stop);
    if (stops.size === 0) for (const signal of signals) process.off(signal, handle);
  };
}

function handle(signal: NodeJS.Signals): void {
  if (asked) process.exit(130);
  asked = true;
  for (const stop of stops) stop(signal);
}
