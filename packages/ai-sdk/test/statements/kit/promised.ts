import { adapterContract } from "@thenvoi/sandbox/contract";
import { test } from "vitest";
import type { AiVersion } from "./ai-version.ts";
import { underContract } from "./start-agent.ts";

/** Runs the cases of the contract that a statement shares with the other adapters. Throws when there is none of a title that starts so. */
export function promised(ai: AiVersion, ...titles: readonly string[]): void {
  for (const start of titles) {
    const found = adapterContract.find(({ title }) => title.startsWith(start));
    if (found === undefined) throw new Error(`The contract has no case ${JSON.stringify(start)}`);
    test(found.title, () => found.run(underContract(ai)));
  }
}
