import type { Environment } from "./environment.ts";

/** A random wait before try number `retry` (from 0): uniform between 0 and a bound that doubles from `baseMs` up to `capMs`. */
export function fullJitterMs(
  environment: Pick<Environment, "random">,
  retry: number,
  bounds: { readonly baseMs: number; readonly capMs: number },
): number {
  return environment.random() * Math.min(bounds.capMs, bounds.baseMs * 2 ** Math.min(retry, 30));
}

/** `valueMs` changed by at most the given share in either direction. */
export function jitteredMs(environment: Pick<Environment, "random">, valueMs: number, share: number): number {
  return valueMs * (1 + share * (2 * environment.random() - 1));
}
