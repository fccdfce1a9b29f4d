import { Child } from "../child.ts";
import type { Platform } from "../platform/platform.ts";
import type { Holding } from "./holding.ts";

/** Programs that have joined all rooms and do nothing. */
export const idlePrograms = {
  ours: new URL("./agent.ts", import.meta.url),
  floor: new URL("./channels.ts", import.meta.url),
};

/** One of them, in a process of its own. Disposing ends it. */
export function startIdle(file: URL, platform: Platform): Child<"holding" | "let-go", Holding> {
  return new Child(file, {
    env: { THENVOI_API_KEY: platform.apiKey, THENVOI_BASE_URL: platform.baseUrl },
    nodeOptions: ["--expose-gc"],
  });
}
