import type { Environment } from "./environment.ts";

/** A random UUID (version 4) from the environment's chance, so that a history played from a seed has the same ids. */
export function randomUuid(environment: Pick<Environment, "random">): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(environment.random() * 16).toString(16));
  digits[12] = "4";
  digits[16] = "89ab"[Math.floor(environment.random() * 4)] ?? "8";
  const hex = digits.join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
