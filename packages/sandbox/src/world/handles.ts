import { badRequest } from "./refusal.ts";

const handle = /^[a-z0-9][a-z0-9_-]*(?:\/[a-z0-9][a-z0-9_-]*)?$/;

/** A handle as it is stored: `dana` or `dana/weather`, of what a caller wrote with or without `@`. Throws a 400. */
export function readHandle(written: string): string {
  const bare = written.trim().replace(/^@/, "").toLowerCase();
  if (!handle.test(bare)) throw badRequest("Invalid handle format");
  return bare;
}
