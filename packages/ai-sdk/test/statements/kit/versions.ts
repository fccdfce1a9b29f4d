import { describe } from "vitest";
import { ai6 } from "./ai-6.ts";
import { ai600 } from "./ai-6-0-0.ts";
import { ai7 } from "./ai-7.ts";
import { ai700 } from "./ai-7-0-0.ts";
import type { AiVersion } from "./ai-version.ts";

Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

/** The versions of `ai` that are supported: the lowest and the latest of each major. */
export const versions: readonly AiVersion[] = [ai600, ai6, ai700, ai7];

/** One of the twenty statements, tested on every version. The table of `scripts/statements.ts` is read from these titles. */
export function statement(number: number, title: string, tests: (ai: AiVersion) => void): void {
  for (const ai of versions) describe(`${number}. ${title} · ai ${ai.name}`, () => tests(ai));
}
